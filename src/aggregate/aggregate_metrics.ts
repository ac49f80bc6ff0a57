import { constCounter, constGauge } from "../model/const_metrics/const_metrics.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { TruthCounts } from "./log/truth_counts.ts";

/** How the names of metrics about an aggregator begin. */
export const aggregatePrefix = "edgeprom_aggregate_";

/** Whether a family is about an aggregator. */
export function isAggregateMetric(name: string): boolean {
  return name.startsWith(aggregatePrefix);
}

/** Metrics about an aggregator. */
export function aggregateMetrics(counts: TruthCounts): readonly MetricFamily[] {
  const results = Object.entries(counts.batches);
  const { failedAppends, failedCheckpoints, failedLoads } = counts;
  return [
    constCounter({
      name: `${aggregatePrefix}batches_total`,
      help: "Batches of clients, by what was done with them.",
      samples: results.map(([result, value]) => ({ labels: { result }, value })),
    }),
    constGauge({
      name: `${aggregatePrefix}clients`,
      help: "Clients that are known, so that a batch that comes twice counts once.",
      samples: [{ value: counts.clients }],
    }),
    constCounter({
      name: `${aggregatePrefix}refused_families_total`,
      help: "Families that were refused, of batches that were applied.",
      samples: [{ value: counts.refusedFamilies }],
    }),
    constCounter({
      name: `${aggregatePrefix}store_errors_total`,
      help: "Times that the store could not be read or written.",
      samples: [{ value: failedAppends + failedCheckpoints + failedLoads }],
    }),
  ];
}
