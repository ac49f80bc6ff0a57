import type { Collector } from "../model/collector.ts";
import { constCounter, constGauge } from "../model/const_metrics/const_metrics.ts";
import type { ConstFamily, ConstSample } from "../model/const_metrics/const_samples.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { Host } from "./host.ts";

/** Starts a probe; `undefined` if the runtime does not expose its data. */
export type Probe = (host: Host) => RunningProbe | undefined;

/** A started probe. */
export interface RunningProbe {
  /** The collector, which a scrape asks. */
  readonly collector: Collector;
  /** Ends what runs between scrapes. */
  stop?(): void;
}

/** A probe that reads its data at a scrape, and runs nothing in between. */
export function onScrape(collect: () => readonly MetricFamily[]): RunningProbe {
  return { collector: { collect } };
}

/** The header of a family, and its value if the runtime has one. */
export interface Reading extends Omit<ConstFamily<ConstSample>, "samples"> {
  /** The value. A family without one is left out, because an invented number would mislead. */
  readonly value: number | undefined;
}

/** Gauges of one series each. */
export function gauges(...readings: readonly Reading[]): readonly MetricFamily[] {
  return readings.filter(hasValue).map(({ value, ...header }) =>
    constGauge({ ...header, samples: [{ value }] })
  );
}

/** Counters of one series each. */
export function counters(...readings: readonly Reading[]): readonly MetricFamily[] {
  return readings.filter(hasValue).map(({ value, ...header }) =>
    constCounter({ ...header, samples: [{ value }] })
  );
}

function hasValue(reading: Reading): reading is Reading & { readonly value: number } {
  return reading.value !== undefined && Number.isFinite(reading.value);
}
