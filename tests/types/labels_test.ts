import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { z } from "zod";
import {
  type Counter,
  InvalidLabelError,
  type LabelsOf,
  type LabelValue,
  MetricsRegistry,
  RegistrationError,
} from "../../mod.ts";
import type { LabelSchema } from "../../src/core.ts";
import { Family } from "../../src/model/family/family.ts";
import { handmadeSchema } from "../support/schemas.ts";
import { same } from "../support/types.ts";

const jobs = { name: "jobs", help: "Jobs." };

test("label types: a list of names makes open labels of these names", () => {
  const family = new MetricsRegistry().counter({ ...jobs, labels: ["queue", "shard"] });
  same<Parameters<typeof family.labels>[0], {
    readonly queue: LabelValue;
    readonly shard: LabelValue;
  }>(true);
  same<LabelValue, string | number | boolean>(true);
  same<ReturnType<typeof family.labels>, Counter>(true);
  family.inc({ queue: "a", shard: 1 });
  family.inc({ shard: true, queue: "a" }, 2);

  // @ts-expect-error a label is misspelt
  assertThrows(() => family.inc({ queu: "a", shard: 1 }), InvalidLabelError);
  // @ts-expect-error a label is missing
  assertThrows(() => family.inc({ queue: "a" }), InvalidLabelError);
  // @ts-expect-error a label is too many
  assertThrows(() => family.inc({ queue: "a", shard: 1, zone: "b" }), InvalidLabelError);
  // @ts-expect-error there are no labels
  assertThrows(() => family.inc({}), InvalidLabelError);
  // @ts-expect-error there is no label set
  assertThrows(() => family.inc(), InvalidLabelError);
  // @ts-expect-error undefined is no label value
  assertThrows(() => family.inc({ queue: undefined, shard: 1 }), InvalidLabelError);
  // @ts-expect-error null is no label value
  assertThrows(() => family.inc({ queue: null, shard: 1 }), InvalidLabelError);
  // @ts-expect-error an object is no label value
  assertThrows(() => family.inc({ queue: {}, shard: 1 }), InvalidLabelError);
  // @ts-expect-error values alone are no label set
  assertThrows(() => family.inc(["a", 1]), InvalidLabelError);
});

test("label types: every method that takes labels knows them", () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ ...jobs, labels: ["queue"] });
  const gauge = registry.gauge({ name: "g", help: "", labels: ["queue"] });
  const histogram = registry.histogram({ name: "h", help: "", labels: ["queue"] });
  type Labels = { readonly queue: LabelValue };
  same<Parameters<typeof counter.labels>, [set: Labels]>(true);
  same<Parameters<typeof counter.remove>, [set: Labels]>(true);
  same<Parameters<typeof counter.removeMatching>, [partial: Partial<Labels>]>(true);
  same<Parameters<typeof counter.inc>[0], Labels>(true);
  same<Parameters<typeof gauge.set>[0], Labels>(true);
  same<Parameters<typeof gauge.inc>[0], Labels>(true);
  same<Parameters<typeof gauge.dec>[0], Labels>(true);
  same<Parameters<typeof histogram.observe>[0], Labels>(true);
  const end = histogram.startTimer();
  same<Parameters<typeof end>, [set: Labels]>(true);

  // @ts-expect-error a label is misspelt
  assertThrows(() => counter.labels({ queu: "a" }), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => counter.remove({ queu: "a" }), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => counter.removeMatching({ queu: "a" }), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => gauge.set({ queu: "a" }, 1), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => gauge.inc({ queu: "a" }), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => gauge.dec({ queu: "a" }), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => histogram.observe({ queu: "a" }, 1), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => end({ queu: "a" }), InvalidLabelError);
});

test("label types: a closed list makes a union of its values, without as const", () => {
  const family = new MetricsRegistry().gauge({
    ...jobs,
    labels: { method: ["get", "put"], code: ["200", "500"] },
  });
  same<Parameters<typeof family.labels>[0], {
    readonly method: "get" | "put";
    readonly code: "200" | "500";
  }>(true);
  family.set({ method: "get", code: "200" }, 1);
  assertEquals(family.removeMatching({ method: "put" }), 0);

  // @ts-expect-error a value is not on the list
  assertThrows(() => family.set({ method: "post", code: "200" }, 1), InvalidLabelError);
  // @ts-expect-error a number is not its text
  assertThrows(() => family.labels({ method: "put", code: 500 }), InvalidLabelError);
  // @ts-expect-error a label is missing
  assertThrows(() => family.set({ method: "get" }, 1), InvalidLabelError);
  // @ts-expect-error a value is not on the list
  assertThrows(() => family.removeMatching({ method: "post" }), InvalidLabelError);
  const method: string = "post";
  // @ts-expect-error any text may not be on the list
  assertThrows(() => family.set({ method, code: "200" }, 1), InvalidLabelError);
});

test("label types: a schema makes its input type", () => {
  const family = new MetricsRegistry().counter({
    ...jobs,
    labels: {
      kind: z.enum(["a", "b"]),
      size: z.number().transform((size) => size > 10 ? "large" : "small"),
      topic: z.string().max(8),
    },
  });
  same<Parameters<typeof family.labels>[0], {
    readonly kind: "a" | "b";
    readonly size: number;
    readonly topic: string;
  }>(true);
  family.inc({ kind: "a", size: 11, topic: "logs" });

  // @ts-expect-error a value is not in the enum
  assertThrows(() => family.inc({ kind: "c", size: 11, topic: "logs" }), InvalidLabelError);
  // @ts-expect-error what comes out is not what goes in
  assertThrows(() => family.inc({ kind: "a", size: "huge", topic: "logs" }), InvalidLabelError);
  // @ts-expect-error a label is missing
  assertThrows(() => family.inc({ kind: "a", size: 1 }), InvalidLabelError);
});

test("label types: a handmade schema makes the type that it declares", () => {
  const schema = handmadeSchema((value) => ({ value })) as LabelSchema<"x" | "y">;
  const family = new MetricsRegistry().counter({ ...jobs, labels: { a: schema } });
  same<Parameters<typeof family.labels>[0], { readonly a: "x" | "y" }>(true);
  family.inc({ a: "x" });
  // @ts-expect-error the schema takes two values
  family.inc({ a: "z" });
});

test("label types: lists and schemas may be mixed, and come from elsewhere", () => {
  const methods = ["get", "put"] as const;
  const names = ["a", "b"] as const;
  const registry = new MetricsRegistry();
  const mixed = registry.counter({ ...jobs, labels: { method: methods, topic: z.string() } });
  same<Parameters<typeof mixed.labels>[0], {
    readonly method: "get" | "put";
    readonly topic: string;
  }>(true);
  const listed = registry.counter({ name: "listed", help: "", labels: names });
  same<Parameters<typeof listed.labels>[0], LabelsOf<typeof names>>(true);
  same<LabelsOf<typeof names>, { readonly a: LabelValue; readonly b: LabelValue }>(true);

  const some: string[] = ["a"];
  const open = registry.counter({ name: "open", help: "", labels: some });
  open.inc({ a: "1" });
  assertThrows(() => open.inc({ b: "1" }), InvalidLabelError);
});

test("label types: a label definition is names, lists or schemas, and nothing else", () => {
  const registry = new MetricsRegistry();
  // @ts-expect-error a number is no name
  assertThrows(() => registry.counter({ ...jobs, labels: [1] }), RegistrationError);
  // @ts-expect-error a text is no list
  assertThrows(() => registry.counter({ ...jobs, labels: { a: "x" } }), RegistrationError);
  // @ts-expect-error a number is no value of a closed list
  assertThrows(() => registry.counter({ ...jobs, labels: { a: [1] } }), RegistrationError);
  // @ts-expect-error an object is no schema
  assertThrows(() => registry.counter({ ...jobs, labels: { a: {} } }), RegistrationError);
});

test("label types: a label may be left out if its schema takes undefined, or its list has an empty value", () => {
  const family = new MetricsRegistry().counter({
    ...jobs,
    labels: {
      queue: ["mail", "print"],
      zone: ["", "a"],
      tenant: z.string().default("none"),
      user: z.string().optional(),
    },
  });
  same<Parameters<typeof family.labels>[0], {
    readonly queue: "mail" | "print";
    readonly zone?: "" | "a" | undefined;
    readonly tenant?: string | undefined;
    readonly user?: string | undefined;
  }>(true);
  family.inc({ queue: "mail" });
  family.inc({ queue: "mail", zone: undefined, tenant: undefined, user: "ann" });
  assertEquals(family.remove({ queue: "mail", tenant: "none" }), true);

  // @ts-expect-error a label without a default is missing
  assertThrows(() => family.inc({ tenant: "a" }), InvalidLabelError);
  // @ts-expect-error a value is not on the list
  assertThrows(() => family.inc({ queue: "mail", zone: "b" }), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => family.inc({ queue: "mail", tennant: "a" }), InvalidLabelError);
});

test("label types: an optional label may be left out or be undefined, an open one not", () => {
  const family = new MetricsRegistry().counter({
    ...jobs,
    labels: { queue: { optional: false }, tenant: { optional: true }, kind: ["a"] },
  });
  same<Parameters<typeof family.labels>[0], {
    readonly queue: LabelValue;
    readonly tenant?: LabelValue | undefined;
    readonly kind: "a";
  }>(true);
  family.inc({ queue: 1, kind: "a" });
  family.inc({ queue: "mail", kind: "a", tenant: undefined });
  family.inc({ queue: "mail", kind: "a", tenant: 7 });

  // @ts-expect-error an open label is missing
  assertThrows(() => family.inc({ kind: "a", tenant: "b" }), InvalidLabelError);
  // @ts-expect-error null is no label value
  assertThrows(() => family.inc({ queue: "mail", kind: "a", tenant: null }), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => family.inc({ queue: "mail", kind: "a", tennant: "b" }), InvalidLabelError);
  assertThrows(
    // @ts-expect-error it is true or false
    () => new MetricsRegistry().counter({ ...jobs, labels: { a: { optional: "yes" } } }),
    RegistrationError,
  );
});

test("label types: a list of any strings says nothing of the empty one", () => {
  const zones: readonly string[] = ["", "a"];
  const family = new MetricsRegistry().counter({ ...jobs, labels: { zone: zones } });
  same<Parameters<typeof family.labels>[0], { readonly zone: string }>(true);
  // @ts-expect-error the compiler does not know that the list has an empty value
  family.inc({});
});

test("label types: labels are readonly", () => {
  const labels: LabelsOf<readonly ["a"]> = { a: "1" };
  // @ts-expect-error a label set is not changed
  labels.a = "2";
  const closed: LabelsOf<{ readonly a: readonly ["x", "y"] }> = { a: "x" };
  // @ts-expect-error a label set is not changed
  closed.a = "y";
  assertEquals([labels.a, closed.a], ["2", "y"]);
});

test("label types: childWithValue() takes the values of the label", () => {
  const family = new MetricsRegistry().counter({ ...jobs, labels: { end: ["ok", "error"] } });
  Family.childWithValue(family, "ok").inc();
  // @ts-expect-error a value is not on the list
  assertThrows(() => Family.childWithValue(family, "fine"), InvalidLabelError);
});
