import { CollectionError, display } from "../errors.ts";
import { type DroppedExemplars, type Exemplar, makeExemplar } from "../exemplar.ts";
import { isGaugeMerge } from "../gauge_merge.ts";
import {
  type AnyFamily,
  type CreatedColumn,
  entriesEach,
  type Part,
  type PartName,
  type Shape,
} from "../metric_types.ts";
import { isTime, unixSeconds } from "../platform/clock.ts";
import type { BucketedSnapshot, NativeBuckets } from "../snapshot.ts";
import { copyNative, type Fail } from "./check_native.ts";
import { copyOf } from "./check_table.ts";

/** Checks rows of what was copied: from `first` up to, but not including, `end`. */
export type RowsCheck = (first: number, end: number) => void;

/** What must hold of a value, and the words for it. */
interface Rule {
  readonly fits: (value: unknown) => boolean;
  readonly expected: string;
}

/** What shapes must hold, by the word of the table of types. */
const shapeRules: Readonly<Record<Shape["holds"], Rule>> = {
  ascending: { fits: isAscending, expected: "ascending numbers" },
  fractions: {
    fits: (list) => isAscending(list) && list.every((number) => number >= 0 && number <= 1),
    expected: "ascending numbers from 0 to 1",
  },
  distinct: { fits: isDistinct, expected: "distinct strings" },
  merge: { fits: isGaugeMerge, expected: "a way to merge gauges" },
};

/** What numbers must hold, by the word of the table of types. */
const numberRules = {
  counts: { fits: (count: number) => count >= 0, expected: "what counts is a number from 0 up" },
  flags: { fits: (flag: number) => flag === 0 || flag === 1, expected: "a state is 0 or 1" },
  times: {
    // Servers refuse a page as text if a time is below 0, and take nothing that is more than ten
    // minutes ahead, but for native histograms: after one, all else that they store is too old.
    fits: (time: number) => !(time < 0 || time > unixSeconds() + 600),
    expected: "a time is in seconds since 1970, and not in the future",
  },
};

/**
 * Copies a part of a family: what belongs to its rows, and nothing else. Rows are checked by a check
 * that is added to `checks`.
 *
 * @param isOnce Whether a shape is a new list and never given again, so that it is not remembered.
 * @throws {CollectionError} If it is not what the type asks for.
 */
export function copyPart(
  family: AnyFamily,
  part: PartName,
  description: Part,
  checks: RowsCheck[],
  dropped: DroppedExemplars,
  isOnce: boolean,
): unknown {
  const { name, labels: { rows } } = family;
  const value: unknown = family[part];
  const fail: Fail = (problem) => {
    throw new CollectionError(`${name}: ${part} ${problem}`);
  };
  switch (description.kind) {
    case "shape": {
      const { fits, expected } = shapeRules[description.holds];
      const copy = !Array.isArray(value) ? value : isOnce ? value.slice() : copyOf(value);
      return fits(copy) ? copy : fail(`${display(value)} must be ${expected}`);
    }
    case "created": {
      // The list may be longer than the table: a family's own one grows while a page is written.
      const times = value as ArrayLike<unknown>;
      if (!(times?.length >= rows)) fail(`does not hold ${rows} times`);
      const copy: unknown[] = [];
      for (let row = 0; row < rows; row++) copy.push(times[row]);
      eachCell(1, (row) => {
        if (!isTime(copy[row])) fail(`holds ${display(copy[row])}; give seconds since 1970`);
      });
      return copy;
    }
    case "numbers": {
      if (!(value instanceof Float64Array)) return fail("is not a Float64Array");
      const each = sizeOfRow(value);
      const copy = new Float64Array(value);
      if (description.holds === undefined) return copy;
      const { fits, expected } = numberRules[description.holds];
      eachCell(each, (cell) => {
        if (!fits(copy[cell])) fail(`hold ${copy[cell]}; ${expected}`);
      });
      return copy;
    }
    case "exemplars": {
      const copy = copyOfList<Exemplar | undefined>(value);
      eachCell(sizeOfRow(copy), (cell) => {
        copy[cell] = copyExemplar(name, copy[cell], dropped);
      });
      return copy;
    }
    case "native": {
      const copy = copyOfList<NativeBuckets>(value);
      eachCell(sizeOfRow(copy), (row) => {
        const native = copyNative(copy[row], family as BucketedSnapshot, row, fail);
        const exemplars = native.exemplars.map((each) => copyExemplar(name, each, dropped));
        copy[row] = { ...native, exemplars: exemplars.filter((each) => each !== undefined) };
      });
      return copy;
    }
  }

  function copyOfList<Entry>(list: unknown): Entry[] {
    return Array.isArray(list) ? [...list] : fail("is not a list");
  }

  function sizeOfRow({ length }: ArrayLike<unknown>): number {
    const each = entriesEach(family, description as Exclude<Part, Shape | CreatedColumn>);
    if (length === rows * each) return each;
    return fail(`has ${length} entries, but its series need ${rows * each}`);
  }

  function eachCell(each: number, check: (cell: number) => void): void {
    checks.push((first, end) => {
      for (let cell = first * each; cell < end * each; cell++) check(cell);
    });
  }
}

function copyExemplar(
  name: string,
  given: Exemplar | undefined | null,
  dropped: DroppedExemplars,
): Exemplar | undefined {
  if (given == null) return undefined;
  try {
    return makeExemplar(given.labels, given.value, given.timestamp ?? NaN);
  } catch (error) {
    dropped.add(name, error);
    return undefined;
  }
}

function isDistinct(list: unknown): boolean {
  return Array.isArray(list) && new Set(list).size === list.length &&
    list.every((text) => typeof text === "string" && text.isWellFormed());
}

function isAscending(list: unknown): list is readonly number[] {
  return Array.isArray(list) &&
    list.every((number, at) => Number.isFinite(number) && !(list[at - 1] >= number));
}
