import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import {
  InvalidLabelError,
  InvalidValueError,
  type MetricsError,
  MetricsRegistry,
  type MetricsRegistryOptions,
  type RecordOptions,
  RegistrationError,
} from "../../mod.ts";
import { Family } from "../../src/model/family/family.ts";
import { sharedRegistry } from "../../src/workers.ts";
import { pause } from "../support/deferred.ts";
import { samplesOf } from "../support/pages.ts";
import { handmadeSchema } from "../support/schemas.ts";
import { assertThrowsWith } from "../support/rejects.ts";

/** Registries of both kinds, one after the other. */
function* registries(
  onInvalid: MetricsRegistryOptions["onInvalid"],
): Generator<MetricsRegistry> {
  yield new MetricsRegistry({ onInvalid });
  const shared = sharedRegistry({ name: crypto.randomUUID(), onInvalid });
  yield shared;
  shared.close();
}

/** Instruments of every type, and every way to record something wrong to them. */
function wrongRecordings(registry: MetricsRegistry): readonly (() => unknown)[] {
  const labels = { a: ["x"] };
  const counter = registry.counter({ name: "counter", help: "", labels });
  const gauge = registry.gauge({ name: "gauge", help: "", labels });
  const recent = registry.gauge({ name: "recent", help: "", labels, merge: "mostRecent" });
  const histogram = registry.histogram({ name: "histogram", help: "", labels, buckets: [1] });
  const native = registry.histogram({ name: "native", help: "", labels, native: true });
  const summary = registry.summary({ name: "summary", help: "", labels });
  const states = registry.stateSet({ name: "states", help: "", labels, states: ["on", "off"] });
  const info = registry.info({ name: "some_info", help: "", labels });
  const x = { a: "x" } as const;
  counter.inc(x);
  gauge.set(x, 1);
  recent.set(x, 1);
  histogram.observe(x, 1);
  native.observe(x, 1);
  summary.observe(x, 1);
  states.select(x, "on");
  info.set(x);
  const wrong = "1" as unknown as number;
  const bad = { a: "y" } as unknown as { a: "x" };
  const surplus = { a: "x", path: "/" } as const;
  const state = "broken" as "on";
  const options = { trace_id: "1" } as RecordOptions;
  const isOn = "false" as unknown as boolean;
  return [
    () => counter.inc(x, 1, options),
    () => counter.labels(x).inc(1, options),
    () => histogram.observe(x, 1, options),
    () => histogram.labels(x).observe(1, options),
    () => native.labels(x).observe(1, options),
    () => states.set(x, "on", isOn),
    () => states.labels(x).set("on", isOn),
    () => counter.inc(bad),
    () => counter.inc(surplus),
    () => counter.inc(null as unknown as { a: "x" }),
    () => counter.inc(x, -1),
    () => counter.labels(x).inc(wrong),
    () => counter.labels(bad).inc(2),
    () => counter.remove(bad),
    () => counter.removeMatching(bad),
    () => Family.childWithValue(counter, "y" as "x").inc(),
    () => Family.childWithValue(counter, "y" as "x").inc(),
    () => gauge.set(bad, 1),
    () => gauge.set(x, wrong),
    () => gauge.labels(x).set(wrong),
    () => gauge.labels(x).inc(wrong),
    () => gauge.labels(x).dec(wrong),
    () => gauge.inc(x, wrong),
    () => gauge.dec(x, wrong),
    () => recent.labels(x).set(wrong),
    () => histogram.observe(bad, 1),
    () => histogram.observe(x, wrong),
    () => histogram.labels(x).observe(wrong),
    () => histogram.startTimer()(bad),
    () => native.observe(bad, 1),
    () => native.labels(x).observe(wrong),
    () => summary.observe(bad, 1),
    () => summary.observe(x, wrong),
    () => summary.labels(x).observe(wrong),
    () => states.set(bad, "on", true),
    () => states.select(x, state),
    () => states.labels(x).set(state, true),
    () => states.labels(x).set(state, false),
    () => states.labels(x).select(state),
    () => info.set(bad),
  ];
}

test("onInvalid: by default each wrong recording throws, and nothing is lost or left behind", async () => {
  for (const onInvalid of [undefined, "throw"] as const) {
    for (const registry of registries(onInvalid)) {
      const wrong = wrongRecordings(registry);
      const before = await samplesOf(registry);
      for (const record of wrong) assertThrowsWith(record, Error);
      assertEquals(await samplesOf(registry), before);
      assertEquals(registry.invalidRecordings().size, 0);
    }
  }
});

test("onInvalid: a function takes the errors in place of whoever records", async () => {
  const errors: MetricsError[] = [];
  for (const registry of registries((error) => void errors.push(error))) {
    errors.length = 0;
    const wrong = wrongRecordings(registry);
    const before = await samplesOf(registry);
    for (const [at, record] of wrong.entries()) {
      record();
      assertEquals(errors.length, at + 1, String(record));
      const error = errors[at];
      assert(error instanceof InvalidLabelError || error instanceof InvalidValueError);
    }
    assertEquals(await samplesOf(registry), before);
    const counts = registry.invalidRecordings();
    assertEquals(counts.get("counter"), 12);
    assertEquals([...counts.values()].reduce((sum, count) => sum + count), wrong.length);
  }
});

test("onInvalid: a view has the one of its registry, also if its own is undefined", () => {
  const errors: MetricsError[] = [];
  const registry = new MetricsRegistry({ onInvalid: (error) => errors.push(error) });
  for (const options of [{ prefix: "a_" }, { prefix: "b_", onInvalid: undefined }]) {
    registry.view(options).counter({ name: "jobs_total", help: "Jobs." }).inc(-1);
  }
  assertEquals(errors.map((error) => (error as InvalidValueError).family), [
    "a_jobs_total",
    "b_jobs_total",
  ]);
});

test("onInvalid: the number of dropped recordings is part of a gathering", async () => {
  const registry = new MetricsRegistry({ onInvalid: () => {} });
  const jobs = registry.counter({ name: "jobs", help: "Jobs." });
  assertEquals((await registry.gather()).invalid, undefined);
  for (let time = 0; time < 3; time++) jobs.inc(-1);
  const gathering = await registry.gather();
  assertEquals([gathering.invalid, gathering.overflows], [new Map([["jobs", 3]]), undefined]);
  jobs.inc(-1);
  assertEquals(gathering.invalid?.get("jobs"), 3);
});

test("onInvalid: labels() of a wrong label set is a child that records nowhere", async () => {
  for (const registry of registries(() => {})) {
    const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: { a: ["x"] } });
    const nowhere = jobs.labels({ a: "y" } as unknown as { a: "x" });
    nowhere.inc();
    assertStrictEquals(nowhere.countExceptions(() => 5), 5);
    assertEquals(await samplesOf(registry), []);
    jobs.clear();
    nowhere.inc();
    assertEquals(await samplesOf(registry), []);
  }
});

test("onInvalid: a schema that throws is reported as a wrong label set", () => {
  const errors: MetricsError[] = [];
  const registry = new MetricsRegistry({ onInvalid: (error) => void errors.push(error) });
  const topic = handmadeSchema(() => {
    throw new RangeError("schema failed");
  });
  registry.counter({ name: "jobs", help: "Jobs.", labels: { topic } }).inc({ topic: "x" });
  assertInstanceOf(errors[0], InvalidLabelError);
  assertEquals(errors[0].message, "jobs: schema failed");
});

test("onInvalid: a handler that fails, or records something wrong itself, does no harm", async () => {
  let jobs: { inc(by?: number): void } | undefined;
  const handlers: (() => unknown)[] = [
    () => {
      throw new Error("out of order");
    },
    () => Promise.reject(new Error("out of order later")),
    () => jobs?.inc(-2),
  ];
  for (const handler of handlers) {
    const registry = new MetricsRegistry({ onInvalid: handler as () => void });
    jobs = registry.counter({ name: "jobs", help: "Jobs." });
    jobs.inc(-1);
    jobs.inc();
    await pause(0.005);
    assertEquals(await samplesOf(registry), ["jobs 1"]);
    assert(registry.invalidRecordings().get("jobs")! <= 2);
  }
});

test('onInvalid: "report" warns once for each family', () => {
  const warned: unknown[] = [];
  const own = console.warn;
  console.warn = (...given: unknown[]) => void warned.push(...given);
  try {
    const registry = new MetricsRegistry({ onInvalid: "report" });
    for (const name of ["a", "b"]) {
      const counter = registry.counter({ name, help: "" });
      for (let time = 0; time < 3; time++) counter.inc(-1);
    }
    assertEquals(registry.invalidRecordings(), new Map([["a", 3], ["b", 3]]));
  } finally {
    console.warn = own;
  }
  assertEquals(warned.map((line) => String(line).split(" is not ")[0]), ["a: -1", "b: -1"]);
});

test("onInvalid: a view has that of its registry, or one of its own", () => {
  const told: string[] = [];
  const registry = new MetricsRegistry({ onInvalid: ({ message }) => void told.push(message) });
  registry.view({ prefix: "app_" }).counter({ name: "jobs", help: "Jobs." }).inc(-1);
  const strict = registry.view({ prefix: "own_", onInvalid: "throw" });
  const own = strict.counter({ name: "jobs", help: "Jobs." });
  assertThrowsWith(() => own.inc(-1), InvalidValueError, "own_jobs");
  assertEquals([told.length, registry.invalidRecordings()], [1, new Map([["app_jobs", 1]])]);
});

test("onInvalid: definitions throw all the same, and callbacks fail with the page", async () => {
  const told: MetricsError[] = [];
  const registry = new MetricsRegistry({ onInvalid: (error) => void told.push(error) });
  const define = () => registry.counter({ name: "9", help: "" });
  assertThrowsWith(define, RegistrationError, "metric name");
  registry.counterWithCallback({ name: "jobs", help: "Jobs.", callback: () => -1 });
  const { errors } = await registry.gather();
  assertEquals([errors.length, told.length], [1, 0]);
});
