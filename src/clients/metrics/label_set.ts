import type { LabelSet } from "../../model/family/labels.ts";
import type { ClientProfile } from "../profile.ts";
import { inspect } from "./inspect.ts";

/** Whether a value is what the clients take for a label set. */
export function isLabelSet(value: unknown): value is LabelSet {
  return typeof value === "object" && value !== null;
}

/** A label value as it is on a page, before it is escaped; `""` if the label is not there. */
export function labelText(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : String(value);
}

/** A label set without labels. */
export const noLabels: LabelSet = Object.freeze({});

/** Whether a set has no label, not even one that is `undefined`. */
export function isEmpty(set: LabelSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** A copy of a set, with what it inherits: the clients look at that, too. */
export function copyOfLabels(set: LabelSet): LabelSet {
  const copy = { ...set };
  if (!inherits(set, copy)) return copy;
  const labels: Record<string, unknown> = {};
  for (const name in set) setLabel(labels, name, set[name]);
  return labels;
}

/** Whether a set has labels that a copy of its own ones lacks. */
function inherits(set: LabelSet, copy: LabelSet): boolean {
  let inherited = 0;
  for (const _ in copy) inherited--;
  for (const _ in set) inherited++;
  return inherited !== 0;
}

/**
 * A copy of the labels that a set has: those that are `""` are not there. One that is `undefined` is,
 * since the clients write this text, and dashboards ask for it.
 */
export function presentLabels(set: LabelSet): Record<string, unknown> {
  // Nearly always the copy is right. V8 makes it with room for no more, in 40 bytes for two labels
  // instead of 56.
  const copy: Record<string, unknown> = { ...set };
  for (const name in copy) if (copy[name] === "") return presentOneByOne(set);
  return inherits(set, copy) ? presentOneByOne(set) : copy;
}

/**
 * Whether a set has these labels and no other, in this order, apart from those that are `""`. Says no
 * if the order is not that of the names: it is for labels that come again and again.
 */
export function hasExactly(set: LabelSet, labels: LabelSet, names: readonly string[]): boolean {
  let known = 0;
  for (const name in labels) if (name !== names[known++]) return false;
  let given = 0;
  for (const name in set) {
    const value = set[name];
    if (value === "") continue;
    if (name !== names[given++] || value !== labels[name]) return false;
  }
  return given === known;
}

function presentOneByOne(set: LabelSet): Record<string, unknown> {
  const labels: Record<string, unknown> = {};
  for (const name in set) if (set[name] !== "") setLabel(labels, name, set[name]);
  return labels;
}

const ordinary = { configurable: true, enumerable: true, writable: true };

function setLabel(labels: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") labels[name] = value;
  // Assigned, it would become the prototype.
  else Object.defineProperty(labels, name, { value, ...ordinary });
}

/**
 * The label set that `labels()` and `remove()` were given: an object, or values by position.
 *
 * @throws {Error} If the number of values is not that of the names.
 */
export function givenLabels(names: readonly string[], given: readonly unknown[]): LabelSet {
  if (typeof given[0] === "object") return given[0] as LabelSet;
  if (given.length !== names.length) {
    throw new Error(
      `Invalid number of arguments (${given.length}): "${given.join(", ")}" ` +
        `for label names (${names.length}): "${names.join(", ")}".`,
    );
  }
  const labels: Record<string, unknown> = {};
  for (let position = 0; position < names.length; position++) {
    setLabel(labels, names[position], given[position]);
  }
  return labels;
}

/** @throws {Error} If a set has a label that the metric does not have. */
export function checkLabels(
  { listsNamesSorted }: ClientProfile,
  names: readonly string[],
  set: LabelSet,
): void {
  let column = 0;
  for (const label in set) {
    if (label === names[column++] || names.includes(label)) continue;
    const listed = listsNamesSorted ? [...new Set(names)].sort() : names;
    throw new Error(
      `Added label "${label}" is not included in initial labelset: ${inspect(listed)}`,
    );
  }
}

/**
 * Whether labels were given as a series has them. If not, a child makes the series anew with other
 * ones: a number for a text, or in another order.
 */
export function isSame(
  given: readonly unknown[],
  names: readonly string[],
  labels: LabelSet,
): boolean {
  const [first] = given;
  const present = Object.keys(labels);
  if (typeof first !== "object") {
    return names.every((name, at) => name === present[at] && given[at] === labels[name]);
  }
  let at = 0;
  for (const name in first) {
    if (name !== present[at++] || (first as LabelSet)[name] !== labels[name]) return false;
  }
  return at === present.length;
}
