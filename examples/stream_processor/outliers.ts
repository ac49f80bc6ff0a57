/**
 * Beyond this score a value is an outlier, as Iglewicz and Hoaglin recommend ("How to Detect and
 * Handle Outliers", 1993).
 */
export const OUTLIER_SCORE = 3.5;

/**
 * The modified z-score: how far a value lies from the median of others, in units that for a normal
 * distribution are standard deviations. It rests on medians, which the outliers themselves do not
 * shift as they would a mean.
 *
 * @returns 0 if all others are the same, as there is then no measure of how far is far.
 */
export function modifiedZScore(value: number, others: readonly number[]): number {
  const center = median(others);
  const deviations = others.map((other) => Math.abs(other - center));
  const medianDeviation = median(deviations);
  if (medianDeviation > 0) return 0.6745 * (value - center) / medianDeviation;

  // With more than half of the values at the median its deviation is 0; the mean of the deviations
  // takes its place.
  const meanDeviation = deviations.reduce((total, deviation) => total + deviation, 0) /
    deviations.length;
  return meanDeviation > 0 ? (value - center) / (1.253314 * meanDeviation) : 0;
}

/** Whether the value lies too far from the others, in either direction. */
export function isOutlier(value: number, others: readonly number[]): boolean {
  return Math.abs(modifiedZScore(value, others)) > OUTLIER_SCORE;
}

/**
 * The middle of the sorted values, or the mean of the two in the middle. Throws if there are none.
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("There is no median of nothing");
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
