import { aggregateCases } from "./aggregate.ts";
import { type AlertCase, onInstance } from "./alert_case.ts";

const humanized = (text: string) => ({ values: { "$value | humanize": text } });
const family = "http_requests_total";
const ofFamily = { labels: { ...onInstance, family } };

/** A counter that is there only once something was lost. */
function loss(alert: string, name: string): AlertCase {
  const series = `${name}{family="${family}"}`;
  return {
    alert,
    fires: { [series]: "_x30 3+0x30" },
    before: "29m",
    at: "35m",
    ...ofFamily,
    ...humanized("3"),
    quiet: [
      { series: { [series]: "3+0x60" } },
      { series: { [series]: "_x30 3+0x30" }, at: "50m" },
    ],
  };
}

const pushed = { labels: { target: "https://prometheus.example.com" } };
const success =
  'edgeprom_push_last_success_timestamp_seconds{target="https://prometheus.example.com"}';
const batches = (result: string) =>
  `edgeprom_push_batches_total{target="https://prometheus.example.com", result="${result}"}`;
const samples = (result: string) =>
  `edgeprom_push_samples_total{target="https://prometheus.example.com", result="${result}"}`;

export const edgepromCases: readonly AlertCase[] = [
  {
    alert: "EdgepromTargetDown",
    fires: { up: "0+0x20" },
    before: "4m",
    at: "6m",
    labels: onInstance,
    quiet: [{ series: { up: "1+0x20" } }, { series: { up: "0 0 0 1 0 0 0 0" } }],
  },
  {
    alert: "EdgepromScrapeIncomplete",
    fires: { 'edgeprom_scrape_errors_total{cause="collector"}': "0+1x40" },
    before: "9m",
    at: "25m",
    labels: { ...onInstance, cause: "collector" },
    ...humanized("10"),
    quiet: [{ series: { 'edgeprom_scrape_errors_total{cause="collector"}': "0 1+0x40" } }],
  },
  {
    alert: "EdgepromScrapesFailing",
    fires: { 'edgeprom_scrapes_total{code="503"}': "0+1x40" },
    before: "9m",
    at: "25m",
    labels: { ...onInstance, code: "503" },
    ...humanized("10"),
    quiet: [
      { series: { 'edgeprom_scrapes_total{code="200"}': "0+1x40" } },
      { series: { 'edgeprom_scrapes_total{code="503"}': "5+0x40" } },
    ],
  },
  {
    alert: "EdgepromScrapeSlow",
    fires: {
      edgeprom_scrape_duration_seconds_sum: "0+24x40",
      edgeprom_scrape_duration_seconds_count: "0+4x40",
    },
    before: "9m",
    at: "15m",
    labels: onInstance,
    values: { "$value | humanizeDuration": "6s" },
    quiet: [{
      series: {
        edgeprom_scrape_duration_seconds_sum: "0+16x40",
        edgeprom_scrape_duration_seconds_count: "0+4x40",
      },
    }],
  },
  {
    alert: "EdgepromFamilyNearLimit",
    fires: { [`edgeprom_series{family="${family}"}`]: "9000+0x40" },
    before: "14m",
    at: "16m",
    ...ofFamily,
    ...humanized("9k"),
    quiet: [{ series: { [`edgeprom_series{family="${family}"}`]: "8000+0x40" } }],
  },
  {
    alert: "EdgepromRegistryNearLimit",
    fires: {
      'edgeprom_series{family="a"}': "50000+0x40",
      'edgeprom_series{family="b"}': "40000+0x40",
    },
    before: "14m",
    at: "16m",
    labels: onInstance,
    ...humanized("90k"),
    quiet: [{
      series: {
        'edgeprom_series{family="a"}': "50000+0x40",
        'edgeprom_series{family="a", instance="10.0.0.8:9090"}': "50000+0x40",
      },
    }],
  },
  loss("EdgepromSeriesOverflowed", "edgeprom_series_overflowed_total"),
  loss("EdgepromInvalidRecordings", "edgeprom_invalid_recordings_total"),
  loss("EdgepromExemplarsDropped", "edgeprom_exemplars_dropped_total"),
  {
    alert: "EdgepromPushOverdue",
    fires: { [success]: "0+60x3" },
    before: "17m",
    at: "20m",
    ...pushed,
    values: { "$value | humanizeDuration": "17m 0s" },
    quiet: [
      { series: { [success]: "0+60x40" } },
      // Another process of the job goes on.
      {
        series: {
          [success]: "0+60x3",
          [success.replace("}", ', instance="10.0.0.8:9090"}')]: "0+60x40",
        },
      },
      // It was ended on purpose, and is forgotten.
      { series: { [success]: "0+60x3" }, at: "70m" },
      // A DeltaPusher had nothing to send, and its aggregator shows what it last said.
      { series: { [success]: "0+0x40", [batches("applied")]: "3+0x40" } },
      // The aggregator is down, too.
      { series: { [success]: "0+0x9", [batches("applied")]: "3+0x9" } },
    ],
  },
  {
    alert: "EdgepromPushSamplesLost",
    fires: { [samples("refused")]: "0+1x40" },
    before: "5m",
    at: "20m",
    labels: { ...onInstance, ...pushed.labels, result: "refused" },
    ...humanized("15"),
    quiet: [
      { series: { [samples("written")]: "0+1x40" } },
      { series: { [samples("unsent")]: "5+0x40" } },
    ],
  },
  {
    alert: "EdgepromPushBatchesLost",
    fires: { [batches("uncertain")]: "0+1x40" },
    before: "5m",
    at: "16m",
    labels: { ...onInstance, ...pushed.labels, result: "uncertain" },
    ...humanized("15"),
    quiet: [
      { series: { [batches("applied")]: "0+5x40", [batches("duplicate")]: "0+1x40" } },
      { series: { [batches("refused")]: "5+0x40" } },
    ],
  },
  ...aggregateCases,
];
