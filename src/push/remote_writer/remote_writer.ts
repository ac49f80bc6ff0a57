import type { Collector } from "../../model/collector.ts";
import { consoleLogger } from "../../model/logger.ts";
import { checkOptions } from "../../model/options.ts";
import { endWithBlock } from "../../model/platform/disposal.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { Endpoint } from "../delivery/endpoint.ts";
import { unansweredError } from "../delivery/failure.ts";
import { PushError } from "../delivery/push_error.ts";
import { LastingMessages } from "../lasting_messages.ts";
import { type PushOptions, pushRules } from "../push_options.ts";
import type { PushReport } from "../push_report.ts";
import { RegularPushes } from "../regular_pushes.ts";
import {
  checkRemoteWriterOptions,
  type RemoteWriterOptions,
  type RemoteWriterSettings,
} from "./remote_writer_options.ts";
import { checkTargetLabels } from "./target_labels.ts";
import { WriteTarget } from "./write_target.ts";

const owner = "a RemoteWriter";

/**
 * Sends metrics by Prometheus Remote Write, to Prometheus, Mimir, Grafana Cloud, Thanos,
 * VictoriaMetrics and others.
 *
 * It sends current values, never old ones: what a server missed is in the next push. A new counter
 * is sent with a zero at its start, so that its first events are an increase, and a series that has
 * ended with a marker. Nothing here waits for a push, and a push that fails costs nothing but itself.
 *
 * It is also a {@linkcode Collector} of metrics about pushes, `edgeprom_push_…`. They travel with each
 * push; register it to scrape them too.
 *
 * @example
 * ```ts
 * import { RemoteWriter } from "@edgeprom/edgeprom/push";
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "orders_total", help: "Orders." }).inc(5);
 *
 * const writer = new RemoteWriter({
 *   url: "https://prometheus.example.com/api/v1/write",
 *   gatherer: registry,
 *   labels: { job: "checkout", instance: "eu-1" },
 *   authorization: { bearer: "a-long-secret" },
 *   // Left out in a program: here nobody listens.
 *   fetch: () => Promise.resolve(new Response("not today", { status: 400 })),
 * });
 * const { written, errors } = await writer.flush();
 *
 * assertEquals(written, 0);
 * assertEquals(errors[0].message.includes("not today"), true);
 * ```
 *
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 *
 * @category Push
 */
export class RemoteWriter implements Collector, AsyncDisposable {
  /** What errors call this collector. */
  readonly name = "RemoteWriter";
  /** Stops, at the end of a block with `await using`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  readonly #settings: RemoteWriterSettings;
  readonly #endpoint: Endpoint;
  readonly #target: WriteTarget;
  readonly #messages: LastingMessages;
  readonly #pushes: RegularPushes<PushReport>;

  /**
   * Sends nothing yet.
   *
   * @throws {PushError} If an option is not valid.
   */
  constructor(options: RemoteWriterOptions) {
    endWithBlock(this, () => this.stop());
    const settings = checkRemoteWriterOptions(owner, options);
    this.#settings = settings;
    this.#endpoint = new Endpoint(owner, options.url, options);
    const labels = checkTargetLabels(owner, options.labels ?? {});
    this.#target = new WriteTarget(this.#endpoint, labels, settings);
    this.#messages = new LastingMessages(options.logger ?? consoleLogger);
    this.#pushes = new RegularPushes({
      owner: "RemoteWriter",
      intervalSeconds: settings.intervalSeconds,
      timeoutSeconds: settings.timeoutSeconds,
      push: async (signals, isLast) => {
        const report = await this.#target.push(signals, isLast);
        this.#log(report);
        return report;
      },
      left: () => this.#left(),
      mustWait: () => this.#target.mustWait,
      warn: (message) => this.#messages.warn(message),
    });
  }

  /**
   * Sends all metrics as they are now: at the end of a job, in a cron trigger, in `waitUntil()`.
   *
   * One push runs at a time. If one is running, this is the next one, and its callers share it.
   *
   * @returns What was written, and why the rest was not. It does not reject for what a server, the
   * network or a collector does.
   * @throws {PushError} If an option is wrong.
   */
  async flush(options: PushOptions = {}): Promise<PushReport> {
    checkOptions("RemoteWriter.flush()", options, pushRules, PushError);
    return await this.#pushes.flush(options.signal);
  }

  /**
   * Sends all metrics now, and then every `intervalSeconds`. It keeps no process alive. Failures go
   * to the logger, each once while it lasts, and are counted.
   */
  start(): void {
    this.#pushes.start();
  }

  /**
   * Ends what {@linkcode RemoteWriter.start} began: sends all metrics once more, and then a marker for
   * each series, so that the server shows it no longer. It takes `timeoutSeconds` at most, after the
   * push that may be running. A second call gives the same result.
   *
   * @returns What became of this last push. It rejects as little as {@linkcode RemoteWriter.flush}.
   */
  async stop(options: PushOptions = {}): Promise<PushReport> {
    checkOptions("RemoteWriter.stop()", options, pushRules, PushError);
    return await this.#pushes.stop(options.signal);
  }

  /** Metrics about the pushes. */
  collect(): readonly MetricFamily[] {
    return this.#target.metrics.collect();
  }

  #left(): PushReport {
    return {
      written: 0,
      refused: 0,
      unsent: 0,
      requests: 0,
      protocol: this.#target.protocol,
      errors: [unansweredError(this.#endpoint.target, "aborted, while others wait for the push")],
    };
  }

  #log({ errors, protocol }: PushReport): void {
    const messages = new Set(errors.map(({ message }) => message));
    const { histograms } = this.#settings;
    if (this.#settings.protocol === "auto" && protocol === "1.0" && histograms !== "classic") {
      messages.add(
        `edgeprom push to ${this.#endpoint.target}: the server takes Remote Write 1.0 only, so ` +
          `histograms are sent as classic ones; protocol: "1.0" sends native ones, if it takes them`,
      );
    }
    this.#messages.log(messages);
  }
}
