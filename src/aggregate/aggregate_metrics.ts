import { constCounter, constGauge } from "../model/const_metrics/const_metrics.ts";
import type { GaugeSnapshot, MetricFamily } from "../model/snapshot.ts";
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
  const { failedAppends, failedCheckpoints, failedLoads, lastBatch } = counts;
  return [
    constCounter({
      name: `${aggregatePrefix}batches_total`,
      help: "Batches of clients, by what was done with them.",
      samples: results.map(([result, value]) => ({ labels: { result }, value })),
    }),
    gauge(
      "clients",
      "Clients that are known, so that a batch that comes twice counts once.",
      counts.clients,
    ),
    gauge("clients_limit", "The most clients that may be known: maxClients.", counts.maxClients),
    constGauge({
      name: `${aggregatePrefix}last_batch_timestamp_seconds`,
      help: "When a batch was last applied, in seconds since 1970; none if no client is known.",
      unit: "seconds",
      samples: lastBatch === -Infinity ? [] : [{ value: lastBatch }],
    }),
    constCounter({
      name: `${aggregatePrefix}refused_families_total`,
      help: "Families that were refused, of batches that were applied.",
      samples: [{ value: counts.refusedFamilies }],
    }),
    gauge("series", "Series that take room, in all families together.", counts.series),
    gauge("series_limit", "The most series that there is room for.", counts.maxSeries),
    constGauge({
      name: `${aggregatePrefix}store_bytes`,
      help: "Bytes of the last checkpoint, and of the log since then; both are read at a start.",
      unit: "bytes",
      samples: [
        { labels: { part: "checkpoint" }, value: counts.checkpointBytes },
        { labels: { part: "log" }, value: counts.logBytes },
      ],
    }),
    constCounter({
      name: `${aggregatePrefix}store_errors_total`,
      help: "Times that the store could not be read or written.",
      samples: [{ value: failedAppends + failedCheckpoints + failedLoads }],
    }),
  ];
}

function gauge(name: string, help: string, value: number): GaugeSnapshot {
  return constGauge({ name: aggregatePrefix + name, help, samples: [{ value }] });
}
