import { TargetMetrics } from "../target_metrics.ts";

/** What becomes of batches. */
export const batchResults = ["applied", "duplicate", "uncertain", "refused"] as const;

/** Metrics about the batches that are sent to an aggregator. */
export class DeltaMetrics extends TargetMetrics<typeof batchResults[number]> {
  constructor(target: string) {
    super(target, {
      name: "edgeprom_push_batches_total",
      help: "Batches by what became of them: applied, duplicate if they were applied before, and " +
        "given up as uncertain or refused.",
      results: batchResults,
      success: "When all changes were last applied, in seconds since 1970.",
    });
  }
}
