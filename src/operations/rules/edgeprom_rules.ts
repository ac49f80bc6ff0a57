import { aggregateAlerts } from "./aggregate_alerts.ts";
import { alertOf, grown, remembered } from "./alert.ts";
import type { RuleGroup } from "./rule_file.ts";
import type { Scope } from "./scope.ts";
import type { AlertThresholds } from "./thresholds.ts";

/** Rules for what edgeprom says of itself: targets, scrapes, series, losses, pushes and aggregators. */
export function edgepromRules(scope: Scope, thresholds: AlertThresholds): readonly RuleGroup[] {
  const { service, instance } = scope;
  const level = scope.level("instance");
  const time = `${level}:edgeprom_scrape_duration_seconds:mean5m`;
  const total = `${level}:edgeprom_series:sum`;
  const rate = (metric: string) =>
    `${scope.aggregation("sum", "instance")} (rate(${scope.of(metric)}[5m]))`;
  // A metric of pushes travels with them, so it is gone 5 minutes after the last one.
  const latest = (metric: string) =>
    `${scope.aggregation("max", "target")} (${
      remembered(scope.of(metric), thresholds.pushAgeSeconds)
    })`;

  return [{
    name: "edgeprom-recordings",
    rules: [
      {
        record: time,
        expr: `${rate("edgeprom_scrape_duration_seconds_sum")}\n/\n(${
          rate("edgeprom_scrape_duration_seconds_count")
        } > 0)`,
      },
      {
        record: total,
        expr: `${scope.aggregation("sum", "instance")} (${scope.of("edgeprom_series")})`,
      },
    ],
  }, {
    name: "edgeprom-alerts",
    rules: [
      alertOf(scope, {
        alert: "EdgepromTargetDown",
        expr: `${scope.of("up")} == 0`,
        for: "5m",
        severity: "critical",
        summary: `${instance} cannot be scraped.`,
        description: "No scrape has succeeded for 5 minutes.",
        runbook: "The page of targets in Prometheus has the reason. Refused: the process is down " +
          "or listens elsewhere. Deadline exceeded: its event loop is blocked. 401 or 403: the " +
          "token of the scrape is wrong. 500: an aggregator cannot read its store, or one of its " +
          "shards, which its logger names.",
      }),
      alertOf(scope, {
        alert: "EdgepromScrapeIncomplete",
        expr: `increase(${scope.of("edgeprom_scrape_errors_total")}[10m]) > 0`,
        for: "10m",
        severity: "warning",
        summary: `Pages of ${instance} lack metrics.`,
        description: "Left out in 10 minutes, by {{ $labels.cause }}: {{ $value | humanize }}.",
        runbook:
          "The logger of the app has each failure with the name of its collector or family. " +
          "A collector threw, or took longer than the scrape may; a family cannot be written in " +
          "the format that was asked for.",
      }),
      alertOf(scope, {
        alert: "EdgepromScrapesFailing",
        expr: `increase(${scope.of("edgeprom_scrapes_total", 'code=~"5.."')}[10m]) > 0`,
        for: "10m",
        severity: "warning",
        summary: `${instance} answers scrapes with {{ $labels.code }}.`,
        description: "It did {{ $value | humanize }} times in 10 minutes.",
        runbook: "503: too many pages are in the making at once, so collectors are slow or too " +
          "many servers scrape. 500: all failed, and errorMode asks for it to be said, or an " +
          "aggregator could not read its store or a shard.",
      }),
      alertOf(scope, {
        alert: "EdgepromScrapeSlow",
        expr: `${scope.recorded(time, "instance")} > ${thresholds.scrapeSeconds}`,
        for: "10m",
        severity: "warning",
        summary: `Pages of ${instance} take long.`,
        description: "They take {{ $value | humanizeDuration }} on average.",
        runbook: "A collector asks something slow: measure it, or let it keep what it found. If " +
          "pages are large, see edgeprom_series for the largest families.",
      }),
      alertOf(scope, {
        alert: "EdgepromFamilyNearLimit",
        expr: `${scope.of("edgeprom_series")} > ${thresholds.familySeries}`,
        for: "15m",
        severity: "warning",
        summary: `{{ $labels.family }} of ${instance} has many series.`,
        description: `It has {{ $value | humanize }}, more than ${thresholds.familySeries}.`,
        runbook: "registry.cardinality() tells which label has that many values. It is often a " +
          "path, an id or a message. Remove it, close its list, or raise seriesPerFamily. " +
          "Families of collectors have no limit, but cost the server the same.",
      }),
      alertOf(scope, {
        alert: "EdgepromRegistryNearLimit",
        expr: `${scope.recorded(total, "instance")} > ${thresholds.series}`,
        for: "15m",
        severity: "warning",
        summary: `${instance} has many series.`,
        description: `It has {{ $value | humanize }}, more than ${thresholds.series}.`,
        runbook: "See edgeprom_series for the largest families. Let idle series expire with " +
          "idleSeconds, or raise series of the registry's cardinality.",
      }),
      alertOf(scope, {
        alert: "EdgepromSeriesOverflowed",
        expr: grown(scope.of("edgeprom_series_overflowed_total")),
        for: "0m",
        severity: "warning",
        summary: `{{ $labels.family }} of ${instance} has no room for more series.`,
        description: "{{ $value | humanize }} recordings went to its overflow series.",
        runbook: "Sums over the family stay right, but new label sets are told apart no longer. " +
          "See EdgepromFamilyNearLimit.",
      }),
      alertOf(scope, {
        alert: "EdgepromInvalidRecordings",
        expr: grown(scope.of("edgeprom_invalid_recordings_total")),
        for: "0m",
        severity: "warning",
        summary: `Recordings to {{ $labels.family }} of ${instance} are dropped.`,
        description: "{{ $value | humanize }} were not valid.",
        runbook:
          "A label value that is not allowed, or a number that cannot be. onInvalid of the " +
          "registry reports each with its reason.",
      }),
      alertOf(scope, {
        alert: "EdgepromExemplarsDropped",
        expr: grown(scope.of("edgeprom_exemplars_dropped_total")),
        for: "0m",
        severity: "info",
        summary: `Exemplars of {{ $labels.family }} of ${instance} are dropped.`,
        description: "{{ $value | humanize }} were; the observations themselves are counted.",
        runbook: "Their labels are longer than 128 characters together, or are not text. See " +
          "exemplarSource of the registry.",
      }),
      alertOf(scope, {
        alert: "EdgepromPushOverdue",
        // A DeltaPusher sends nothing if nothing has changed; EdgepromAggregateSilent is about it.
        expr: `(time() - ${latest("edgeprom_push_last_success_timestamp_seconds")}\nunless\n${
          latest("edgeprom_push_batches_total")
        }) > ${thresholds.pushAgeSeconds}`,
        for: "5m",
        severity: "critical",
        summary: `${service} has stopped to push to {{ $labels.target }}.`,
        description: "The last push that was taken was {{ $value | humanizeDuration }} ago.",
        runbook:
          "The logger of the RemoteWriter or Pushgateway has the reason: the server cannot " +
          "be reached, the authorization is wrong, or the process has ended. A job that was ended " +
          "on purpose is forgotten by itself, in a Pushgateway after its group is deleted.",
      }),
      alertOf(scope, {
        alert: "EdgepromPushSamplesLost",
        expr: `increase(${
          scope.of("edgeprom_push_samples_total", 'result=~"refused|unsent"')
        }[15m]) > 0`,
        for: "5m",
        severity: "warning",
        summary: `Pushes of ${service} to {{ $labels.target }} lose samples.`,
        description: "{{ $value | humanize }} were {{ $labels.result }} in 15 minutes.",
        runbook:
          "Refused: the server found them too old, out of order, or more than it takes; its " +
          "log says which. Unsent: no attempt got through in time.",
      }),
      alertOf(scope, {
        alert: "EdgepromPushBatchesLost",
        expr: `increase(${
          scope.of("edgeprom_push_batches_total", 'result=~"uncertain|refused"')
        }[15m]) > 0`,
        for: "5m",
        severity: "warning",
        summary: `Isolates of ${service} give up batches to {{ $labels.target }}.`,
        description: "{{ $value | humanize }} were {{ $labels.result }} in 15 minutes.",
        runbook: "Uncertain: they may have been applied or not, as the aggregator's answer was " +
          "lost, and it has forgotten the client or giveUpSeconds have passed; see " +
          "edgeprom_push_requests_total for what was answered instead. Refused: the aggregator " +
          "takes no such batch, or only a part of a family; the logger of the pusher has the " +
          "reason.",
      }),
      ...aggregateAlerts(scope, thresholds),
    ],
  }];
}
