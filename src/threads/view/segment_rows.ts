import type { RowsOfSegment } from "../instruments/layout.ts";

/** The series of one family in one segment: offset, row and logical time of each. */
export class SegmentRows implements RowsOfSegment {
  /** The first cell of each series. */
  readonly offsets: number[] = [];
  /** The row of each series in the merged family. */
  readonly rows: number[] = [];
  /** The logical time at which each series was created. */
  readonly stamps: number[] = [];
  /** The index of each offset in the lists; created when a series first ends. */
  #indexes: Map<number, number> | undefined;

  /** Adds a series. */
  add(offset: number, row: number, stamp: number): void {
    this.#indexes?.set(offset, this.offsets.length);
    this.offsets.push(offset);
    this.rows.push(row);
    this.stamps.push(stamp);
  }

  /** The index of a series in the lists, by its offset. */
  indexOf(offset: number): number | undefined {
    this.#indexes ??= new Map(this.offsets.map((present, index) => [present, index]));
    return this.#indexes.get(offset);
  }

  /** Removes the series at an index; the last one moves there. */
  remove(index: number): void {
    const [offset, last] = [this.offsets[index], this.offsets.at(-1)!];
    for (const list of [this.offsets, this.rows, this.stamps]) {
      list[index] = list.at(-1)!;
      list.pop();
    }
    this.#indexes?.set(last, index);
    this.#indexes?.delete(offset);
  }

  /** Replaces the row numbers. */
  renumber(numbers: readonly number[]): void {
    this.rows.forEach((row, index) => this.rows[index] = numbers[row]);
  }
}

/** The logical time at which each row was last created in these segments; -1 if in none. */
export function latestStamps(
  segments: Iterable<readonly [unknown, SegmentRows]>,
  rows: number,
): Float64Array {
  const stamps = new Float64Array(rows).fill(-1);
  for (const [, series] of segments) {
    series.rows.forEach((row, index) => {
      stamps[row] = Math.max(series.stamps[index], stamps[row]);
    });
  }
  return stamps;
}
