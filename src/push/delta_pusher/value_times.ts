import { matchRows, rowBefore } from "../../deltas/match_rows.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { withParts } from "../../model/metric_types.ts";

/** A gauge as it was sent, with the times of its values. */
interface TimedFamily {
  /** The snapshot. */
  readonly family: MetricFamily;
  /** Since when each row has its value, in seconds since 1970. */
  readonly times: Float64Array | undefined;
}

/**
 * Since when each row of a gauge has its value, in seconds since 1970, as far as snapshots tell. A
 * value that is sent again must not win over one that another client has set meanwhile. `undefined`
 * if the snapshot says it by itself, or is no gauge.
 */
export function valueTimes(
  before: TimedFamily | undefined,
  now: MetricFamily,
  time: number,
): Float64Array | undefined {
  if (now.type !== "gauge" || now.times !== undefined) return undefined;
  const times = new Float64Array(now.labels.rows).fill(time);
  const { family, times: timesBefore } = before ?? {};
  if (family?.type !== "gauge" || timesBefore === undefined) return times;
  const rows = matchRows(family.labels, now.labels);
  for (let row = 0; row < times.length; row++) {
    const old = rowBefore(rows, row);
    if (old >= 0 && Object.is(family.values[old], now.values[row])) times[row] = timesBefore[old];
  }
  return times;
}

/** A gauge with all its rows that says since when they have their values, where it does not yet. */
export function withValueTimes(family: MetricFamily, times: Float64Array): MetricFamily {
  const own = family.type === "gauge" ? family.times : undefined;
  return withParts(family, {
    times: times.map((time, row) => own === undefined || Number.isNaN(own[row]) ? time : own[row]),
  });
}
