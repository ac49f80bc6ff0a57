import type { MetricFamily } from "../model/snapshot.ts";
import { CounterFamily } from "../metrics/counter.ts";
import { type Gauge, GaugeFamily } from "../metrics/gauge.ts";
import { type Summary, SummaryFamily } from "../metrics/summary.ts";

/** What is counted by its result beside the requests, and what a success is. */
export interface CountedResults<Result extends string> {
  /** The name of the counter. */
  readonly name: string;
  /** Its help. */
  readonly help: string;
  /** The results that there are. */
  readonly results: readonly Result[];
  /** The help of the gauge with the time of the last success. */
  readonly success: string;
}

/** Metrics about the pushes to a target. They travel with the next one. */
export class TargetMetrics<Result extends string> {
  readonly #requests: CounterFamily<{ readonly code: string }>;
  readonly #results: CounterFamily<{ readonly result: Result }>;
  readonly #durations: SummaryFamily<Record<never, never>>;
  readonly #duration: Summary;
  readonly #successes: GaugeFamily<Record<never, never>>;
  #success: Gauge | undefined;

  constructor(target: string, { name, help, results, success }: CountedResults<Result>) {
    const constantLabels = { target };
    this.#requests = new CounterFamily({
      name: "edgeprom_push_requests_total",
      help: "Attempts to send a request, by the status of the answer, or error, timeout, aborted.",
      labels: ["code"],
      constantLabels,
    });
    this.#results = new CounterFamily({ name, help, labels: { result: results }, constantLabels });
    this.#durations = new SummaryFamily({
      name: "edgeprom_push_duration_seconds",
      help: "Time of a push with all its requests and retries.",
      unit: "seconds",
      constantLabels,
    });
    this.#successes = new GaugeFamily({
      name: "edgeprom_push_last_success_timestamp_seconds",
      help: success,
      unit: "seconds",
      // The sum over several that push would be no time.
      merge: "mostRecent",
      constantLabels,
    });
    this.#duration = this.#durations.labels({});
    this.#results.init();
  }

  /** Records an attempt at a request. */
  attempt(code: string): void {
    this.#requests.inc({ code });
  }

  /** Records something by its result. */
  count(result: Result, number = 1): void {
    this.#results.inc({ result }, number);
  }

  /** Records the time of a push, and when it ended if it was a success. */
  ended(seconds: number, isSuccess: boolean): void {
    this.#duration.observe(seconds);
    if (!isSuccess) return;
    this.#success ??= this.#successes.labels({});
    this.#success.setToCurrentTime();
  }

  /** The families about pushes so far. */
  collect(): readonly MetricFamily[] {
    return [this.#requests, this.#results, this.#durations, this.#successes]
      .flatMap((family) => family.collect());
  }
}
