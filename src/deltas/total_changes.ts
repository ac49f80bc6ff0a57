import type { Exemplar } from "../model/exemplar.ts";
import {
  type AnyFamily,
  type NumberColumn,
  type PartName,
  partsOf,
} from "../model/metric_types.ts";
import type { NativeBuckets } from "../model/snapshot.ts";
import type { FamilyDelta } from "./delta.ts";
import { exactDifference } from "./exact.ts";
import { isNewExemplar } from "./exemplar_changes.ts";
import { rowBefore, type RowMatch } from "./match_rows.ts";
import { isSameNative, nativeChange } from "./native_changes.ts";
import { selectRows, sizeOf } from "./select_rows.ts";

/** What became of a series. */
const same = 0;
const changed = 1;
/** It is new, or was reset: all that it has is to be added. */
const whole = 2;

/**
 * What is to be added to the series of a family that changed. One that was reset counts from 0.
 *
 * @param before The family before, of the same definition.
 * @param now The family now, without quantiles and timestamps.
 */
export function totalChanges(before: AnyFamily, now: AnyFamily, match: RowMatch): FamilyDelta {
  const changes = new TotalChanges(before, now, match);
  return changes.subtract(changes.find());
}

class TotalChanges {
  readonly #before: AnyFamily;
  readonly #now: AnyFamily;
  readonly #match: RowMatch;
  /** By row. */
  readonly #states: Uint8Array;

  constructor(before: AnyFamily, now: AnyFamily, match: RowMatch) {
    this.#before = before;
    this.#now = now;
    this.#match = match;
    this.#states = new Uint8Array(now.labels.rows);
  }

  /** The rows that changed. */
  find(): readonly number[] {
    const { inPlace, moved } = this.#match;
    moved.forEach((from, at) => {
      if (from < 0) this.#states[inPlace + at] = whole;
    });
    for (const [name, part] of partsOf(this.#now.type)) {
      if (this.#now[name] == null) continue;
      if (part.kind === "numbers") this.#compareNumbers(name, part);
      if (part.kind === "created") this.#compareStarts();
      if (part.kind === "exemplars") this.#compareExemplars(sizeOf(this.#now, part));
      if (part.kind === "native") this.#compareNatives();
    }
    const rows: number[] = [];
    const states = this.#states;
    for (let row = 0; row < states.length; row++) if (states[row] !== same) rows.push(row);
    return rows;
  }

  /** The rows, without what they were before. */
  subtract(rows: readonly number[]): FamilyDelta {
    const family: AnyFamily = selectRows({ ...this.#now, created: undefined }, rows);
    const rests = new Map<PartName, ReadonlyMap<number, readonly number[]>>();
    const parts: { [Name in PartName]?: unknown } = { ...family };
    for (const [name, part] of partsOf(family.type)) {
      if (family[name] == null || part.kind === "shape") continue;
      const size = sizeOf(family, part);
      switch (part.kind) {
        case "numbers": {
          const rest = this.#subtractNumbers(name, rows, family[name] as Float64Array, size);
          if (rest.size > 0) rests.set(name, rest);
          break;
        }
        case "exemplars":
          parts[name] = this.#onlyNew(rows, family.exemplars!, size);
          if (parts[name] === undefined) delete parts[name];
          break;
        case "native":
          parts[name] = family.native!.map((native, at) => this.#nativeChange(native, rows[at]));
      }
    }
    const delta = { family: parts as unknown as FamilyDelta["family"] };
    return rests.size === 0 ? delta : { ...delta, rests };
  }

  #compareNumbers(name: PartName, part: NumberColumn): void {
    const now = this.#now[name] as Float64Array;
    const before = this.#before[name] as Float64Array;
    const size = sizeOf(this.#now, part);
    const isReset = part.holds === "counts" ? hasFallen : wasNotFinite;
    const differ = (cell: number, one: number, other: number) => {
      if (!Object.is(one, other)) {
        this.#mark(Math.floor(cell / size), isReset(one, other) ? whole : changed);
      }
    };
    // Most rows are in place and the same.
    const { inPlace } = this.#match;
    const cells = inPlace * size;
    for (let cell = 0; cell < cells; cell++) {
      if (now[cell] !== before[cell]) differ(cell, now[cell], before[cell]);
    }
    this.#match.moved.forEach((from, at) => {
      if (from < 0) return;
      for (let entry = 0; entry < size; entry++) {
        const cell = (inPlace + at) * size + entry;
        const other = before[from * size + entry];
        if (now[cell] !== other) differ(cell, now[cell], other);
      }
    });
  }

  #compareStarts(): void {
    const { created: now } = this.#now;
    const { created: before } = this.#before;
    if (now == null || before == null) return;
    for (let row = now === before ? this.#match.inPlace : 0; row < this.#states.length; row++) {
      const from = rowBefore(this.#match, row);
      if (from >= 0 && now[row] !== before[from]) this.#mark(row, whole);
    }
  }

  #compareExemplars(size: number): void {
    const now = this.#now.exemplars!;
    for (let row = 0; row < this.#states.length; row++) {
      if (this.#states[row] !== same) continue;
      for (let cell = row * size; cell < (row + 1) * size; cell++) {
        if (isNewExemplar(now[cell], this.#exemplarBefore(row, cell, size))) {
          this.#mark(row, changed);
        }
      }
    }
  }

  #exemplarBefore(row: number, cell: number, size: number): Exemplar | undefined {
    const from = rowBefore(this.#match, row);
    return this.#before.exemplars?.[cell + (from - row) * size];
  }

  #compareNatives(): void {
    this.#now.native!.forEach((now, row) => {
      const before = this.#before.native![rowBefore(this.#match, row)];
      if (this.#states[row] === whole || isSameNative(before, now)) return;
      this.#mark(row, nativeChange(before, now) === undefined ? whole : changed);
    });
  }

  #nativeChange(now: NativeBuckets, row: number): NativeBuckets {
    if (this.#states[row] === whole) return now;
    return nativeChange(this.#before.native![rowBefore(this.#match, row)], now)!;
  }

  #mark(row: number, state: number): void {
    if (this.#states[row] < state) this.#states[row] = state;
  }

  /** Returns the rests of the differences, by cell. */
  #subtractNumbers(
    name: PartName,
    rows: readonly number[],
    numbers: Float64Array,
    size: number,
  ): ReadonlyMap<number, readonly number[]> {
    const before = this.#before[name] as Float64Array;
    const rests = new Map<number, readonly number[]>();
    rows.forEach((row, at) => {
      if (this.#states[row] === whole) return;
      const from = rowBefore(this.#match, row);
      for (let entry = 0; entry < size; entry++) {
        const cell = at * size + entry;
        const { high, rest } = exactDifference(numbers[cell], before[from * size + entry]);
        numbers[cell] = high;
        if (rest.length > 0) rests.set(cell, rest);
      }
    });
    return rests;
  }

  /** The exemplars that are new; `undefined` if there are none. */
  #onlyNew(
    rows: readonly number[],
    exemplars: readonly (Exemplar | undefined)[],
    size: number,
  ): readonly (Exemplar | undefined)[] | undefined {
    const found = exemplars.map((exemplar, cell) => {
      const at = Math.floor(cell / size);
      const row = rows[at];
      const isNew = this.#states[row] === whole ||
        isNewExemplar(exemplar, this.#exemplarBefore(row, cell + (row - at) * size, size));
      return isNew ? exemplar : undefined;
    });
    return found.some((exemplar) => exemplar !== undefined) ? found : undefined;
  }
}

/** Whether a count is another than one that only grew. */
function hasFallen(now: number, before: number): boolean {
  return !(now >= before);
}

/** Whether a sum is another than one that was added to: addition never leaves what is not finite. */
function wasNotFinite(now: number, before: number): boolean {
  return !Number.isFinite(before) && !Number.isNaN(now);
}
