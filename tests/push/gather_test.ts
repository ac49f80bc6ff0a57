import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { CollectionError, MetricsRegistry } from "../../mod.ts";
import type { Gatherer, MetricFamily } from "../../mod.ts";
import { PushError } from "../../src/push/delivery/push_error.ts";
import { gatherToPush } from "../../src/push/gather.ts";
import { never } from "../support/deferred.ts";
import { counterOf, gaugeOf } from "../support/families.ts";
import { watchedSignal } from "../support/leftovers.ts";
import { assertRejectsWith } from "../support/rejects.ts";

const limits = { target: "http://a.test", seconds: 5 };

function gathererOf(
  families: readonly unknown[],
  errors: readonly CollectionError[] = [],
): Gatherer {
  return { gather: () => Promise.resolve({ families: families as MetricFamily[], errors }) };
}

test("gatherToPush: what a registry gathers is taken as it is", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "a_total", help: "A." }).inc();
  registry.register({ name: "broken", collect: () => Promise.reject(new Error("broken")) });
  const { families, errors } = await gatherToPush(registry, limits);
  assertEquals([families.map(({ name }) => name), errors.length], [["a_total"], 1]);
});

test("gatherToPush: families of another gatherer are checked, and each counts for itself", async () => {
  const given = new CollectionError("given");
  const bad = { ...counterOf("bad", {}), values: Float64Array.of(-1) };
  const gatherer = gathererOf(
    [gaugeOf("a", {}), bad, null, 5, gaugeOf("a", {}), gaugeOf("b", {})],
    [given],
  );
  const { families, errors } = await gatherToPush(gatherer, limits);
  assertEquals(families.map(({ name }) => name), ["a", "b"]);
  assertStrictEquals(errors[0], given);
  assertEquals(errors.map(({ message }) => message.slice(0, 22)), [
    "given",
    "bad: values hold -1; w",
    "a collector returned n",
    "a collector returned 5",
    "a: gathered twice; mer",
  ]);
});

test("gatherToPush: a family that throws while it is checked is an error of its own", async () => {
  const family = {
    ...gaugeOf("a", {}),
    get labels(): never {
      throw new Error("mine");
    },
  };
  const { families, errors } = await gatherToPush(gathererOf([family, gaugeOf("b", {})]), limits);
  assertEquals([families.length, errors[0].message, errors[0] instanceof CollectionError], [
    1,
    "mine",
    true,
  ]);
});

test("gatherToPush: a gatherer that fails as a whole, in whatever way, is one error", async () => {
  const gatherers: [string, () => unknown][] = [
    ["mine", () => Promise.reject(new Error("mine"))],
    ["at once", () => {
      throw new Error("at once");
    }],
    ["a text", () => Promise.reject("a text")],
    ["", () => undefined],
    ["", () => Promise.resolve({})],
  ];
  for (const [reason, gather] of gatherers) {
    await assertRejectsWith(
      () => gatherToPush({ gather } as Gatherer, limits),
      PushError,
      "http://a.test",
      "could not be gathered",
      reason,
    );
  }
});

test("gatherToPush: collectors have half of the time, and the gatherer all of it", async () => {
  let aborted = false;
  const gatherer: Gatherer = {
    gather: ({ signal } = {}) => {
      signal?.addEventListener("abort", () => aborted = true);
      return never();
    },
  };
  const push = () => gatherToPush(gatherer, { ...limits, seconds: 0.04 });
  await assertRejectsWith(push, PushError, "no answer in time");
  assertEquals(aborted, true);
});

test("gatherToPush: an abort ends it, with its reason, and leaves no listener", async () => {
  const { signal, abort, listeners } = watchedSignal();
  let aborted = false;
  const gatherer: Gatherer = {
    gather: ({ signal } = {}) => {
      signal?.addEventListener("abort", () => aborted = true);
      queueMicrotask(abort);
      return never();
    },
  };
  await assertRejectsWith(
    () => gatherToPush(gatherer, { ...limits, signal }),
    PushError,
    "could not be gathered",
    "abort",
  );
  assertEquals([aborted, listeners()], [true, 0]);
});

test("gatherToPush: whoever is aborted already asks no collector", async () => {
  let asked = 0;
  const gatherer: Gatherer = { gather: () => (asked++, never()) };
  const signal = AbortSignal.abort();
  await assertRejectsWith(
    () => gatherToPush(gatherer, { ...limits, signal }),
    PushError,
    "could not be gathered",
    "abort",
  );
  assertEquals(asked, 0);
});
