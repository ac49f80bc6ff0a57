import type { MetricFamily } from "../../model/snapshot.ts";
import type { Part } from "./sent_family.ts";
import { isSteadyTime } from "./steady_block.ts";

/**
 * How histograms are sent.
 *
 * - `classic`: as series of buckets, a sum and a count, as on a page. Every server takes them.
 * - `native`: those with native buckets as native histograms, the others as `classic`.
 * - `both`: those with native buckets in both ways.
 * - `nhcb`: all as native histograms, those without native buckets with custom ones.
 *
 * @category Push
 */
export type HistogramMode = "classic" | "native" | "both" | "nhcb";

/** Decides in which ways families are sent. */
export function partsOf(
  families: readonly MetricFamily[],
  mode: HistogramMode,
  time: number,
): readonly Part[] {
  return families.flatMap((family): Part[] => {
    const isNative = goesNative(family, mode);
    return [
      ...isNative && mode !== "both" ? [] : [{ family, way: wayOf(family, time) }],
      ...isNative ? [{ family, way: "native" } as const] : [],
    ];
  });
}

/** Whether a family is sent as native histograms. */
export function goesNative(family: MetricFamily, mode: HistogramMode): boolean {
  if (mode === "classic") return false;
  if (family.type !== "histogram" && family.type !== "gaugehistogram") return false;
  return mode === "nhcb" || family.native !== undefined;
}

/** How a family is sent, if not as native histograms. */
export function wayOf(family: MetricFamily, time: number): "steady" | "loose" | "timed" {
  if (family.timestamps?.some((timestamp) => !Number.isNaN(timestamp))) return "timed";
  const exemplars = "exemplars" in family ? family.exemplars : undefined;
  const isSteady = isSteadyTime(time) && !exemplars?.some((exemplar) => exemplar !== undefined);
  return isSteady ? "steady" : "loose";
}
