import type { MetricFamily } from "../../model/snapshot.ts";

/**
 * What the lines of a row have after their values: the time of measurement, if the row has one.
 *
 * @param write Writes a time that is given in seconds since 1970.
 */
export function lineTimes(
  { timestamps }: MetricFamily,
  write: (seconds: number) => string,
): ((row: number) => string) | undefined {
  if (timestamps == null) return undefined;
  return (row) => Number.isNaN(timestamps[row]) ? "" : ` ${write(timestamps[row])}`;
}
