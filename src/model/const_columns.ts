import { CollectionError, display } from "./errors.ts";
import { type LabelTable, labelTable } from "./label_table.ts";
import type { ConstFamily, ConstSeries } from "./const_samples.ts";
import { aList, aString, checkOptions, type OptionRule, required } from "./options.ts";
import type { FamilyHeader, Timestamps } from "./snapshot.ts";

/** What a family for one collection has, whatever its type. */
interface ConstBase extends FamilyHeader, Timestamps {
  readonly labels: LabelTable;
}

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
  for (const sample of samples) {
    const isObject = typeof sample === "object" && sample !== null;
    if (isObject && typeof (sample.labels ?? {}) === "object") continue;
    throw new CollectionError(
      `${name}: ${display(sample)} is not a sample; give an object, with labels by their names`,
    );
  }
  const labels = labelTable(samples.map((sample) => sample.labels ?? {}));
  const base = { name, help, ...(unit !== undefined && { unit }), labels };
  if (samples.every(({ timestamp }) => timestamp == null)) return base;
  const times = samples.map(({ timestamp }) => timestamp ?? NaN);
  return { ...base, timestamps: numberColumn(name, "timestamp", times) };
}

/**
 * A column of numbers.
 *
 * @throws {CollectionError} If one is of another type: a missing value is no `NaN`, and null no 0.
 */
export function numberColumn(name: string, what: string, values: readonly unknown[]): Float64Array {
  const wrong = values.findIndex((value) => typeof value !== "number");
  if (wrong < 0) return Float64Array.from(values as readonly number[]);
  const value = values[wrong];
  const kind = value == null ? "" : `a ${typeof value}, `;
  throw new CollectionError(`${name}: ${what} ${display(value)} is ${kind}not a number`);
}

/**
 * A column with several numbers a row.
 *
 * @throws {CollectionError} If a row has not as many, or one is of another type.
 */
export function rowsColumn(
  name: string,
  what: string,
  rows: readonly (readonly unknown[])[],
  size: number,
): Float64Array {
  const wrong = rows.find((row) => !Array.isArray(row) || row.length !== size);
  if (wrong === undefined) return numberColumn(name, what, rows.flat());
  const has = Array.isArray(wrong) ? `${wrong.length} ${what}` : `${what} ${display(wrong)}`;
  throw new CollectionError(`${name}: a sample has ${has}; give it ${size}`);
}
