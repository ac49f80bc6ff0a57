import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../mod.ts";
import { BatchError } from "../../../src/deltas/batches/batch_error.ts";
import { checkDelta } from "../../../src/deltas/batches/check_delta.ts";
import type { FamilyDelta, Rests } from "../../../src/deltas/delta.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { familyOf } from "../../support/typed_family.ts";

const time = 1_764_238_430;
const gone = { names: ["kind"], values: ["b", "c"], rows: 2 };

function restOf(cell: number, ...rest: readonly number[]): Rests {
  return new Map([["values", new Map([[cell, rest]])]]);
}

const refused: Readonly<Record<string, readonly [reason: string, FamilyDelta]>> = {
  "a count below 0": ["values hold -1", {
    family: { ...counterOf("a", {}), values: Float64Array.of(-1) },
  }],
  "a count that is none": ["hold NaN", {
    family: { ...counterOf("a", {}), values: Float64Array.of(NaN) },
  }],
  "a series twice": ["two series have the labels", {
    family: {
      ...counterOf("a", { kind: "a" }),
      labels: { names: ["k"], values: ["a", "a"], rows: 2 },
      values: Float64Array.of(1, 2),
    },
  }],
  "a label twice": ['label "k" is there twice', {
    family: { ...counterOf("a", {}), labels: { names: ["k", "k"], values: ["a", "a"], rows: 1 } },
  }],
  "a reserved label": ['label "le" is reserved', { family: histogramOf("a", { le: "1" }) }],
  "bounds that descend": ["bounds [2,1] must be ascending numbers", {
    family: { ...histogramOf("a", {}), bounds: [2, 1], buckets: new Float64Array(3) },
  }],
  "a merge that nobody knows": ['merge "middle" must be a way', {
    family: { ...gaugeOf("a", {}), merge: "middle" } as unknown as MetricFamily,
  }],
  "an info without its suffix": ["call it a_info", { family: familyOf("info", "a") }],
  "creation times": ["a delta has no created", {
    family: { ...counterOf("a", {}), created: [time] },
  }],
  timestamps: ["a delta has no timestamps", {
    family: { ...counterOf("a", {}), timestamps: Float64Array.of(time) },
  }],
  quantiles: ["quantiles do not add up", {
    family: {
      ...familyOf("summary", "a"),
      quantiles: [0.5],
      values: Float64Array.of(1),
    } as MetricFamily,
  }],
  "rests of what is not added up": ["a gauge is not added up", {
    family: gaugeOf("a", {}),
    rests: restOf(0, 2 ** -60),
  }],
  "a rest that takes a count back": ["-1 is no rest of 1", {
    family: counterOf("a", {}),
    rests: restOf(0, -1),
  }],
  "a rest of a rest that takes a count back": ["-1 is no rest of", {
    family: counterOf("a", {}),
    rests: restOf(0, 2 ** -60, -1),
  }],
  "a rest of nothing": ["is no rest of 0", {
    family: { ...counterOf("a", {}), values: Float64Array.of(0) },
    rests: restOf(0, -5e-324),
  }],
  "a rest of 0": ["0 is no rest of 1", { family: counterOf("a", {}), rests: restOf(0, 0) }],
  "gone series of a counter": ["outlives its clients", { family: counterOf("a", {}), gone }],
  "gone series of the latest value": ["outlives its clients", { family: gaugeOf("a", {}), gone }],
  "gone series twice": ["two series have the labels", {
    family: familyOf("unknown", "a"),
    gone: { ...gone, values: ["b", "b"] },
  }],
  "gone series with a label twice": ['label "k" is there twice', {
    family: familyOf("unknown", "a"),
    gone: { names: ["k", "k"], values: ["a", "b"], rows: 1 },
  }],
};

test("checkDelta() refuses what no page may have, and names the family", () => {
  for (const [what, [reason, delta]] of Object.entries(refused)) {
    const { message, status } = assertThrows(() => checkDelta(delta), BatchError) as BatchError;
    assertStringIncludes(message, reason, what);
    assertEquals([message.slice(0, 3), status], ["a: ", 400], what);
  }
});

test("checkDelta() takes what counts down or is no number, where it may", () => {
  const histogram = { ...histogramOf("a", {}), sums: Float64Array.of(-5) };
  const rests: Rests = new Map([["sums", new Map([[0, [7, -1e300]]])]]);
  const gauge = {
    ...gaugeOf("b", { kind: "a" }),
    merge: "sum" as const,
    values: Float64Array.of(NaN),
  };
  const deltas: readonly FamilyDelta[] = [
    { family: histogram, rests },
    { family: gauge, gone },
    { family: counterOf("c", {}), rests: restOf(0, -(2 ** -54), 2 ** -110) },
  ];
  for (const delta of deltas) assertEquals(checkDelta(delta), delta);
});

test("checkDelta() leaves out an exemplar that no server takes, and says nothing", () => {
  const exemplar = (length: number) => ({
    labels: { id: "x".repeat(length) },
    value: 1,
    timestamp: time,
  });
  const family = {
    ...counterOf("a", { kind: "a" }, { kind: "b" }),
    exemplars: [exemplar(500), exemplar(5)],
  };
  const { warn } = console;
  const warnings: unknown[] = [];
  console.warn = (message) => warnings.push(message);
  try {
    const expected = { ...family, exemplars: [undefined, exemplar(5)] };
    assertEquals(checkDelta({ family }).family, expected);
  } finally {
    console.warn = warn;
  }
  assertEquals(warnings, []);
});

test("checkDelta() is short, however long the labels are", () => {
  const values = ["x".repeat(10_000), "x".repeat(10_000)];
  const family = {
    ...counterOf("a", {}, {}),
    labels: { names: ["k"], values, rows: 2 },
    values: new Float64Array(2),
  };
  const { message } = assertThrows(() => checkDelta({ family }), BatchError) as BatchError;
  assertEquals(message.length, 500);
});
