import type { Collector } from "../model/collector.ts";
import { maxTimerMs } from "../model/deadline.ts";
import { reasonOf } from "../model/errors.ts";
import { consoleLogger, failsafe, type Logger } from "../model/logger.ts";
import { checkOptions } from "../model/options.ts";
import { unreferenced } from "../model/platform.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { Endpoint } from "./delivery/endpoint.ts";
import { unansweredError } from "./delivery/failure.ts";
import { PushError } from "./delivery/push_error.ts";
import { Flights } from "./flights.ts";
import { type PushOptions, pushRules } from "./push_options.ts";
import type { PushReport } from "./push_report.ts";
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

  readonly #settings: RemoteWriterSettings;
  readonly #endpoint: Endpoint;
  readonly #target: WriteTarget;
  readonly #logger: Logger;
  readonly #pushes: Flights<PushReport>;
  /** What failed in the last push. */
  #reported: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarted = false;
  /** Number of callers who wait for a push. */
  #awaited = 0;
  /** Whether a push that {@linkcode start} began is running, and another is due. */
  #background = { isRunning: false, isDue: false };
  /** Whether all series end with the next push. */
  #endsNext = false;
  #stopping: Promise<PushReport> | undefined;

  /**
   * Sends nothing yet.
   *
   * @throws {PushError} If an option is not valid.
   */
  constructor(options: RemoteWriterOptions) {
    this.#settings = checkRemoteWriterOptions(owner, options);
    this.#endpoint = new Endpoint(owner, options.url, options);
    const labels = checkTargetLabels(owner, options.labels ?? {});
    this.#target = new WriteTarget(this.#endpoint, labels, this.#settings);
    this.#logger = failsafe(options.logger ?? consoleLogger);
    const { timeoutSeconds } = this.#settings;
    this.#pushes = new Flights(async (signals) => {
      const isLast = this.#endsNext && !signals.signal.aborted;
      if (isLast) this.#endsNext = false;
      const isAwaited = () => this.#awaited > 0;
      const report = await this.#target.push({ ...signals, isAwaited }, isLast);
      this.#log(report);
      return report;
    }, 2 * timeoutSeconds);
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
    this.#stopping = undefined;
    return await this.#push(options.signal);
  }

  /**
   * Sends all metrics now, and then every `intervalSeconds`. It keeps no process alive. Failures go
   * to the logger, each once while it lasts, and are counted.
   */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#stopping = undefined;
    this.#endsNext = false;
    this.#tick();
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
    this.#isStarted = false;
    clearTimeout(this.#timer);
    if (this.#stopping === undefined) {
      this.#endsNext = true;
      const stopping = this.#stopping = this.#push(options.signal).finally(() => {
        if (this.#stopping !== stopping) return;
        // One that was aborted before it began leaves no end for a later flush, and is no last push.
        this.#endsNext = false;
        if (options.signal?.aborted) this.#stopping = undefined;
      });
    }
    return await this.#stopping;
  }

  /** Stops, at the end of a block with `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Metrics about the pushes. */
  collect(): readonly MetricFamily[] {
    return this.#target.metrics.collect();
  }

  /** A push that somebody waits for. */
  #push(signal?: AbortSignal): Promise<PushReport> {
    this.#awaited++;
    return this.#run(signal).finally(() => this.#awaited--);
  }

  #run(signal?: AbortSignal): Promise<PushReport> {
    return this.#pushes.run(signal, () => ({
      written: 0,
      refused: 0,
      unsent: 0,
      requests: 0,
      protocol: this.#target.protocol,
      errors: [unansweredError(this.#endpoint.target, "aborted, while others wait for the push")],
    }));
  }

  #tick(): void {
    if (!this.#isStarted) return;
    try {
      this.#schedule(this.#settings.intervalSeconds);
    } catch (error) {
      // Workers allow neither a timer nor a push outside of a request.
      this.#isStarted = false;
      const remedy = "call flush() in a request, or use pushAfterResponse()";
      this.#logger.warn(
        `RemoteWriter.start(): there is no timer here: ${reasonOf(error)}; ${remedy}`,
      );
      return;
    }
    if (this.#target.mustWait) return;
    if (this.#background.isRunning) {
      this.#background.isDue = true;
      return this.#pushes.supersede();
    }
    this.#background.isRunning = true;
    void this.#run().finally(() => {
      const { isDue } = this.#background;
      this.#background = { isRunning: false, isDue: false };
      // By a timer, so that the process may end between two pushes while no server answers.
      if (isDue && this.#isStarted) this.#schedule(0);
    });
  }

  #schedule(seconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tick(), Math.min(seconds * 1000, maxTimerMs));
    unreferenced(this.#timer);
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
    for (const message of messages) if (!this.#reported.has(message)) this.#logger.warn(message);
    this.#reported = messages;
  }
}
