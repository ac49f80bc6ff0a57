import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { Exemplar, LabelRecord, MetricFamily } from "../../../mod.ts";
import { Sums } from "../../../src/aggregate/sums/sums.ts";
import { labelTable, type NativeBuckets } from "../../../src/core.ts";
import type { FamilyDelta, Rests } from "../../../src/deltas/delta.ts";
import { CollectionError } from "../../../src/model/errors.ts";

const sets: readonly LabelRecord[] = [
  { a: "1" },
  { a: "2" },
  { b: "1", a: "1" },
  { c: "x" },
  { otel_metric_overflow: "true" },
];

/** Numbers by which a family is made. */
interface Numbers {
  readonly value: number;
  readonly whole: number;
  readonly time: number;
}

const native = ({ whole, time }: Numbers): NativeBuckets => ({
  schema: whole % 3,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: { indexes: [whole % 5], counts: [whole] },
  negative: { indexes: [], counts: [] },
  exemplars: [exemplar(time)],
});
const exemplar = (timestamp: number): Exemplar => ({
  labels: { t: `${timestamp}` },
  value: 1,
  timestamp,
});

/** Families of each way to be kept, with one series. */
const families: readonly ((numbers: Numbers) => object)[] = [
  ({ value, time }) => ({
    type: "counter",
    values: [Math.abs(value)],
    ...time % 2 === 0 && { exemplars: [exemplar(time)] },
  }),
  (numbers) => ({
    type: "histogram",
    bounds: [1],
    buckets: [numbers.whole, 0],
    sums: [numbers.value],
    exemplars: [exemplar(numbers.time), undefined],
    ...numbers.whole !== 7 && { native: [native(numbers)] },
  }),
  ({ value, whole }) => ({
    type: "summary",
    quantiles: [],
    values: [],
    counts: [whole],
    sums: [value],
  }),
  ({ value, time }) => ({ type: "gauge", values: [value], times: [time] }),
  () => ({ type: "info" }),
  ({ value }) => ({ type: "gauge", merge: "sum", values: [value] }),
  ({ value, time }) => ({ type: "gauge", merge: "liveMostRecent", values: [value], times: [time] }),
  ({ whole }) => ({ type: "stateset", states: ["x", "y"], values: [whole % 2, 1] }),
  (numbers) => ({
    type: "gaugehistogram",
    bounds: [],
    buckets: [numbers.whole],
    sums: [numbers.value],
    ...numbers.whole % 2 === 0 && { native: [native(numbers)] },
  }),
];

/** A family with the same numbers for each of some label sets. */
function familyOf(kind: number, numbers: Numbers, rows: readonly number[]): MetricFamily {
  const family: Record<string, unknown> = { ...families[kind](numbers) };
  const shapes = ["bounds", "quantiles", "states"];
  for (const [name, value] of Object.entries(family)) {
    if (!Array.isArray(value) || shapes.includes(name)) continue;
    const all = rows.flatMap(() => value);
    family[name] = ["exemplars", "native"].includes(name) ? all : Float64Array.from(all);
  }
  const labels = labelTable(rows.map((row) => sets[row]));
  const name = family.type === "info" ? "f_info" : `f${kind}`;
  return { name, help: "Help.", labels, ...family } as unknown as MetricFamily;
}

type Call = (sums: Sums, now: number) => unknown;

const numbers: fc.Arbitrary<Numbers> = fc.record({
  value: fc.constantFrom(0.1, 0.2, 0.3, 1, 2 ** 60, -0.7),
  whole: fc.nat(9),
  time: fc.nat(60),
});
const rows = fc.uniqueArray(fc.nat(sets.length - 1), { minLength: 1, maxLength: 3 });
const client = fc.constantFrom("aa", "bb", "cc");
const apply: fc.Arbitrary<Call> = fc.record({
  client,
  deltas: fc.array(
    fc.record({
      kind: fc.nat(families.length - 1),
      numbers,
      rows,
      gone: rows,
      isGone: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
}).map(({ client, deltas }) => (sums, now) =>
  sums.apply(
    deltas.map(({ kind, numbers, rows, gone, isGone }): FamilyDelta => ({
      family: familyOf(kind, numbers, rows),
      ...isGone && { gone: labelTable(gone.map((row) => sets[row])) },
    })),
    { client, time: now - 1, now },
  )
);
const call: fc.Arbitrary<Call> = fc.oneof(
  { arbitrary: apply, weight: 6 },
  client.map((client): Call => (sums, now) => sums.touch(client, now)),
  fc.constant<Call>((sums, now) => sums.sweep(now)),
  fc.constant<Call>((sums, now) => sums.show(now)),
  fc.nat(families.length - 1).map((kind): Call => (sums) => sums.remove(`f${kind}`)),
  rows.map(([row]): Call => (sums) => sums.remove("f0", sets[row])),
);
/** Calls with the seconds before each. */
const calls = fc.array(
  fc.tuple(fc.constantFrom(0, 0.5, 1, 5, 11, 40), call),
  { minLength: 1, maxLength: 40 },
);

const newSums = () =>
  new Sums({
    cardinality: { seriesPerFamily: 3, series: 20, idleSeconds: 60 },
    staleSeconds: 20,
    zeroSeconds: 3,
  });

/** What can be seen of sums, but for those label lists that pages share. */
function seen(sums: Sums, now: number): unknown {
  return {
    exact: sums.exact(now).map(({ family, rests }) => [shown(family), exactRests(rests)]),
    pages: sums.families(now).map(shown),
    overflows: new Map(sums.budget.overflows),
    mustSweep: sums.mustSweep(now),
    hasNewborns: sums.hasNewborns,
    living: ["aa", "bb", "cc"].map((client) => sums.hasLiving(client, 0)),
  };
}

/** What numbers lack, however it is divided into rests: as multiples of 2^-120. */
function exactRests(rests: Rests = new Map()): unknown {
  return [...rests].map(([part, cells]) => [
    part,
    new Map(
      [...cells].map(([cell, rest]) =>
        [cell, rest.reduce((sum, each) => sum + BigInt(each * 2 ** 120), 0n)] as const
      ),
    ),
  ]);
}

function shown({ labels: { names, values, rows }, ...family }: MetricFamily): object {
  return { ...family, names, rows, values: values.slice(0, rows * names.length) };
}

test("Sums that were dumped and restored behave the same in every later call", () => {
  fc.assert(
    fc.property(calls, fc.nat(39), fc.constantFrom(150, 1000, 1e6), (calls, place, longest) => {
      const sums = newSums();
      let restored: Sums | undefined;
      let now = 1000;
      calls.forEach(([seconds, call], at) => {
        now += seconds;
        const outcome = call(sums, now);
        if (restored !== undefined) {
          assertEquals(call(restored, now), outcome);
          assertEquals(seen(restored, now), seen(sums, now));
        }
        if (at === Math.min(place, calls.length - 1)) {
          restored = newSums();
          restored.restore(sums.dump(longest));
          assertEquals(seen(restored, now), seen(sums, now));
        }
      });
    }),
    { numRuns: 200 },
  );
});

test("Sums dump parts that are not longer than asked for", () => {
  const sums = new Sums({ staleSeconds: 10, zeroSeconds: 0 });
  for (let client = 0; client < 50; client++) {
    sums.apply(
      families.map((_, kind) => ({
        family: familyOf(kind, { value: 0.1, whole: 1, time: client }, [0, 1, 2, 3]),
      })),
      { client: client.toString(16).padStart(32, "0"), time: client, now: 1 },
    );
  }
  const parts = sums.dump(400);
  assertEquals(Math.max(...parts.map(({ length }) => length)) <= 400, true);
  assert(parts.length > 20);
  const restored = new Sums({ staleSeconds: 10, zeroSeconds: 0 });
  restored.restore(parts);
  assertEquals(seen(restored, 2), seen(sums, 2));
});

/** Sums with so many series of a total and of a living family. */
function longSums(rows: number): Sums {
  const labels = labelTable(Array.from({ length: rows }, (_, row) => ({ id: `${row}` })));
  const values = Float64Array.from({ length: rows }, (_, row) => row / 10);
  const header = { help: "Help.", labels, values };
  const sums = new Sums({ staleSeconds: 10, zeroSeconds: 0 });
  for (const client of ["aa", "bb"]) {
    const families: MetricFamily[] = [
      { ...header, type: "counter", name: "jobs_total" },
      { ...header, type: "gauge", name: "load", merge: "sum" },
    ];
    sums.apply(families.map((family) => ({ family })), { client, time: 1, now: 1 });
  }
  return sums;
}

test("Sums dump as few parts as a store takes, as each is a row that is paid for", () => {
  const parts = longSums(10_000).dump(1024 * 1024);
  // The state, the clients, the families, their times, and the values of the clients.
  assertEquals(parts.map(([kind]) => kind), [0, 2, 3, 4, 5]);
  assert(parts[2].length > 131_072);
});

test("Sums are restored in steps of some series, however long a part is", () => {
  const rows = 5000;
  const sums = longSums(rows);
  const restored = new Sums({ staleSeconds: 10, zeroSeconds: 0 });
  let most = 0;
  const steps = restored.restoreInSteps(sums.dump(2 ** 30));
  for (let last = 0, isDone: boolean | undefined; !isDone;) {
    isDone = steps.next().done;
    const shown = restored.families(1, true).reduce((sum, { labels }) => sum + labels.rows, 0);
    most = Math.max(most, shown - last);
    last = shown;
  }
  assert(most > 0 && most <= 1024, `${most} series`);
  assertEquals(seen(restored, 2), seen(sums, 2));
});

test("Sums refuse parts of another version, or without their end", () => {
  const restore = (...parts: readonly Uint8Array[]) => () => newSums().restore(parts);
  const state = new TextEncoder().encode("\0[2,null]");
  assertThrows(restore(state), CollectionError, "a checkpoint of version 2 cannot be read");
  assertThrows(restore(), CollectionError, "a checkpoint of version undefined cannot be read");
  const sums = newSums();
  sums.apply([{ family: familyOf(0, { value: 1, whole: 1, time: 1 }, [0]) }], {
    client: "aa",
    time: 1,
    now: 1,
  });
  const parts = sums.dump(1e6);
  assertThrows(restore(...parts.slice(0, -1)), CollectionError, "the checkpoint was cut off");
});
