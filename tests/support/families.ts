import {
  constCounter,
  constGauge,
  constHistogram,
  type LabelRecord,
  type MetricFamily,
} from "../../mod.ts";
import type { CounterSnapshot, GaugeSnapshot, HistogramSnapshot } from "../../src/core.ts";
import type { DroppedExemplars } from "../../src/model/exemplar.ts";
import { checkFamilySteps } from "../../src/model/gathering/check_family.ts";
import { atOnce } from "../../src/model/platform/time_slices.ts";

/** A counter family with a series for each label set, its value being its number in the list. */
export function counterOf(name: string, ...sets: readonly LabelRecord[]): CounterSnapshot {
  const samples = sets.map((labels, number) => ({ labels, value: number + 1 }));
  return constCounter({ name, help: "Help.", samples });
}

/** A gauge family with a series for each label set, its value being its number in the list. */
export function gaugeOf(name: string, ...sets: readonly LabelRecord[]): GaugeSnapshot {
  const samples = sets.map((labels, number) => ({ labels, value: number + 1 }));
  return constGauge({ name, help: "Help.", samples });
}

/** A histogram family with one bucket and one observation for each label set. */
export function histogramOf(name: string, ...sets: readonly LabelRecord[]): HistogramSnapshot {
  const samples = sets.map((labels) => ({ labels, buckets: [1, 0], sum: 0.5 }));
  return constHistogram({ name, help: "Help.", bounds: [1], samples });
}

/** A copy of a family, checked as that of a collector is. */
export function checkedFamily(family: MetricFamily, dropped?: DroppedExemplars): MetricFamily {
  return atOnce(checkFamilySteps(family, dropped));
}
