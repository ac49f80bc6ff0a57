import type { NativeBuckets } from "../../src/core.ts";
import { roundedOf } from "./exact_number.ts";
import type { NativeTruth, Truth } from "./ledger.ts";
import { isOwn } from "./page_checker.ts";
import { atSchema, type Samples } from "./samples.ts";

/** In what a page differs from the truth; of the aggregator's own metrics nothing is known. */
export function differences({ numbers, natives }: Samples, truth: Truth): readonly string[] {
  const problems: string[] = [];
  for (const [key, exact] of truth.totals) {
    const value = numbers.get(key)?.value;
    if (value === roundedOf(exact)) continue;
    problems.push(`${key} is ${value} in place of ${roundedOf(exact)}`);
  }
  for (const [key, values] of truth.states) {
    const value = numbers.get(key)?.value;
    if (value !== undefined && [...values].some((one) => isNear(one, value))) continue;
    problems.push(`${key} is ${value} in place of ${[...values].slice(0, 9).join(" or ")}`);
  }
  for (const [key, native] of truth.natives) {
    const problem = nativeProblem(natives.get(key), native);
    if (problem !== undefined) problems.push(`native ${key}: ${problem}`);
  }
  const isKnown = (key: string) => truth.totals.has(key) || truth.states.has(key);
  for (const key of numbers.keys()) {
    if (!isKnown(key) && !isOwn(key)) {
      problems.push(`${key} is there, and nobody has sent it`);
    }
  }
  for (const key of natives.keys()) {
    if (!truth.natives.has(key)) problems.push(`native ${key} is there, and nobody has sent it`);
  }
  return problems;
}

/** Gauges may be added up in any order. */
function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one));
}

function nativeProblem(native: NativeBuckets | undefined, truth: NativeTruth): string | undefined {
  if (native === undefined) return "it is not there";
  const schema = Math.min(...truth.schemas.keys());
  if (native.schema !== schema) return `its schema is ${native.schema} in place of ${schema}`;
  if (native.zeroCount !== truth.zeroCount) {
    return `its zeros are ${native.zeroCount} in place of ${truth.zeroCount}`;
  }
  for (const side of ["positive", "negative"] as const) {
    const expected = new Map<number, number>();
    for (const [from, sides] of truth.schemas) {
      const sparse = { indexes: [...sides[side].keys()], counts: [...sides[side].values()] };
      for (const [index, count] of atSchema(sparse, from, schema)) {
        expected.set(index, (expected.get(index) ?? 0) + count);
      }
    }
    const wanted = bucketsInWords(expected);
    const { indexes, counts } = native[side];
    const got = bucketsInWords(new Map(indexes.map((index, at) => [index, counts[at]])));
    if (wanted !== got) return `its ${side} buckets are ${got} in place of ${wanted}`;
  }
}

function bucketsInWords(buckets: ReadonlyMap<number, number>): string {
  return [...buckets].filter(([, count]) => count !== 0).sort(([one], [other]) => one - other)
    .map(([index, count]) => `${index}:${count}`).join(" ");
}
