import type { Collector } from "../../model/collector.ts";
import { consoleLogger } from "../../model/logger.ts";
import { checkOptions } from "../../model/options.ts";
import { endWithBlock } from "../../model/platform/disposal.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { unansweredError } from "../delivery/failure.ts";
import { PushError } from "../delivery/push_error.ts";
import { LastingMessages } from "../lasting_messages.ts";
import { type PushOptions, pushRules } from "../push_options.ts";
import { RegularPushes } from "../regular_pushes.ts";
import { DeltaClient } from "./delta_client.ts";
import {
  checkDeltaPusherOptions,
  type DeltaPusherOptions,
  endpointOf,
} from "./delta_pusher_options.ts";
import type { DeltaReport } from "./delta_report.ts";
import { type PusherAtWork, pusherAtWork } from "./pushers_at_work.ts";

const owner = "a DeltaPusher";

/**
 * Sends what has changed to an aggregator, which adds it up: for many short-lived isolates that count
 * the same things, and that nobody can scrape.
 *
 * Each change is applied once or not at all, never twice, whatever the network does. What was not
 * acknowledged is sent again, the same bytes under the same number. A flush costs what has changed,
 * and nothing is sent if nothing has. Counters, histograms and summaries travel as what is to be
 * added; gauges, infos and state sets as values.
 *
 * If the aggregator has forgotten a client, or if `giveUpSeconds` have passed, a batch of which nobody
 * knows whether it was applied is dropped. It counts as `uncertain` in the report, and in
 * `edgeprom_push_batches_total`.
 *
 * Make one for the life of the isolate, outside of the handler of requests. Each pusher sends all that
 * its gatherer has counted: a second one for the same gatherer and aggregator counts everything twice,
 * which the logger is told.
 *
 * Totals that are missing for a while, as a collector fails or a series idles, go on where they were
 * when they come back.
 *
 * It is also a {@linkcode Collector} of metrics about pushes, `edgeprom_push_…`. They travel with each
 * push, but are no reason for one; register it to scrape them too.
 *
 * @example
 * ```ts
 * import { DeltaPusher } from "@edgeprom/edgeprom/push";
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "orders_total", help: "Orders." }).inc(5);
 *
 * const pusher = new DeltaPusher({
 *   gatherer: registry,
 *   target: "https://metrics.example.com/deltas",
 *   authorization: { bearer: "a-long-secret" },
 *   // Left out in a program: here no aggregator answers.
 *   fetch: () => Promise.resolve(new Response("not here", { status: 404 })),
 * });
 * const { applied, unsent, errors } = await pusher.flush();
 *
 * assertEquals([applied, unsent > 0], [0, true]);
 * assertEquals(errors[0].message.includes("not here"), true);
 * ```
 *
 * @category Push
 */
export class DeltaPusher implements Collector, AsyncDisposable {
  /** What errors call this collector. */
  readonly name = "DeltaPusher";
  /** Stops, at the end of a block with `await using`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  readonly #client: DeltaClient;
  readonly #pushes: RegularPushes<DeltaReport>;
  readonly #work: PusherAtWork;

  /**
   * Sends nothing yet.
   *
   * @throws {PushError} If an option is not valid.
   */
  constructor(options: DeltaPusherOptions) {
    endWithBlock(this, () => this.stop());
    const settings = checkDeltaPusherOptions(owner, options);
    const endpoint = endpointOf(owner, options);
    const client = this.#client = new DeltaClient(endpoint, settings);
    const messages = new LastingMessages(options.logger ?? consoleLogger);
    const { target } = endpoint;
    this.#work = pusherAtWork(settings.gatherer, target);
    if (this.#work.mustTell) {
      messages.warn(
        `a second DeltaPusher sends the same gatherer to ${target}, and the first one has not been ` +
          "stopped; the aggregator counts everything from each of them; make one for the life of " +
          "the isolate, outside of the handler",
      );
    }
    const aborted = unansweredError(target, "aborted, while others wait for the push");
    const left = { applied: 0, uncertain: 0, refused: 0, unsent: 0, requests: 0 };
    this.#pushes = new RegularPushes<DeltaReport>({
      owner: "DeltaPusher",
      intervalSeconds: settings.intervalSeconds,
      timeoutSeconds: settings.timeoutSeconds,
      async push(signals, isLast) {
        const report = await client.flush(signals, isLast);
        messages.log(report.errors.map(({ message }) => message));
        return report;
      },
      left: () => ({ ...left, errors: [aborted] }),
      mustWait: () => client.mustWait,
      mostSeconds: () => client.heartbeatInSeconds,
      warn: (message) => messages.warn(message),
    });
  }

  /**
   * Sends what has changed since the last flush: at the end of a job, in a cron trigger, in
   * `waitUntil()`.
   *
   * One flush runs at a time. If one is running, this is the next one, and its callers share it. What
   * waits from an earlier flush is sent first; while that fails, nothing is gathered.
   *
   * @returns What became of the changes, and why. It does not reject for what a server, the network or
   * a collector does.
   * @throws {PushError} If an option is wrong.
   */
  async flush(options: PushOptions = {}): Promise<DeltaReport> {
    checkOptions("DeltaPusher.flush()", options, pushRules, PushError);
    return await this.#pushes.flush(options.signal);
  }

  /**
   * Flushes now, and then every `intervalSeconds`, or earlier if the aggregator would take a client
   * for dead whose values count while it lives. It keeps no process alive. Failures go to the logger,
   * each once while it lasts, and are counted.
   */
  start(): void {
    this.#pushes.start();
  }

  /**
   * Ends what {@linkcode DeltaPusher.start} began: flushes once more. Values that count while a client
   * lives, such as those of a gauge that is summed up, end with it. It takes `timeoutSeconds` at most,
   * after the flush that may be running. A second call gives the same result.
   *
   * @returns What became of this last flush. It rejects as little as {@linkcode DeltaPusher.flush}.
   */
  async stop(options: PushOptions = {}): Promise<DeltaReport> {
    checkOptions("DeltaPusher.stop()", options, pushRules, PushError);
    this.#work.end();
    return await this.#pushes.stop(options.signal);
  }

  /** Metrics about the pushes. */
  collect(): readonly MetricFamily[] {
    return this.#client.metrics.collect();
  }
}
