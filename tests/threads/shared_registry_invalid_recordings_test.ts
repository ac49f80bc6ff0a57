import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { z } from "zod";
import { InvalidLabelError, InvalidValueError } from "../../src/core.ts";
import { assertThrowsWith } from "../support/rejects.ts";
import { samplesOf, simulatedThreads } from "./simulated_threads.ts";

const wrong = "1" as unknown as number;

test("SharedRegistry: a text that was cut through a surrogate pair is one series in all threads", async () => {
  const labels = { env: "b\udc00" };
  const { registries } = simulatedThreads(2, { labels, worker: "w\ud800" });
  const families = registries.map((registry) =>
    registry.gauge({ name: "level", help: "", labels: ["user"], merge: "all" })
  );
  families[0].inc({ user: "a\ud83d" });
  families[1].inc({ user: "a\ufffd" });
  families[0].inc({ user: "a\ud83d" });
  const line = 'level{env="b\ufffd",worker="w\ufffd",user="a\ufffd"} 3';
  for (const registry of registries) assertEquals(await samplesOf(registry), [line]);
  assertEquals(families[1].removeMatching({ user: "a\ud83d" }), 1);
  families[0].inc({ user: "other" });
  families[1].inc({ user: "a\ud83d" });
  assertEquals(families[0].remove({ user: "a\ud83d" }), true);
  const left = ['level{env="b\ufffd",worker="w\ufffd",user="other"} 1'];
  assertEquals(await samplesOf(registries[1]), left);
});

test("SharedRegistry: a label that is left out has one series in all threads", async () => {
  const { registries } = simulatedThreads(2);
  const define = (registry: typeof registries[0]) =>
    registry.counter({
      name: "jobs",
      help: "",
      labels: { zone: ["", "a"], tenant: z.string().default("none") },
    });
  define(registries[0]).inc({});
  define(registries[1]).inc({ zone: "", tenant: "none" });
  assertEquals(await samplesOf(registries[0]), ['jobs{tenant="none"} 2']);
});

test("SharedRegistry: what is refused makes no series in any thread", async () => {
  const { registries } = simulatedThreads(2);
  const [registry] = registries;
  const labels = ["a"];
  const counter = registry.counter({ name: "c", help: "", labels });
  const gauge = registry.gauge({ name: "g", help: "", labels });
  const histogram = registry.histogram({ name: "h", help: "", labels });
  const summary = registry.summary({ name: "s", help: "", labels });
  const states = registry.stateSet({ name: "t", help: "", labels, states: ["on"] });
  const set = { a: "1" };
  for (
    const call of [
      () => counter.inc(set, -1),
      () => gauge.set(set, wrong),
      () => gauge.inc(set, wrong),
      () => gauge.dec(set, wrong),
      () => histogram.observe(set, wrong),
      () => summary.observe(set, wrong),
      () => states.select(set, "off" as "on"),
      () => states.set(set, "off" as "on", true),
    ]
  ) {
    assertThrowsWith(call, InvalidValueError);
    for (const each of registries) assertEquals(await samplesOf(each), []);
  }
});

test("SharedRegistry: a gauge's refused value is not the most recent one", async () => {
  for (const record of ["set", "inc", "dec"] as const) {
    const { registries } = simulatedThreads(2, { onInvalid: () => {} });
    const [one, other] = registries.map((registry) =>
      registry.gauge({ name: "level", help: "", merge: "mostRecent" })
    );
    one.set(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    other.set(2);
    await new Promise((resolve) => setTimeout(resolve, 5));
    one[record](wrong);
    assertEquals(await samplesOf(registries[0]), ["level 2"]);
  }
});

test("SharedRegistry: an info with facts that are refused stays in all threads", async () => {
  const { registries } = simulatedThreads(2, { onInvalid: () => {} });
  const infos = registries.map((registry) =>
    registry.info({ name: "build_info", help: "", labels: { version: ["1", "2"] } })
  );
  infos[0].set({ version: "1" });
  infos[0].set({ version: "3" as "1" });
  assertEquals(await samplesOf(registries[1]), ['build_info{version="1"} 1']);
  infos[0].set({ version: "2" });
  assertEquals(await samplesOf(registries[1]), ['build_info{version="2"} 1']);
});

test("SharedRegistry: a removal with a label set that does not fit removes nothing anywhere", async () => {
  const { registries } = simulatedThreads(2);
  const families = registries.map((registry) =>
    registry.counter({ name: "jobs", help: "", labels: ["a"] })
  );
  for (const family of families) family.inc({ a: "1" });
  const set = { b: "1" } as unknown as { a: string };
  assertThrowsWith(() => families[0].remove(set), InvalidLabelError, `"a" is missing`);
  assertThrowsWith(() => families[0].removeMatching(set), InvalidLabelError, `"b" is unknown`);
  assertEquals(await samplesOf(registries[1]), ['jobs{a="1"} 2']);
});
