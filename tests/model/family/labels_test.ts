import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { z } from "zod";
import { InvalidLabelError, MetricsError, RegistrationError } from "../../../mod.ts";
import type { LabelSchema, SchemaResult } from "../../../src/core.ts";
import type { LabelDefinition } from "../../../src/model/family/labels.ts";
import { CounterFamily } from "../../../src/metrics/counter.ts";
import { pause } from "../../support/deferred.ts";
import { handmadeSchema } from "../../support/schemas.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { collected } from "../../support/series.ts";

type AnyLabels = Record<string, unknown>;

function counters(labels: LabelDefinition): CounterFamily<AnyLabels> {
  return new CounterFamily<AnyLabels>({ name: "jobs", help: "Jobs.", labels });
}

const openValues: [unknown, string][] = [
  ["text", "text"],
  ["", ""],
  [" ", " "],
  ["__proto__", "__proto__"],
  ["constructor", "constructor"],
  ["toString", "toString"],
  ["🛫", "🛫"],
  [3, "3"],
  [-0, "0"],
  [1e21, "1e+21"],
  [NaN, "NaN"],
  [true, "true"],
  [false, "false"],
];

test("an open label takes strings, numbers and booleans, as JavaScript prints them", () => {
  for (const [value, text] of openValues) {
    const family = counters(["kind"]);
    family.inc({ kind: value });
    assertEquals(collected(family), [[text === "" ? {} : { kind: text }, 1]]);
  }
});

test("a label value may be a number, whose series is that of its text", () => {
  const family = counters(["partition", "leader"]);
  family.inc({ partition: 3, leader: true });
  family.inc({ partition: "3", leader: "true" });
  family.inc({ partition: "3", leader: true });
  assertEquals(collected(family), [[{ partition: "3", leader: "true" }, 3]]);
});

test("an open label refuses everything else, naming family, label and value", () => {
  const values = [undefined, null, {}, [], ["a"], () => 1, Symbol("a"), 1n, new Date(0)];
  for (const value of values) {
    const refused = counters(["kind"]);
    const error = assertThrowsWith(
      () => refused.inc({ kind: value }),
      InvalidLabelError,
      `jobs: label "kind"`,
      "is not a label value",
      "give a string, a number or a boolean",
    );
    assertEquals([error.family, error.label, error.value], ["jobs", "kind", value]);
    assertEquals(collected(refused), []);
  }
});

test("a label value that was cut through a surrogate pair has U+FFFD for the half, and one series", () => {
  for (const value of ["\ud800", "a\udfff", "\udc00\ud800", "\ud83d\ude00\ud83d"]) {
    const text = value.toWellFormed();
    for (const labels of [["kind"], { kind: z.string() }] as LabelDefinition[]) {
      const family = counters(labels);
      for (const kind of [value, text, value]) family.inc({ kind });
      assertEquals(family.labels({ kind: value }), family.labels({ kind: text }));
      assertEquals(collected(family), [[{ kind: text }, 3]]);
      family.inc({ kind: "other" });
      assertEquals(family.removeMatching({ kind: value }), 1);
      family.inc({ kind: value });
      assertEquals([family.remove({ kind: value }), family.remove({ kind: text })], [true, false]);
    }
  }
});

test("a closed label takes only what is on its list", () => {
  const family = counters({ method: ["get", "put", ""] });
  family.inc({ method: "get" });
  family.inc({ method: "" });
  const refused = ["post", "GET", "get ", "__proto__", "toString", 1, true, null];
  for (const method of refused) {
    assertThrowsWith(
      () => family.inc({ method }),
      InvalidLabelError,
      `jobs: label "method"`,
      "is not allowed; use one of get, put",
    );
  }
  assertEquals(collected(family), [[{ method: "get" }, 1], [{}, 1]]);
});

test("the list of a closed label is copied", () => {
  const methods = ["get"];
  const family = counters({ method: methods });
  methods.push("put");
  assertThrowsWith(() => family.inc({ method: "put" }), InvalidLabelError, "use one of get");
  family.init();
  assertEquals(collected(family), [[{ method: "get" }, 0]]);
});

const badRules: [LabelDefinition, ...string[]][] = [
  [["a", "a"], `label "a" is there twice`, "name it once"],
  [{ a: [] }, `label "a" lists []`, "at least one"],
  [{ a: ["x", "y", "x"] }, `label "a" lists [x,y,x]`, "each value once"],
  [{ a: ["\ud800"] }, `label "a" lists`, "well-formed strings"],
  [{ a: [1] as unknown as string[] }, `label "a" lists 1`, "list well-formed strings"],
  [
    { a: "x" as unknown as string[] },
    `label "a" has the rule "x"`,
    "give a list of values, a schema, or { optional: true }",
  ],
  [{ a: null as unknown as string[] }, `label "a" has the rule null`],
  [{ a: {} as LabelSchema }, `label "a" has the rule`],
  [{ a: { optional: "yes" } as unknown as LabelSchema }, `label "a" has the rule`],
  [{ a: { "~standard": {} } as LabelSchema }, `label "a" has the rule`],
];

test("a label definition that is neither list nor schema is refused", () => {
  for (const [labels, ...parts] of badRules) {
    assertThrowsWith(() => counters(labels), RegistrationError, "jobs: ", ...parts);
  }
});

test("a label definition may be changed later without an effect", () => {
  const names = ["a", "b"];
  const family = counters(names);
  names.reverse();
  names.push("c");
  family.inc({ a: "1", b: "2" });
  assertEquals(collected(family), [[{ a: "1", b: "2" }, 1]]);
});

test("a schema says what is wrong with a value, in its own words", () => {
  const family = counters({ topic: z.string().max(4, "is longer than 4") });
  family.inc({ topic: "logs" });
  assertThrowsWith(
    () => family.inc({ topic: "events" }),
    InvalidLabelError,
    `jobs: label "topic": "events": is longer than 4`,
  );
  assertEquals(collected(family), [[{ topic: "logs" }, 1]]);
});

test("a schema may give several reasons", () => {
  const schema = handmadeSchema(() => ({ issues: [{ message: "too long" }, { message: "odd" }] }));
  const call = () => counters({ topic: schema }).inc({ topic: "x" });
  assertThrowsWith(call, InvalidLabelError, `jobs: label "topic": "x": too long; odd`);
});

test("a schema runs when a value is first seen, and not again", () => {
  const seen: unknown[] = [];
  const schema = handmadeSchema((value) => {
    seen.push(value);
    return { value };
  });
  const family = counters({ topic: schema });
  for (const topic of ["a", "b", "a", "a", "b"]) family.inc({ topic });
  assertEquals(seen, ["a", "b"]);
});

test("a schema may change a value, and its output is the label value", () => {
  const family = counters({ topic: z.enum(["a", "other"]).catch("other") });
  for (const topic of ["a", "x", "y", "other"]) family.inc({ topic });
  assertEquals(collected(family), [[{ topic: "a" }, 1], [{ topic: "other" }, 3]]);
});

test("a schema that maps many values to one makes one series", () => {
  const family = counters({ topic: z.enum(["a", "other"]).catch("other") });
  for (let number = 0; number < 10_000; number++) family.inc({ topic: `topic ${number}` });
  assertEquals(collected(family), [[{ topic: "other" }, 10_000]]);
  assertEquals(family.remove({ topic: "some topic" }), true);
  assertEquals(collected(family), []);
});

test("a schema may turn a value into a number or boolean, but into nothing else", () => {
  const family = counters({ size: z.string().transform((text) => text.length) });
  family.inc({ size: "four" });
  assertEquals(collected(family), [[{ size: "4" }, 1]]);
  for (const result of [null, {}, [], Symbol("a"), 1n]) {
    const refused = counters({ size: handmadeSchema(() => ({ value: result })) });
    assertThrowsWith(() => refused.inc({ size: "x" }), InvalidLabelError, `jobs: label "size"`);
    assertEquals(collected(refused), []);
  }
});

test("a label may be left out if its schema takes undefined; the output is its value", () => {
  const family = counters({ queue: ["mail"], tenant: z.string().default("none") });
  family.inc({ queue: "mail" });
  family.inc({ queue: "mail", tenant: undefined });
  family.inc({ tenant: "none", queue: "mail" });
  family.inc({ queue: "mail", tenant: "a" });
  family.inc({ queue: "mail" });
  assertEquals(collected(family), [
    [{ queue: "mail", tenant: "none" }, 4],
    [{ queue: "mail", tenant: "a" }, 1],
  ]);
  assertEquals(family.removeMatching({ tenant: undefined }), 1);
  assertEquals(family.remove({ queue: "mail", tenant: "a" }), true);
});

test("a label that is left out without a default is absent, which is the same as empty", () => {
  for (const rule of [z.string().optional(), ["", "a"], { optional: true }]) {
    const family = counters({ queue: ["mail"], tenant: rule });
    family.inc({ queue: "mail" });
    family.inc({ queue: "mail", tenant: "" });
    family.inc({ queue: "mail", tenant: undefined });
    family.inc({ queue: "mail", tenant: "a" });
    assertEquals(collected(family), [[{ queue: "mail" }, 3], [{ queue: "mail", tenant: "a" }, 1]]);
    assertEquals([family.remove({ queue: "mail" }), family.remove({ queue: "mail" })], [
      true,
      false,
    ]);
  }
});

test("a label may not be left out if its rule does not take undefined; the error names it", () => {
  const throwing = handmadeSchema((value) => ({ value: (value as string).trim() }));
  const later = handmadeSchema(() => Promise.reject(new Error("too late")));
  for (const rule of [z.string(), ["a"], throwing, later, { optional: false }]) {
    const family = counters({ queue: ["mail"], tenant: rule });
    assertThrowsWith(
      () => family.inc({ queue: "mail" }),
      InvalidLabelError,
      "jobs: the label set {queue} does not fit; its labels are {queue, tenant}, ",
      `"tenant" is missing`,
    );
    assertEquals(collected(family), []);
  }
});

test("an optional label takes strings, numbers and booleans, as an open one, and nothing else", () => {
  const family = counters({ tenant: { optional: true } });
  for (const tenant of ["7", 7, true, "true", undefined, ""]) family.inc({ tenant });
  family.inc({});
  assertEquals(collected(family), [[{ tenant: "7" }, 2], [{ tenant: "true" }, 2], [{}, 3]]);
  for (const tenant of [null, {}, 3n, Symbol("x")]) {
    const call = () => family.inc({ tenant });
    assertThrowsWith(call, InvalidLabelError, `jobs: label "tenant"`, "is not a label value");
  }
  const misspelt = () => family.inc({ tennant: "a" });
  assertThrowsWith(misspelt, InvalidLabelError, "the label set {tennant} does not fit");
});

test("series with and without an optional label are removed alike, and none is there from the start", () => {
  const family = counters({ queue: ["mail"], tenant: { optional: true } });
  assertThrowsWith(() => family.init(), MetricsError, `jobs: label "tenant" has no closed list`);
  family.inc({ queue: "mail" });
  family.inc({ tenant: "a", queue: "mail" });
  assertEquals(family.labels({ queue: "mail", tenant: "" }).get(), 1);
  assertEquals(family.removeMatching({ tenant: undefined }), 1);
  assertEquals(collected(family), [[{ queue: "mail", tenant: "a" }, 1]]);
  family.inc({ queue: "mail", tenant: undefined });
  assertEquals(family.removeMatching({ queue: "mail" }), 2);
  family.inc({ queue: "mail" });
  assertEquals(family.remove({ queue: "mail", tenant: undefined }), true);
  assertEquals(collected(family), []);
});

test("a schema that answers with a promise is refused, as recording never waits", async () => {
  const schemas = [
    z.string().refine(() => Promise.resolve(true)),
    handmadeSchema((value) => Promise.resolve({ value })),
    handmadeSchema(() => Promise.reject(new Error("too late to be seen"))),
    handmadeSchema(() => ({ then() {} }) as unknown as SchemaResult),
  ];
  for (const schema of schemas) {
    const call = () => counters({ topic: schema }).inc({ topic: "x" });
    assertThrowsWith(call, InvalidLabelError, `jobs: label "topic"`, "promise", "answers at once");
  }
  // What such a promise rejects with must not end the process either.
  await pause(0);
});

test("a schema that throws: the error reaches the caller, and nothing is recorded", () => {
  const schema = handmadeSchema(() => {
    throw new RangeError("schema failed");
  });
  const family = counters({ topic: schema });
  assertThrowsWith(() => family.inc({ topic: "x" }), RangeError, "schema failed");
  assertEquals(collected(family), []);
});

test("a closed label refuses a value whatever series exist", () => {
  const closed = counters({ code: ["200"] });
  const bySchema = counters({ code: z.enum(["200"]) });
  for (const family of [closed, bySchema]) {
    family.inc({ code: "200" });
    assertThrowsWith(() => family.inc({ code: 200 }), InvalidLabelError, `label "code"`);
    assertEquals(collected(family), [[{ code: "200" }, 1]]);
  }
});

test("the output of a schema does not depend on the series that exist", () => {
  const swapped = handmadeSchema((value) => ({ value: value === "a" ? "b" : "a" }));
  const family = counters({ side: swapped });
  family.inc({ side: "a" }, 1);
  family.inc({ side: "b" }, 2);
  family.inc({ side: "a" }, 4);
  assertEquals(collected(family), [[{ side: "b" }, 5], [{ side: "a" }, 2]]);
});
