import type { Part } from "../instruments/layout.ts";

/** The series of one family in one segment: slots, rows, and when each was made. */
export class FamilyPart implements Part {
  /** The first cell of each series. */
  readonly slots: number[] = [];
  /** The row of each in the merged family. */
  readonly rows: number[] = [];
  /** The logical time of each. */
  readonly stamps: number[] = [];
  /** Where a slot is in the lists; made when a series first ends. */
  #places: Map<number, number> | undefined;

  /** Adds a series. */
  add(slot: number, row: number, stamp: number): void {
    this.#places?.set(slot, this.slots.length);
    this.slots.push(slot);
    this.rows.push(row);
    this.stamps.push(stamp);
  }

  /** Where a series is in the lists, by its slot. */
  placeOf(slot: number): number | undefined {
    this.#places ??= new Map(this.slots.map((present, place) => [present, place]));
    return this.#places.get(slot);
  }

  /** Removes a series, by its place in the lists; the last one moves there. */
  remove(place: number): void {
    const [slot, last] = [this.slots[place], this.slots.at(-1)!];
    for (const list of [this.slots, this.rows, this.stamps]) {
      list[place] = list.at(-1)!;
      list.pop();
    }
    this.#places?.set(last, place);
    this.#places?.delete(slot);
  }

  /** Gives the rows other numbers. */
  renumber(numbers: readonly number[]): void {
    this.rows.forEach((row, place) => this.rows[place] = numbers[row]);
  }
}
