import { type SampleLine, sampleLines } from "../../exposition/text/sample_lines.ts";
import { shapeOf } from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { FamilyMetadata, LabelPairs } from "./protocol.ts";
import type { Outcome } from "./request.ts";
import { SeriesLabels, type TargetLabels } from "./series_labels.ts";

/**
 * How the samples of a family travel.
 *
 * - `steady`: in requests that stay the same but for their values.
 * - `loose`: in requests that are made anew, because samples have exemplars.
 * - `timed`: likewise, because samples have times of their own.
 * - `native`: as native histograms.
 */
export type Way = "steady" | "loose" | "timed" | "native";

/** A family that is to be sent in one of these ways. */
export interface Part {
  readonly family: MetricFamily;
  readonly way: Way;
}

/**
 * How far a series is: not sent yet, its zero refused, sent without an answer, its zero written, or its
 * value. From `tried` on the server may have it.
 */
export const progress = { none: 0, declined: 1, tried: 2, begun: 3, written: 4 } as const;

/** Rows after which other work may run. */
const rowsPerStep = 256;

/** How far a series is by its value. A refused one may be taken next time. */
export const reachedBy: Readonly<Record<Outcome, number>> = {
  written: progress.written,
  refused: progress.none,
  unknown: progress.tried,
};

/** The age up to which a server takes a sample: half of the two hours of a block of Prometheus. */
const takenForMs = 3_600_000;

/**
 * A family as far as it was sent. Its samples have positions: line by line of each row, as on a
 * page.
 */
export class SentFamily {
  readonly metadata: FamilyMetadata;
  /** The samples of each row. */
  readonly lines: readonly SampleLine[];
  /** How it travels. */
  way: Way;
  /** Number of samples that have their place in a steady request. */
  placed = 0;
  readonly #shape: readonly unknown[];
  readonly #names: readonly string[];
  readonly #labels: SeriesLabels;
  /** Whether a line counts since a start. */
  readonly #counts: readonly boolean[];
  #values: readonly string[];
  #rows = 0;
  /** Number of rows that were written. */
  #written = 0;
  #progress = new Uint8Array(0);
  /** Start of each row in milliseconds since 1970; 0 if it is not known. */
  #starts = new Float64Array(0);
  /** The times of zeros that are not at the start. */
  readonly #laterZeros = new Map<number, number>();
  /** The times of rows as they were settled last, if they have times of their own. */
  #times = new Float64Array(0);

  constructor({ family, way }: Part, target: TargetLabels) {
    const { name, help, unit, type, labels } = family;
    this.metadata = { name, help, unit, type };
    this.way = way;
    this.lines = way === "native" ? [{ name }] : sampleLines(family);
    this.#shape = shapeOf(family) ?? [];
    this.#names = labels.names;
    this.#values = labels.values;
    this.#labels = new SeriesLabels(labels.names, this.lines, target);
    this.#counts = this.lines.map((line) =>
      type === "counter" || type === "histogram" || type === "summary" && line.name !== name
    );
    this.update(family);
  }

  /** Number of rows. */
  get rows(): number {
    return this.#rows;
  }

  /** Number of samples. */
  get size(): number {
    return this.#rows * this.lines.length;
  }

  /** The row of a sample. */
  rowOf(position: number): number {
    return Math.floor(position / this.lines.length);
  }

  /** The labels of a sample's series, valid until the next call. */
  labelsOf(position: number): LabelPairs {
    const row = this.rowOf(position);
    return this.#labels.of(this.#values, row, this.lines[position - row * this.lines.length]);
  }

  /**
   * When the series of a sample began, in milliseconds since 1970, before this time; 0 if it does
   * not count, or its start is not known.
   */
  startOf(position: number, time: number): number {
    const row = this.rowOf(position);
    if (!this.#counts[position - row * this.lines.length]) return 0;
    return this.#starts[row] === 0 ? 0 : Math.min(this.#starts[row], time - 1);
  }

  /** How far a row is. */
  progressOf(row: number): number {
    return this.#progress[row];
  }

  /** Whether a row was settled with the same time of its own. */
  isSettledAt(row: number, time: number): boolean {
    return this.#times[row] === time;
  }

  /**
   * Whether a series that was never sent began after some time, such as the last push, and lately
   * enough, so that a server takes a zero at its start. One that began before was there already, out
   * of sight.
   */
  isNewborn(row: number, time: number, since: number): boolean {
    const start = this.#starts[row];
    const reached = this.#progress[row];
    return (reached === progress.none || reached === progress.tried) && start !== 0 &&
      start >= since && time - start < takenForMs;
  }

  /**
   * The time for the zero of a new series, in milliseconds since 1970: its start, before this time. If
   * another series with its labels ended in that moment, it is the next one; NaN if that is too late.
   *
   * @param lastTime The time of the last snapshot that was sent. If the series was in it, without an
   * answer, its zero must not lie behind that, and must be the same again.
   */
  zeroTimeOf(row: number, time: number, lastTime: number): number {
    const start = Math.min(this.#starts[row], time - 1);
    if (this.#progress[row] === progress.none && start === lastTime) {
      this.#laterZeros.set(row, lastTime + 1 < time ? lastTime + 1 : NaN);
    }
    return this.#laterZeros.get(row) ?? start;
  }

  /** Whether a row was sent with a time of its own. */
  hasOwnTime(row: number): boolean {
    return !Number.isNaN(this.#times[row]);
  }

  /** Whether there may be rows that were never written. */
  get hasNew(): boolean {
    return this.#written < this.#rows;
  }

  /** Notes how far rows are, from `first` to before `end`. */
  settle(first: number, end: number, reached: number): void {
    for (let row = first; row < end; row++) {
      if (this.#progress[row] >= reached) continue;
      this.#progress[row] = reached;
      if (reached === progress.written) this.#written++;
    }
  }

  /** Notes that the server has answered to a row with a time of its own. */
  settleAt(row: number, time: number): void {
    this.#times[row] = time;
  }

  /** Whether it is the same family with the same rows, and maybe more behind them. */
  continuesIn(family: MetricFamily): boolean {
    const { type, help, unit, labels: { names, values, rows } } = family;
    const before = this.metadata;
    const shape = shapeOf(family) ?? [];
    return type === before.type && help === before.help && unit === before.unit &&
      rows >= this.#rows &&
      shape.length === this.#shape.length && agree(shape, this.#shape, shape.length) &&
      names.length === this.#names.length && agree(names, this.#names, names.length) &&
      agree(values, this.#values, this.#rows * names.length) &&
      this.#starts.every((start, row) => start === startOfRow(family, row));
  }

  /** Takes further rows of the same family. */
  update(family: MetricFamily): void {
    const { labels: { values, rows } } = family;
    this.#values = values;
    if (rows === this.#rows) return;
    const first = this.#rows;
    this.#rows = rows;
    this.#progress = resized(this.#progress, new Uint8Array(rows));
    this.#starts = resized(this.#starts, new Float64Array(rows));
    this.#times = resized(this.#times, new Float64Array(rows).fill(NaN));
    for (let row = first; row < rows; row++) this.#starts[row] = startOfRow(family, row);
  }

  /**
   * Takes over how far the same series were in an earlier state of the family, in steps. What that
   * still has as written afterwards has ended.
   */
  *inherit(before: SentFamily): Generator<void> {
    const hasSameLines = this.hasLinesOf(before);
    const take = (row: number, known: number) => {
      if (before.#starts[known] === this.#starts[row]) {
        this.settle(row, row + 1, before.#progress[known]);
        this.#times[row] = before.#times[known];
        const zeroTime = before.#laterZeros.get(known);
        if (zeroTime !== undefined) this.#laterZeros.set(row, zeroTime);
      }
      if (hasSameLines) before.#progress[known] = progress.none;
    };
    const width = this.#names.length;
    const hasSameNames = before.#names.length === width && agree(before.#names, this.#names, width);
    const isSame = (row: number, known: number) => {
      for (let column = 0; column < width; column++) {
        const value = before.#values[known * width + column];
        if (value !== this.#values[row * width + column]) return false;
      }
      return hasSameNames;
    };
    // Rows keep their order, as a rule: some are gone, and others are behind them. The rest is found by
    // keys, which takes fifty times as long.
    const unmatched = new Map<string, number>();
    let row = 0;
    for (let known = 0; known < before.#rows; known++) {
      if (known % rowsPerStep === rowsPerStep - 1) yield;
      if (row < this.#rows && isSame(row, known)) take(row++, known);
      else unmatched.set(before.#keyOf(known), known);
    }
    for (; row < this.#rows; row++) {
      if (row % rowsPerStep === rowsPerStep - 1) yield;
      const known = unmatched.get(this.#keyOf(row));
      if (known !== undefined) take(row, known);
    }
  }

  /** Whether each row has the same samples as in another state of the family. */
  hasLinesOf({ lines }: SentFamily): boolean {
    return lines.length === this.lines.length && lines.every(({ name, label }, at) => {
      const line = this.lines[at];
      return name === line.name && label?.name === line.label?.name &&
        label?.value === line.label?.value;
    });
  }

  /** The labels of a row's series but for those of its samples, as a key. */
  #keyOf(row: number): string {
    return this.#labels.of(this.#values, row, noLine).join("\0");
  }
}

/** Names nothing. */
const noLine: SampleLine = { name: "" };

function startOfRow(family: MetricFamily, row: number): number {
  const seconds = "created" in family ? family.created?.[row] ?? 0 : 0;
  return seconds > 0 ? Math.floor(seconds * 1000) : 0;
}

/** Whether two lists begin with the same elements. */
function agree(one: readonly unknown[], other: readonly unknown[], length: number): boolean {
  if (one === other) return true;
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return false;
  return true;
}

function resized<Numbers extends Uint8Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from.subarray(0, to.length));
  return to;
}
