import { alertOf, remembered } from "./alert.ts";
import type { AlertingRule } from "./rule_file.ts";
import type { Scope } from "./scope.ts";
import type { AlertThresholds } from "./thresholds.ts";

/** Alerts about an aggregator, by what its page says. With shards each of them is looked at. */
export function aggregateAlerts(
  scope: Scope,
  thresholds: AlertThresholds,
): readonly AlertingRule[] {
  const { service, instance } = scope;
  const own = (metric: string, ...matchers: readonly string[]) =>
    scope.of(`edgeprom_aggregate_${metric}`, ...matchers);
  const rate = (...matchers: readonly string[]) =>
    `${scope.aggregation("sum", "instance", "shard")} (rate(${
      own("batches_total", ...matchers)
    }[10m]))`;
  // All results are there from the start.
  const share = (result: string) => `${rate(`result="${result}"`)}\n/\n(${rate()} > 0)`;

  return [
    alertOf(scope, {
      alert: "EdgepromAggregateBatchesUnavailable",
      expr: `${share("unavailable")} > ${thresholds.unavailableBatchShare}`,
      for: "10m",
      severity: "critical",
      summary: `The aggregator ${instance} does not take batches.`,
      description: "It answers 503 to {{ $value | humanizePercentage }} of them. They stay with " +
        "their isolates, and are lost if these end.",
      runbook: "The loggers of the pushers have the reason. The store fails: see " +
        "EdgepromAggregateStoreErrors. As many clients are known as may be: see " +
        "EdgepromAggregateClientsNearLimit. Too many batches wait for the store: let isolates " +
        "send less often, or shard.",
    }),
    alertOf(scope, {
      alert: "EdgepromAggregateStoreErrors",
      expr: `increase(${own("store_errors_total")}[15m]) > 0`,
      for: "0m",
      severity: "warning",
      summary: `The aggregator ${instance} cannot read or write its store.`,
      description: "It failed {{ $value | humanize }} times in 15 minutes.",
      runbook: "Its logger has the reason: the disk is full, another process uses the file, or " +
        "the storage of the object fails. Nothing is lost while isolates live, as they send " +
        "again; pages show what was last known. If it is a checkpoint that fails, the log grows: " +
        "see edgeprom_aggregate_store_bytes.",
    }),
    alertOf(scope, {
      alert: "EdgepromAggregateBatchesRefused",
      expr: `increase(${own("batches_total", 'result="refused"')}[15m]) > 0`,
      for: "5m",
      severity: "warning",
      summary: `The aggregator ${instance} refuses batches.`,
      description:
        "It did {{ $value | humanize }} times in 15 minutes. An isolate sends nothing after such " +
        "a batch until it gives it up, after giveUpSeconds.",
      runbook: "The logger of the pusher has the reason. Too large: lower its longestBytes. " +
        "Malformed: it is of another version, or something on the way changes bodies. Two " +
        "clients of the same name: they were started from a snapshot of one.",
    }),
    alertOf(scope, {
      alert: "EdgepromAggregateClientsUnknown",
      expr: `${share("unknown")} > ${thresholds.unknownBatchShare}`,
      for: "15m",
      severity: "warning",
      summary: `The aggregator ${instance} does not know who sends to it.`,
      description: "{{ $value | humanizePercentage }} of the batches are of clients that must " +
        "begin anew.",
      runbook: "Several aggregators share an address, and each knows a part of the sequence: " +
        "put one before them that has them as shards. Or its store is lost with each start, as " +
        "memoryStore() is. Or isolates pause for longer than clientSeconds.",
    }),
    alertOf(scope, {
      alert: "EdgepromAggregateFamiliesRefused",
      expr: `increase(${own("refused_families_total")}[15m]) > 0`,
      for: "15m",
      severity: "warning",
      summary: `The aggregator ${instance} refuses families.`,
      description: "It did {{ $value | humanize }} times in 15 minutes. Their numbers stay with " +
        "the isolates, and are lost if these end.",
      runbook: "Its logger has each family with the reason. If isolates of two versions define " +
        "it differently, give the metric another name, or call aggregator.remove() once no " +
        "isolate has the old definition. If there is no room, see " +
        "EdgepromAggregateSeriesNearLimit.",
    }),
    alertOf(scope, {
      alert: "EdgepromAggregateClientsNearLimit",
      expr: `${own("clients")} / ${own("clients_limit")} > ${thresholds.aggregateClientShare}`,
      for: "15m",
      severity: "warning",
      summary: `The aggregator ${instance} knows almost as many clients as it may.`,
      description: "It has {{ $value | humanizePercentage }} of them. At the limit new isolates " +
        "are answered 503.",
      runbook: "Each isolate is known until clientSeconds after its last batch. Lower " +
        "clientSeconds, raise maxClients at 64 bytes of memory each, or shard. If there is a new " +
        "pusher for each request, make one in the module.",
    }),
    alertOf(scope, {
      alert: "EdgepromAggregateSeriesNearLimit",
      expr: `${own("series")} / ${own("series_limit")} > ${thresholds.aggregateSeriesShare}`,
      for: "15m",
      severity: "warning",
      summary: `The aggregator ${instance} has almost as many series as it may.`,
      description:
        "It has {{ $value | humanizePercentage }} of them. Beyond the limit label sets " +
        "are told apart no longer, and new families are refused.",
      runbook: "See edgeprom_series for the largest families. Give their labels fewer values " +
        "where they are recorded, set idleSeconds, or raise series of the aggregator's " +
        "cardinality.",
    }),
    alertOf(scope, {
      alert: "EdgepromAggregateSilent",
      // One that is not scraped, but writes, is silent too if it has ended.
      expr: `time() - ${scope.aggregation("max")} (${
        remembered(own("last_batch_timestamp_seconds"), thresholds.aggregateSilenceSeconds)
      }) > ${thresholds.aggregateSilenceSeconds}`,
      for: "5m",
      severity: "warning",
      summary: `Nobody sends to the aggregator ${service} any more.`,
      description: "The last batch was applied {{ $value | humanizeDuration }} ago.",
      runbook: "Isolates send if something has changed, so see first whether they have work. If " +
        "so, the loggers of the pushers have the reason: the address or the token is wrong, which " +
        "no metric of the aggregator counts, or the aggregator has ended. The alert ends by " +
        "itself some hours after the last client is forgotten.",
    }),
  ];
}
