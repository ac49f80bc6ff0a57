import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { constStateSet, InvalidValueError, MetricsRegistry, RegistrationError } from "../../mod.ts";
import { display } from "../../src/model/errors.ts";
import { collectorOf } from "../support/collectors.ts";
import { samplesOf } from "../support/pages.ts";
import { assertThrowsWith } from "../support/rejects.ts";
import { simulatedThreads } from "../threads/simulated_threads.ts";

const states = ["idle", "busy", "failed"] as const;
const definition = { name: "phase", help: "The phase.", states };

test("StateSet: all states start off, and are exposed from the start", async () => {
  const registry = new MetricsRegistry();
  const phase = registry.stateSet(definition);
  assertEquals(phase.get(), []);
  assertEquals(await samplesOf(registry), [
    'phase{phase="idle"} 0',
    'phase{phase="busy"} 0',
    'phase{phase="failed"} 0',
  ]);
});

test("StateSet: states are turned on and off one by one", async () => {
  const registry = new MetricsRegistry();
  const phase = registry.stateSet(definition);
  phase.set("failed", true);
  phase.set("idle", true);
  phase.set("idle", true);
  assertEquals(phase.get(), ["idle", "failed"]);
  assertEquals(await samplesOf(registry), [
    'phase{phase="idle"} 1',
    'phase{phase="busy"} 0',
    'phase{phase="failed"} 1',
  ]);
  phase.set("failed", false);
  phase.set("busy", false);
  assertEquals(phase.get(), ["idle"]);
});

test("StateSet.select() turns all other states off", () => {
  const phase = new MetricsRegistry().stateSet(definition);
  phase.set("idle", true);
  phase.set("failed", true);
  for (const state of states) {
    phase.select(state);
    assertEquals(phase.get(), [state]);
  }
});

test("StateSet.get() returns a copy", () => {
  const phase = new MetricsRegistry().stateSet(definition);
  phase.select("busy");
  const before = phase.get();
  phase.select("idle");
  assertEquals(before, ["busy"]);
});

test("StateSet: each series has states of its own", async () => {
  const registry = new MetricsRegistry();
  const phase = registry.stateSet({ ...definition, labels: ["job"] });
  phase.select({ job: "a" }, "busy");
  phase.set({ job: "b" }, "idle", true);
  phase.set({ job: "b" }, "failed", true);
  phase.set({ job: "a" }, "failed", false);
  assertEquals(phase.labels({ job: "a" }).get(), ["busy"]);
  assertEquals(await samplesOf(registry), [
    'phase{job="a",phase="idle"} 0',
    'phase{job="a",phase="busy"} 1',
    'phase{job="a",phase="failed"} 0',
    'phase{job="b",phase="idle"} 1',
    'phase{job="b",phase="busy"} 0',
    'phase{job="b",phase="failed"} 1',
  ]);
});

for (const state of ["", "Idle", "idle ", undefined, null, 0, "constructor"]) {
  test(`StateSet: the state ${display(state)} is refused, naming those that there are`, () => {
    const phase = new MetricsRegistry().stateSet(definition);
    phase.select("busy");
    const wrong = state as "idle";
    for (const call of [() => phase.select(wrong), () => phase.set(wrong, true)]) {
      const error = assertThrowsWith(
        call,
        InvalidValueError,
        "phase: ",
        "one of idle, busy, failed",
      );
      assertEquals(error.value, state);
    }
    assertEquals(phase.get(), ["busy"]);
  });
}

test("StateSet: a state is on or off, and nothing else is taken for that", () => {
  const registries = [new MetricsRegistry(), simulatedThreads(1).registries[0]];
  for (const registry of registries) {
    const phase = registry.stateSet(definition);
    phase.select("busy");
    for (const on of ["false", "", 0, 1, null, undefined, NaN]) {
      for (const state of ["idle", "busy"] as const) {
        const call = () => phase.set(state, on as unknown as boolean);
        const error = assertThrowsWith(call, InvalidValueError, "phase: ", "true or false");
        assertEquals(error.value, on);
      }
    }
    assertEquals(phase.get(), ["busy"]);
  }
});

const badStates: readonly unknown[] = [
  [],
  ["a", "a"],
  ["a", ""],
  ["a", 1],
  ["\ud800"],
  new Array(1),
  "ab",
  undefined,
  null,
  { a: 1 },
];

for (const bad of badStates) {
  test(`StateSet: the states ${JSON.stringify(bad)} are refused`, () => {
    const define = () => new MetricsRegistry().stateSet({ ...definition, states: bad as string[] });
    assertThrowsWith(define, RegistrationError, "phase: states ", "distinct texts");
  });
}

test("StateSet: one state is enough", () => {
  const alarm = new MetricsRegistry().stateSet({ ...definition, states: ["on"] });
  alarm.set("on", true);
  assertEquals(alarm.get(), ["on"]);
});

test("StateSet: states are copied", async () => {
  const registry = new MetricsRegistry();
  const list = ["a", "b"];
  registry.stateSet({ ...definition, states: list });
  list[0] = "c";
  assertEquals(await samplesOf(registry), ['phase{phase="a"} 0', 'phase{phase="b"} 0']);
});

test("StateSet: a label with the name of the family, its prefix included, is refused", () => {
  const registry = new MetricsRegistry();
  const define = (registry: MetricsRegistry, label: string) =>
    registry.stateSet({ ...definition, labels: [label] });
  assertThrowsWith(() => define(registry, "phase"), RegistrationError, 'label "phase" is reserved');
  const view = registry.view({ prefix: "app_" });
  assertThrowsWith(() => define(view, "app_phase"), RegistrationError, 'label "app_phase"');
  define(view, "phase");
  const labelled = registry.view({ labels: { phase: "x" } });
  const constant = () => labelled.stateSet(definition);
  assertThrowsWith(constant, RegistrationError, 'label "phase" is reserved');
});

test("a state set has no unit", () => {
  const define = () =>
    new MetricsRegistry().stateSet({ ...definition, name: "phase_seconds", unit: "seconds" });
  assertThrowsWith(
    define,
    RegistrationError,
    "phase_seconds: a state set has no unit",
    '"seconds"',
  );
});

test("StateSet: a name with a colon is refused: the name is that of a label as well", async () => {
  for (const utf8Names of [false, true]) {
    const registry = new MetricsRegistry({ utf8Names });
    const define = () => registry.stateSet({ ...definition, name: "job:phase" });
    assertThrowsWith(define, RegistrationError, "job:phase");
  }
  const registry = new MetricsRegistry();
  const samples = [{ on: ["idle"] }];
  registry.register(collectorOf(constStateSet({ ...definition, name: "job:phase", samples })));
  const { families, errors } = await registry.gather();
  assertEquals(families, []);
  assertEquals(errors.length, 1);
});

test("StateSet: the same definition gives the same state set, other states are another definition", () => {
  const registry = new MetricsRegistry();
  const phase = registry.stateSet(definition);
  assertStrictEquals(registry.stateSet(definition), phase);
  assertThrowsWith(
    () => registry.stateSet({ ...definition, states: ["idle", "busy"] }),
    RegistrationError,
    "already registered as stateset",
  );
});
