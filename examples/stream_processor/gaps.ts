import { StrategyLabel } from "@edgeprom/edgeprom";

/** A series on an even grid; null if nothing was measured. */
export type Series = readonly (number | null)[];

/** Neighbouring points without a value. */
export interface Gap {
  /** Index of the first point of the gap. */
  readonly start: number;
  /** Number of points. */
  readonly length: number;
  /** The values beside the gap; null at an end of the series. */
  readonly before: number | null;
  readonly after: number | null;
}

/**
 * Chooses how a gap is filled. A strategy that needs a value the gap does not have beside it leaves
 * the gap as it is.
 */
export type StrategyChoice = (gap: Gap) => StrategyLabel;

/** What was done about one gap. */
export interface Fill {
  readonly strategy: StrategyLabel;
  /** How many points got a value. */
  readonly filled: number;
}

/**
 * A longer gap in the delays, such as a night, is left open: to draw a line over it would invent
 * what nobody saw.
 */
export const LONGEST_GAP = 3;

/** An hour without a flight has 0 flights. */
export const forCounts: StrategyChoice = () => StrategyLabel.Zero;

/**
 * Delays change slowly: between two hours on a line, at an end of the day as the hour next to it.
 */
export const forDelays: StrategyChoice = ({ length, before, after }) => {
  if (length > LONGEST_GAP) return StrategyLabel.Drop;
  if (before === null) return StrategyLabel.Backward;
  if (after === null) return StrategyLabel.Forward;
  return StrategyLabel.Linear;
};

/** Fills the gaps of a series. */
export function fillGaps(
  series: Series,
  choose: StrategyChoice,
): { readonly series: Series; readonly fills: readonly Fill[] } {
  const result = [...series];
  const fills = findGaps(series).map((gap): Fill => {
    const strategy = choose(gap);
    let filled = 0;
    for (let step = 1; step <= gap.length; step++) {
      const value = valueIn(gap, strategy, step);
      if (value === null) continue;
      result[gap.start + step - 1] = value;
      filled++;
    }
    return { strategy, filled };
  });
  return { series: result, fills };
}

function findGaps(series: Series): Gap[] {
  const gaps: Gap[] = [];
  for (let start = 0; start < series.length; start++) {
    if (series[start] !== null) continue;
    let end = start;
    while (end < series.length && series[end] === null) end++;
    gaps.push({
      start,
      length: end - start,
      before: series[start - 1] ?? null,
      after: series[end] ?? null,
    });
    start = end;
  }
  return gaps;
}

/** The value of a point of the gap; steps count from 1. */
function valueIn(
  { length, before, after }: Gap,
  strategy: StrategyLabel,
  step: number,
): number | null {
  switch (strategy) {
    case StrategyLabel.Zero:
      return 0;
    case StrategyLabel.Forward:
      return before;
    case StrategyLabel.Backward:
      return after;
    case StrategyLabel.Linear:
      if (before === null || after === null) return null;
      return before + ((after - before) * step) / (length + 1);
    case StrategyLabel.Drop:
      return null;
  }
}
