import fc from "fast-check";
import type { MetricFamily } from "../../mod.ts";
import type { BucketedSnapshot, LabelTable, NativeBuckets } from "../../src/core.ts";
import { arbitraryFamily } from "./arbitrary_families.ts";

const wildNumbers = [
  ...[NaN, Infinity, -Infinity, -1, -0, 0, 0.5, 1, 2, 1.5, 9, 5e-324, 1e300, 1e12, -1e12, 8.65e12],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, 2 ** 53, 2 ** 63, 2 ** 64],
];
const wildTexts = [
  ...["", " ", "a", "\0", "a\0b", "\n", "\r", '"', "\\", "\ud800", "é", "le", "quantile"],
  ...["__name__", "a b", "a:b", "a-b", "a_total", "a_info", "a_bucket", "x".repeat(200), "healthy"],
];
const wildValues = [
  ...[undefined, null, true, 5n, [], {}, [1, 2], [3, 1], ["a", "a"], Symbol.iterator, new Date(0)],
  ...[new Float64Array(1), new Float64Array(2).fill(NaN), new Float32Array(1)],
  ...["counter", "histogram", "info", "stateset", "max", ...wildNumbers, ...wildTexts],
];

/** What a slip in a collector may put anywhere: mostly something of the same type. */
const wildValue = fc.record({
  number: fc.constantFrom(...wildNumbers),
  text: fc.constantFrom(...wildTexts),
  value: fc.constantFrom<unknown>(...wildValues),
  keepsType: fc.nat(3).map((side) => side > 0),
});

/** A place in a family, by which turn to take at each level, and what to put there. */
const mutation = fc.record({
  turns: fc.oneof(
    fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }),
    fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
  ),
  /** Where to begin, if there is such a part: rare ones are as likely as labels. */
  part: fc.constantFrom("native", "exemplars", "timestamps", undefined),
  value: wildValue,
});
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

/** Families as a collector should give them, and others in which up to three places are wrong. */
export const wildFamily: fc.Arbitrary<MetricFamily> = fc.record({
  family: arbitraryFamily.map(asItShouldBe),
  mutations: fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 3 })),
}).map(({ family, mutations }) => {
  const copy = structuredClone(family);
  for (const each of mutations) put(copy, each);
  return copy;
});

function put(family: object, { turns, part, value: wild }: Mutation): void {
  let node = family as Record<string, unknown>;
  const begin = part && node[part];
  if (typeof begin === "object" && begin !== null) node = begin as Record<string, unknown>;
  turns.forEach((turn, at) => {
    const keys = Object.keys(node ?? {});
    if (keys.length === 0) return;
    const key = keys[turn % keys.length];
    const present = node[key];
    const isLast = at === turns.length - 1;
    if (!isLast && typeof present === "object" && present !== null) {
      node = present as Record<string, unknown>;
      return;
    }
    const kept = { number: wild.number, string: wild.text }[typeof present as "number" | "string"];
    const value = wild.keepsType && kept !== undefined ? kept : wild.value;
    // A list of doubles takes nothing else.
    if (!ArrayBuffer.isView(node) || typeof value === "number") node[key] = value;
    node = {};
  });
}

/** The family with what no type checks: names, distinct rows, and counts that agree. */
export function asItShouldBe(family: MetricFamily): MetricFamily {
  const labels = distinct(family.labels);
  const name = family.name.replaceAll(":", "_");
  switch (family.type) {
    case "info":
      return { ...family, labels, name: `${name}_info` };
    case "counter":
      return {
        ...family,
        labels,
        name,
        values: family.values.map((value) => Math.abs(value) || 0),
      };
    case "summary": {
      const quantiles = [0, 0.5, 0.9, 0.99, 0.999, 1].slice(0, family.quantiles.length);
      return { ...family, labels, name, quantiles };
    }
    case "histogram":
    case "gaugehistogram":
      return { ...family, labels, name, buckets: agreeing(family) };
    default:
      return { ...family, labels, name };
  }
}

function distinct({ names, values, rows }: LabelTable): LabelTable {
  const width = names.length;
  const rowValues = Array.from({ length: rows }, (_, row) => [
    String(row),
    ...values.slice(row * width, (row + 1) * width),
  ]);
  return { names: ["row_number", ...names], values: rowValues.flat(), rows };
}

/** Classic buckets of which each row has as many observations as the native ones. */
function agreeing({ bounds, buckets, native }: BucketedSnapshot): Float64Array {
  if (native === undefined) return buckets;
  const size = bounds.length + 1;
  const agreeing = new Float64Array(buckets.length);
  native.forEach((each, row) => agreeing[row * size] = countOf(each));
  return agreeing;
}

function countOf({ zeroCount, positive, negative }: NativeBuckets): number {
  return [...positive.counts, ...negative.counts].reduce((sum, count) => sum + count, zeroCount);
}
