import { alertOf, shareOf } from "./alert.ts";
import type { RuleGroup } from "./rule_file.ts";
import type { Scope } from "./scope.ts";
import type { AlertThresholds } from "./thresholds.ts";

/** Rules for the metrics of `ProcessorMetrics`, whose names may have a prefix. */
export function processorRules(
  scope: Scope,
  thresholds: AlertThresholds,
  prefix: string,
): readonly RuleGroup[] {
  const name = `${prefix}processor`;
  const { service, instance } = scope;
  const series = (metric: string, ...matchers: string[]) =>
    scope.of(`${name}_${metric}`, ...matchers);
  const rate = (labels: readonly string[], selected: string, window = "5m") =>
    `${scope.aggregation("sum", ...labels)} (rate(${selected}[${window}]))`;

  const errors = `${scope.level()}:${name}_events_processed:error_ratio5m`;
  const hits = `${scope.level("layer")}:${name}_state_cache_hits:ratio5m`;
  const waiting = `${scope.level("topic")}:${name}_kafka_consumer_lag:sum`;
  const hitRate = rate(["layer"], series("state_cache_hits"));
  const missRate = rate(["layer"], series("state_cache_misses"));

  const recordedErrors = scope.recorded(errors);
  const recordedHits = scope.recorded(hits, "layer");
  const recordedWaiting = scope.recorded(waiting, "topic");

  return [{
    name: `${name}-recordings`,
    rules: [
      {
        record: `${scope.level()}:${name}_events_received:rate5m`,
        expr: rate([], series("events_received")),
      },
      {
        record: errors,
        expr: shareOf(
          rate([], series("events_processed", 'result="error"')),
          rate([], series("events_processed")),
        ),
      },
      {
        record: `${scope.level()}:${name}_event_processing_duration_seconds:p95_5m`,
        expr: `histogram_quantile(0.95, ${
          rate(["le"], series("event_processing_duration_seconds_bucket"))
        })`,
      },
      {
        // A layer that never had a hit, or a miss, has no such series.
        record: hits,
        expr: `(\n  ${hitRate}\n  or\n  0 * ${missRate}\n)\n/\n` +
          `((${hitRate} + ${missRate} or ${hitRate} or ${missRate}) > 0)`,
      },
      {
        // A partition that has moved may be on two pages for a while, and counts once.
        record: waiting,
        expr: `${scope.aggregation("sum", "topic")} (${
          scope.aggregation("max", "topic", "partition")
        } (${series("kafka_consumer_lag")}))`,
      },
    ],
  }, {
    name: `${name}-alerts`,
    rules: [
      alertOf(scope, {
        alert: "ProcessorPipelineLagging",
        expr: `${series("pipeline_lag_seconds")} > ${thresholds.pipelineLagSeconds}`,
        for: "5m",
        severity: "warning",
        summary: `The pipeline of ${instance} runs behind its source.`,
        description:
          `It is {{ $value | humanizeDuration }} behind, more than ${thresholds.pipelineLagSeconds} s.`,
        runbook: "Events come faster than they are processed. Compare " +
          `${name}_events_received with ${name}_events_processed, look for the slowest operator in ` +
          `${name}_operator_duration_seconds, and add instances if none stands out.`,
      }),
      alertOf(scope, {
        alert: "ProcessorErrorShareHigh",
        expr: `${recordedErrors} > ${thresholds.errorShare}`,
        for: "10m",
        severity: "critical",
        summary: `Many events of ${service} end in an error.`,
        description: "{{ $value | humanizePercentage }} of the events of the last 5 minutes did.",
        runbook: `See which error_type of ${name}_pipeline_errors grows, and since when. If it ` +
          "began with a release, roll that back; if with a change of the input, park the source.",
      }),
      alertOf(scope, {
        alert: "ProcessorWatermarkStalled",
        // A pipeline without event time has received events, and never a watermark.
        expr: `rate(${series("watermark_updates")}[10m]) == 0\nand\nrate(${
          series("events_received")
        }[10m]) > 0\nand\n${series("watermark_updates")} > 0`,
        for: "5m",
        severity: "critical",
        summary: `The watermark of ${instance} stands still.`,
        description: "It has not advanced for 10 minutes, although events arrive.",
        runbook:
          "No window fires, and windows pile up in memory. A source, or a partition of it, " +
          `that sends nothing holds the watermark: look at ${name}_kafka_messages_consumed by ` +
          "partition, and give idle sources a timeout.",
      }),
      alertOf(scope, {
        alert: "ProcessorBackpressure",
        expr: `${series("backpressure_events")} > ${thresholds.backpressureEvents}`,
        for: "10m",
        severity: "warning",
        summary: `Events wait in ${instance} for a later stage.`,
        description:
          `{{ $value | humanize }} events wait, more than ${thresholds.backpressureEvents}.`,
        runbook: `A later stage is slower than those before it: see which operator of ` +
          `${name}_operator_duration_seconds, or which backend of ` +
          `${name}_state_operation_duration_seconds, became slower.`,
      }),
      alertOf(scope, {
        alert: "ProcessorCacheHitShareLow",
        expr: `${recordedHits} < ${thresholds.cacheHitShare}`,
        for: "30m",
        severity: "info",
        summary: `The state cache {{ $labels.layer }} of ${service} rarely has what is asked for.`,
        description: "It answers {{ $value | humanizePercentage }} of the look-ups.",
        runbook: "After a start it has to fill. Later, the keys in use have outgrown it: see " +
          `${name}_state_evictions, and make the layer larger or leave it out.`,
      }),
      alertOf(scope, {
        alert: "ProcessorConsumerLagHigh",
        expr: `${recordedWaiting} > ${thresholds.consumerLag}`,
        for: "15m",
        severity: "warning",
        summary: `Messages of {{ $labels.topic }} wait for ${service}.`,
        description: `{{ $value | humanize }} messages wait, more than ${thresholds.consumerLag}.`,
        runbook:
          "If the lag still grows, consumers are too slow or too few: there can be as many " +
          "as partitions. If it shrinks, they are catching up. If a single partition has it, a key " +
          "is too frequent.",
      }),
      alertOf(scope, {
        alert: "ProcessorConsumerStalled",
        // One that was restarted and is still stuck has counted nothing, so it has no such series.
        expr: `${recordedWaiting} > 0\nunless\n${
          rate(["topic"], series("kafka_messages_consumed"), "10m")
        } > 0`,
        for: "5m",
        severity: "critical",
        summary: `${service} consumes nothing from {{ $labels.topic }}.`,
        description: "{{ $value | humanize }} messages wait, and none was consumed for 10 minutes.",
        runbook: "The consumer is stuck or lost its partitions. Look for rebalances and for a " +
          "message that fails again and again in its log; restart it if neither shows.",
      }),
      alertOf(scope, {
        alert: "ProcessorOffsetCommitsFailing",
        expr: `${scope.aggregation("sum", "topic")} (increase(${
          series("kafka_offset_commit_errors")
        }[10m])) > 0`,
        for: "10m",
        severity: "warning",
        summary: `${service} cannot commit offsets of {{ $labels.topic }}.`,
        description: "{{ $value | humanize }} commits failed in the last 10 minutes.",
        runbook: "After a restart, messages since the last commit are processed again. Commits " +
          "that fail for long mean a rebalance during long batches, or a broker without a leader.",
      }),
    ],
  }];
}
