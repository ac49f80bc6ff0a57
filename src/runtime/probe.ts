import type { Collector } from "../model/collector.ts";
import {
  constCounter,
  type ConstFamily,
  constGauge,
  type ConstSample,
} from "../model/const_metrics.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { Host } from "./host.ts";

/** Makes what looks at one thing; nothing where the runtime does not show it. */
export type Probe = (host: Host) => RunningProbe | undefined;

/** A probe at work. */
export interface RunningProbe {
  /** What a scrape asks. */
  readonly collector: Collector;
  /** Ends what runs between scrapes. */
  stop?(): void;
}

/** A probe that looks when it is asked, and runs nothing in between. */
export function onScrape(collect: () => readonly MetricFamily[]): RunningProbe {
  return { collector: { collect } };
}

/** The header of a family, and its value, or none where the runtime gives none. */
export interface Reading extends Omit<ConstFamily<ConstSample>, "samples"> {
  /** The value; a family without one is left out, as nothing is better than a made-up number. */
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
