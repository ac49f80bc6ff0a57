import { CollectionError, display } from "../errors.ts";
import { type LabelRecord, type LabelTable, tableOf } from "../label_table.ts";
import { aList, aString, checkOptions, type OptionRule, required } from "../options.ts";
import type { FamilyHeader, Timestamps } from "../snapshot.ts";
import type { ConstFamily, ConstSeries } from "./const_samples.ts";

/** What a family for one collection has, whatever its type. */
interface ConstBase extends FamilyHeader, Timestamps {
  readonly labels: LabelTable;
}

const none: LabelRecord = {};

const rules = {
  name: /* @__PURE__ */ required(aString),
  help: /* @__PURE__ */ required(aString),
  unit: aString,
  samples: /* @__PURE__ */ required(aList),
};

/**
 * The header, the labels and the times of a family for one collection.
 *
 * @param more Rules for what the type has besides.
 * @throws {CollectionError} If an option is wrong, or a sample is no object or has no labels by
 * name.
 */
export function constBase(
  family: ConstFamily<ConstSeries>,
  more: Readonly<Record<string, OptionRule>> = {},
): ConstBase {
  const owner = String(family?.name ?? "a family");
  checkOptions<object>(owner, family, { ...rules, ...more }, CollectionError);
  const { name, help, unit, samples } = family;
  let hasTimes = false;
  const labels = tableOf(samples, (sample) => {
    const isObject = typeof sample === "object" && sample !== null;
    const set = isObject ? sample.labels ?? none : undefined;
    if (typeof set !== "object") {
      throw new CollectionError(
        `${name}: ${display(sample)} is not a sample; give an object, with labels by their names`,
      );
    }
    hasTimes ||= sample.timestamp != null;
    return set;
  });
  const base = { name, help, ...(unit !== undefined && { unit }), labels };
  if (!hasTimes) return base;
  const times = numberColumn(name, "timestamp", samples, ({ timestamp }) => timestamp ?? NaN);
  return { ...base, timestamps: times };
}

/**
 * A column of numbers, one of each sample.
 *
 * @throws {CollectionError} If one is of another type: a missing value is no `NaN`, and null no 0.
 */
export function numberColumn<Sample>(
  name: string,
  what: string,
  samples: readonly Sample[],
  read: (sample: Sample) => unknown,
): Float64Array {
  const column = new Float64Array(samples.length);
  for (let at = 0; at < samples.length; at++) column[at] = numberOf(name, what, read(samples[at]));
  return column;
}

/**
 * A column with several numbers a row, one list of each sample.
 *
 * @throws {CollectionError} If a row has not as many, or one is of another type.
 */
export function rowsColumn<Sample>(
  name: string,
  what: string,
  samples: readonly Sample[],
  size: number,
  read: (sample: Sample) => readonly unknown[],
): Float64Array {
  const column = new Float64Array(samples.length * size);
  let at = 0;
  for (const sample of samples) {
    const row = read(sample);
    if (!Array.isArray(row) || row.length !== size) {
      const has = Array.isArray(row) ? `${row.length} ${what}` : `${what} ${display(row)}`;
      throw new CollectionError(`${name}: a sample has ${has}; give it ${size}`);
    }
    for (const value of row) column[at++] = numberOf(name, what, value);
  }
  return column;
}

function numberOf(name: string, what: string, value: unknown): number {
  if (typeof value === "number") return value;
  const kind = value == null ? "" : `a ${typeof value}, `;
  throw new CollectionError(`${name}: ${what} ${display(value)} is ${kind}not a number`);
}
