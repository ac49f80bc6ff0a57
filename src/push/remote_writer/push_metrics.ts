import { TargetMetrics } from "../target_metrics.ts";

/** What becomes of samples. */
export const sampleResults = ["written", "refused", "unsent"] as const;

/** Numbers of samples, by what became of them. */
export type SampleCounts = Readonly<Record<typeof sampleResults[number], number>>;

/** Metrics about the pushes of snapshots to a target. */
export class PushMetrics extends TargetMetrics<typeof sampleResults[number]> {
  constructor(target: string) {
    super(target, {
      name: "edgeprom_push_samples_total",
      help: "Samples that were to be sent, by what became of them.",
      results: sampleResults,
      success: "When a whole snapshot was last written, in seconds since 1970.",
    });
  }

  /** Records a push, and its time if the server has taken all of it. */
  pushed(counts: SampleCounts, hasFailed: boolean, seconds: number): void {
    for (const result of sampleResults) this.count(result, counts[result]);
    this.ended(seconds, !hasFailed && counts.refused === 0);
  }
}
