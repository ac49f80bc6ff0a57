import type { MeasuredName } from "../contenders/library.ts";

/** In what results are given; the last two are better the larger they are. */
export type Unit = "ns" | "µs" | "ms" | "B" | "kB" | "1/s";

/** A piece of work that is ready to be timed. */
export interface Work {
  /**
   * Done before each run and not timed, such as changing values before a scrape. With it a run is
   * done once at a time.
   */
  prepare?(): void | Promise<void>;
  /** Repeats the work and returns a number that depends on all of it. */
  run(times: number): number | Promise<number>;
  /** The counters that it adds 1 to each time; what was added must then be on the page. */
  readonly counts?: { readonly family: string; total: number };
  /** How many units of the operation one time is, such as the series made; 1 by default. */
  readonly size?: number;
}

/** What is measured, of those contenders that can do it. */
export interface Operation {
  readonly name: string;
  readonly unit: Unit;
  readonly contenders: Partial<Record<MeasuredName, () => Work | Promise<Work>>>;
}

/** A result, as it is written to a file. */
export interface Measurement {
  readonly runtime: string;
  readonly operation: string;
  readonly contender: MeasuredName;
  readonly unit: Unit;
  readonly median: number;
  readonly min: number;
  /** How many runs the median was taken of. */
  readonly runs: number;
}

/** How thoroughly to measure. */
export interface Settings {
  readonly runtime: string;
  readonly rounds: number;
  /** How long one run of a contender should take. */
  readonly milliseconds: number;
  /** Only operations whose names match. */
  readonly only: RegExp;
}

export function measurement(
  { name, unit }: Pick<Operation, "name" | "unit">,
  runtime: string,
  contender: MeasuredName,
  runs: readonly number[],
): Measurement {
  const sorted = [...runs].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
  return {
    runtime,
    operation: name,
    contender,
    unit,
    median: rounded(median),
    min: rounded(sorted[0]),
    runs: runs.length,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
