import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { z } from "zod";
import { InvalidLabelError, MetricsRegistry, RegistrationError } from "../../mod.ts";
import { sharedRegistry } from "../../src/workers.ts";
import { samplesOf } from "../support/pages.ts";
import { handmadeSchema } from "../support/schemas.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const jobs = { name: "jobs", help: "Jobs." };

test("MetricsRegistry: a schema that is written where it is used makes the same instrument again", async () => {
  const registry = new MetricsRegistry();
  const define = () => registry.counter({ ...jobs, labels: { topic: z.string().max(8) } });
  const first = define();
  first.inc({ topic: "a" });
  assertStrictEquals(define(), first);
  define().inc({ topic: "a" });
  assertEquals(await samplesOf(registry), ['jobs{topic="a"} 2']);
});

test("MetricsRegistry: of several schemas the last is used, for values that are known as well", async () => {
  const registry = new MetricsRegistry();
  const define = (longest: number) =>
    registry.counter({ ...jobs, labels: { topic: z.string().max(longest), kind: ["x"] } });
  const first = define(8);
  const kept = first.labels({ topic: "long", kind: "x" });
  define(2);
  assertThrowsWith(() => first.inc({ topic: "long", kind: "x" }), InvalidLabelError, "topic");
  assertThrowsWith(() => first.inc({ kind: "x", topic: "long" }), InvalidLabelError, "topic");
  kept.inc();
  define(4).inc({ topic: "long", kind: "x" });
  assertEquals(await samplesOf(registry), ['jobs{topic="long",kind="x"} 2']);
});

test("MetricsRegistry: a schema that stays is not asked again for what is known", () => {
  const registry = new MetricsRegistry();
  let asked = 0;
  // The rules of other labels are written where they are used, so they are new each time.
  const schema = handmadeSchema((value) => ({ value, asked: asked++ }));
  for (let time = 0; time < 3; time++) {
    const labels = { topic: schema, kind: ["x"], zone: { optional: true } } as const;
    registry.counter({ ...jobs, labels }).inc({ topic: "a", kind: "x", zone: "b" });
  }
  assertEquals(asked, 1);
});

test("MetricsRegistry: the same labels in another order make the same instrument", async () => {
  const registry = new MetricsRegistry();
  const family = registry.counter({ ...jobs, labels: ["a", "b"] });
  assertStrictEquals<unknown>(registry.counter({ ...jobs, labels: ["b", "a"] }), family);
  const closed = registry.gauge({ name: "g", help: "", labels: { a: ["x", "y"], b: z.string() } });
  const again = registry.gauge({ name: "g", help: "", labels: { b: z.string(), a: ["y", "x"] } });
  assertStrictEquals<unknown>(again, closed);
  family.inc({ a: "1", b: "2" });
  again.set({ b: "2", a: "x" }, 3);
  assertEquals(await samplesOf(registry), ['g{a="x",b="2"} 3', 'jobs{a="1",b="2"} 1']);
});

test("MetricsRegistry: other labels are another definition in whatever order", () => {
  const registry = new MetricsRegistry();
  registry.counter({ ...jobs, labels: { a: ["x", "y"], b: ["z"] } });
  for (const labels of [{ a: ["z"], b: ["x", "y"] }, { b: ["z"], a: ["x"] }]) {
    const define = () => registry.counter({ ...jobs, labels });
    assertThrowsWith(define, RegistrationError, "jobs: already registered as counter {a: ");
  }
});

test("MetricsRegistry: a default that is spelled out makes the same instrument", () => {
  const registry = new MetricsRegistry();
  assertStrictEquals(
    registry.gauge({ name: "g", help: "G." }),
    registry.gauge({ name: "g", help: "G.", merge: "liveSum" }),
  );
  assertStrictEquals(
    registry.histogram({ name: "h", help: "H.", native: false, sampleEvery: 1 }),
    registry.histogram({ name: "h", help: "H." }),
  );
  assertStrictEquals(
    registry.summary({ name: "s", help: "S.", quantiles: [], windowSeconds: 600 }),
    registry.summary({ name: "s", help: "S." }),
  );
  assertThrowsWith(
    () => registry.gauge({ name: "g", help: "G.", merge: "sum" }),
    RegistrationError,
    'already registered as gauge "G."',
    'as gauge "G." merge "sum"',
  );
});

test("MetricsRegistry: what differs in infinities alone is another definition", () => {
  const registry = new MetricsRegistry();
  const native = { exemplarTtlSeconds: Infinity };
  registry.histogram({ name: "h", help: "H.", native });
  assertThrowsWith(
    () => registry.histogram({ name: "h", help: "H.", native: {} }),
    RegistrationError,
    "Infinity",
  );
});

test("MetricsRegistry: of several callbacks the last is asked, also in a view and with labels", async () => {
  for (const registry of [new MetricsRegistry(), sharedRegistry({ name: "redefinition test" })]) {
    const view = registry.view({ prefix: "app_" });
    for (const queue of [[], [1, 2, 3]]) {
      registry.gaugeWithCallback({ name: "queue", help: "", callback: () => queue.length });
      view.counterWithCallback({
        name: "done",
        help: "",
        labels: { kind: z.string().max(queue.length) },
        callback: () => [{ labels: { kind: "mai" }, value: queue.length }],
      });
    }
    assertEquals(await samplesOf(registry), ['app_done{kind="mai"} 3', "queue 3"]);
    registry.clear();
  }
});

test("MetricsRegistry.global(): bundles that each bring a schema of their own have the same instruments", () => {
  const name = "redefinition_test_total";
  const bundle = () =>
    MetricsRegistry.global().counter({ name, help: "", labels: { a: z.string().max(32) } });
  assertStrictEquals(bundle(), bundle());
  assertEquals(MetricsRegistry.global().unregister(name), true);
});

test("MetricsRegistry: whether a label is optional is part of the definition", () => {
  for (const registry of [new MetricsRegistry(), sharedRegistry({ name: "optional_labels" })]) {
    const define = (optional: boolean) =>
      registry.counter({ ...jobs, labels: { a: { optional } } });
    const optional = define(true);
    assertStrictEquals(define(true), optional);
    assertThrowsWith(() => define(false), RegistrationError, "a: optional");
    assertThrowsWith(() => registry.counter({ ...jobs, labels: ["a"] }), RegistrationError, "jobs");
    const open = registry.counter({ ...jobs, name: "open", labels: { a: { optional: false } } });
    assertStrictEquals<unknown>(registry.counter({ ...jobs, name: "open", labels: ["a"] }), open);
  }
});

test("MetricsRegistry: a schema with a method `optional` is no optional label", () => {
  for (const registry of [new MetricsRegistry(), sharedRegistry({ name: "schema or optional" })]) {
    const schema = z.enum(["x", "y"]);
    assert(typeof schema.optional === "function");
    const define = () => registry.counter({ ...jobs, labels: { a: schema } });
    const first = define();
    assertStrictEquals(define(), first);
    for (const optional of [true, false]) {
      assertThrowsWith(
        () => registry.counter({ ...jobs, labels: { a: { optional } } }),
        RegistrationError,
        "already registered as counter {a: schema}",
      );
    }
    const labels = { a: { optional: true } };
    registry.counter({ ...jobs, name: "optional", labels });
    assertThrowsWith(
      () => registry.counter({ ...jobs, name: "optional", labels: { a: schema } }),
      RegistrationError,
      "now asked for as counter {a: schema}",
    );
  }
});

test("MetricsRegistry: what is no rule is not taken for one in a later definition either", () => {
  const registry = new MetricsRegistry();
  registry.counter({ ...jobs, labels: { a: { optional: true } } });
  registry.counter({ ...jobs, name: "open", labels: ["a"] });
  for (const rule of [{ optional: "yes" }, {}, null]) {
    const labels = { a: rule as never };
    assertThrowsWith(() => registry.counter({ ...jobs, labels }), RegistrationError, "{a: ");
    const again = () => registry.counter({ ...jobs, name: "open", labels });
    assertThrowsWith(again, RegistrationError, "already registered as counter {a}");
  }
});
