import type { MetricFamily } from "../model/snapshot.ts";
import { CounterFamily } from "../metrics/counter.ts";
import { type Gauge, GaugeFamily } from "../metrics/gauge.ts";
import { type Summary, SummaryFamily } from "../metrics/summary.ts";

/** What becomes of samples. */
export const sampleResults = ["written", "refused", "unsent"] as const;

/** Numbers of samples, by what became of them. */
export type SampleCounts = Readonly<Record<typeof sampleResults[number], number>>;

/** Metrics about the pushes to a target. They travel with the next one. */
export class PushMetrics {
  readonly #requests: CounterFamily<{ readonly code: string }>;
  readonly #samples: CounterFamily<{ readonly result: typeof sampleResults[number] }>;
  readonly #durations: SummaryFamily<Record<never, never>>;
  readonly #duration: Summary;
  readonly #successes: GaugeFamily<Record<never, never>>;
  #success: Gauge | undefined;

  constructor(target: string) {
    const constantLabels = { target };
    this.#requests = new CounterFamily({
      name: "edgeprom_push_requests_total",
      help: "Attempts to send a request, by the status of the answer, or error, timeout, aborted.",
      labels: ["code"],
      constantLabels,
    });
    this.#samples = new CounterFamily({
      name: "edgeprom_push_samples_total",
      help: "Samples that were to be sent, by what became of them.",
      labels: { result: sampleResults },
      constantLabels,
    });
    this.#durations = new SummaryFamily({
      name: "edgeprom_push_duration_seconds",
      help: "Time of a push with all its requests and retries.",
      unit: "seconds",
      constantLabels,
    });
    this.#successes = new GaugeFamily({
      name: "edgeprom_push_last_success_timestamp_seconds",
      help: "When a whole snapshot was last written, in seconds since 1970.",
      unit: "seconds",
      constantLabels,
    });
    this.#duration = this.#durations.labels({});
    this.#samples.init();
  }

  /** Records an attempt at a request. */
  attempt(code: string): void {
    this.#requests.inc({ code });
  }

  /** Records a push, and its time if the server has taken all of it. */
  pushed(counts: SampleCounts, hasFailed: boolean, seconds: number): void {
    for (const result of sampleResults) this.#samples.inc({ result }, counts[result]);
    this.#duration.observe(seconds);
    if (hasFailed || counts.refused > 0) return;
    this.#success ??= this.#successes.labels({});
    this.#success.setToCurrentTime();
  }

  /** The families about pushes so far. */
  collect(): readonly MetricFamily[] {
    return [this.#requests, this.#samples, this.#durations, this.#successes]
      .flatMap((family) => family.collect());
  }
}
