import type { LabelTable } from "../model/label_table.ts";
import { readMerge } from "../model/gauge_merge.ts";
import { type AnyFamily, metricTypes, type PartName } from "../model/metric_types.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { RefusedFamily } from "./reply.ts";

/**
 * What becomes of a family's numbers in an aggregate.
 *
 * - `total`: they are added up: counters, histograms, summaries.
 * - `latest`: the value that was sent last, of any client: gauges with `mostRecent` or no `merge`,
 *   and infos.
 * - `living`: they are combined over the clients that live, by the family's own rule: other gauges,
 *   state sets, gauge histograms, values of unknown type.
 */
export type Keeping = "total" | "latest" | "living";

/** What becomes of a family's numbers. */
export function keepingOf({ type, merge }: AnyFamily): Keeping {
  if (type === "gauge") {
    const { operation, livingOnly } = readMerge(merge ?? "mostRecent");
    return operation === "mostRecent" && !livingOnly ? "latest" : "living";
  }
  if (type === "info") return "latest";
  return metricTypes[type].isState ? "living" : "total";
}

/**
 * What a `Float64Array` cannot hold of exact numbers: by part, then by cell, what is to be added to
 * the number there. Cells without a rest are left out.
 */
export type Rests = ReadonlyMap<PartName, ReadonlyMap<number, readonly number[]>>;

/** What changed in a family. */
export interface FamilyDelta {
  /**
   * The series that changed. Numbers of a `total` family are what is to be added, others are the
   * values now. It has neither `created` nor `timestamps`, no quantiles, and only new exemplars.
   */
  readonly family: MetricFamily;
  /** The rests of its numbers; left out if there are none. */
  readonly rests?: Rests;
  /** Series of a `living` family that the client no longer has; left out if there are none. */
  readonly gone?: LabelTable;
}

/** Who sends a batch. */
export interface BatchHeader {
  /**
   * 16 bytes, the same as long as the client keeps its sequence: 12 random ones, which stay, and four
   * that count how often it has begun anew.
   */
  readonly client: Uint8Array;
  /** 1 for the first batch of the client, and one more for each. */
  readonly sequence: number;
  /** When the client made its first batch, in seconds since 1970 by its own clock. */
  readonly start: number;
  /** When it made this one, in seconds since 1970 by its own clock. */
  readonly time: number;
}

/** What a client sends at once: an aggregator applies each of its families, or none of them. */
export interface DeltaBatch extends BatchHeader {
  /** What changed, each family once. */
  readonly families: readonly FamilyDelta[];
  /** Families that no page may have, and why. */
  readonly refused: readonly RefusedFamily[];
}
