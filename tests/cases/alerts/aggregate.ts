import { type AlertCase, onInstance, type SeriesValues } from "./alert_case.ts";

const percent = (text: string) => ({ values: { "$value | humanizePercentage": text } });
const humanized = (text: string) => ({ values: { "$value | humanize": text } });

const own = (metric: string, shard?: number) =>
  `edgeprom_aggregate_${metric}${shard === undefined ? "" : `{shard="${shard}"}`}`;
const batches = (result: string, shard?: number) =>
  `edgeprom_aggregate_batches_total{result="${result}"${
    shard === undefined ? "" : `, shard="${shard}"`
  }}`;
const lastBatch = own("last_batch_timestamp_seconds");

/** Something that is almost full, in one of two shards. */
function room(alert: string, what: string): AlertCase {
  const taken = (values: string): SeriesValues => ({
    [own(what, 0)]: "10+0x40",
    [own(`${what}_limit`, 0)]: "100+0x40",
    [own(what, 1)]: values,
    [own(`${what}_limit`, 1)]: "100+0x40",
  });
  return {
    alert,
    fires: taken("90+0x40"),
    before: "14m",
    at: "16m",
    labels: { ...onInstance, shard: "1" },
    ...percent("90%"),
    quiet: [
      { series: taken("80+0x40") },
      { series: taken("90+0x10 70+0x30") },
      { series: { [own(what)]: "1e6+0x40", [own(`${what}_limit`)]: "Inf+0x40" } },
    ],
  };
}

export const aggregateCases: readonly AlertCase[] = [
  {
    alert: "EdgepromAggregateBatchesUnavailable",
    fires: {
      [batches("applied", 0)]: "0+90x40",
      [batches("unavailable", 0)]: "0+0x40",
      [batches("applied", 1)]: "0+90x40",
      [batches("unavailable", 1)]: "0+10x40",
    },
    before: "9m",
    at: "15m",
    labels: { ...onInstance, shard: "1" },
    ...percent("10%"),
    quiet: [
      { series: { [batches("applied")]: "0+96x40", [batches("unavailable")]: "0+4x40" } },
      // It was away for a moment.
      {
        series: {
          [batches("applied")]: "0+0x2 0+90x40",
          [batches("unavailable")]: "0+90x2 180+0x40",
        },
      },
      // Nobody sends.
      { series: { [batches("applied")]: "9+0x40", [batches("unavailable")]: "9+0x40" } },
    ],
  },
  {
    alert: "EdgepromAggregateStoreErrors",
    fires: { [own("store_errors_total")]: "0x20 0+1x40" },
    before: "21m",
    at: "33m",
    labels: onInstance,
    ...humanized("12"),
    quiet: [
      { series: { [own("store_errors_total")]: "2+0x60" } },
      { series: { [own("store_errors_total")]: "0x20 1+0x40" }, at: "45m" },
      // It has started anew.
      { series: { [own("store_errors_total")]: "_x20 0+0x40" } },
    ],
  },
  {
    alert: "EdgepromAggregateBatchesRefused",
    fires: { [batches("refused")]: "0+1x40" },
    before: "5m",
    at: "16m",
    labels: { ...onInstance, result: "refused" },
    ...humanized("15"),
    quiet: [
      { series: { [batches("refused")]: "5+0x40" } },
      { series: { [batches("unknown")]: "0+1x40", [batches("unavailable")]: "0+1x40" } },
    ],
  },
  {
    alert: "EdgepromAggregateClientsUnknown",
    fires: {
      [batches("applied", 0)]: "0+98x60",
      [batches("unknown", 0)]: "0+2x60",
      [batches("applied", 1)]: "0+93x60",
      [batches("unknown", 1)]: "0+7x60",
    },
    before: "14m",
    at: "20m",
    labels: { ...onInstance, shard: "1" },
    ...percent("7%"),
    quiet: [
      { series: { [batches("applied")]: "0+96x60", [batches("unknown")]: "0+4x60" } },
      // The store was lost once, so that every isolate began anew.
      {
        series: { [batches("applied")]: "0+5x60", [batches("unknown")]: "0x5 9+0x55" },
        at: "22m",
      },
    ],
  },
  {
    alert: "EdgepromAggregateFamiliesRefused",
    fires: { [own("refused_families_total")]: "0+2x40" },
    before: "14m",
    at: "20m",
    labels: onInstance,
    ...humanized("30"),
    quiet: [
      { series: { [own("refused_families_total")]: "7+0x40" } },
      // A batch of an isolate that has ended since.
      { series: { [own("refused_families_total")]: "0 0 2+0x40" } },
    ],
  },
  room("EdgepromAggregateClientsNearLimit", "clients"),
  room("EdgepromAggregateSeriesNearLimit", "series"),
  {
    alert: "EdgepromAggregateSilent",
    // It does not even say so itself.
    fires: { [lastBatch]: "0+60x5" },
    before: "39m",
    at: "45m",
    values: { "$value | humanizeDuration": "40m 0s" },
    quiet: [
      { series: { [lastBatch]: "0+60x60" } },
      { series: { [lastBatch]: "0+600x2 1200+0x7 1800+0x10 2400+0x30" } },
      // Another shard of the service has batches.
      {
        series: {
          [own("last_batch_timestamp_seconds", 0)]: "0+0x60",
          [own("last_batch_timestamp_seconds", 1)]: "0+60x60",
        },
      },
      // All of its clients are forgotten.
      { series: { [lastBatch]: "0+0x30 stale" }, at: "220m" },
    ],
  },
];
