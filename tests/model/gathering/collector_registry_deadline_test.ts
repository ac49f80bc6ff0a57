import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import type { Collector, Gathering, MetricFamily } from "../../../mod.ts";
import { CollectorRegistry } from "../../../src/model/gathering/collector_registry.ts";
import { collectorAfter, collectorOf } from "../../support/collectors.ts";
import { never, pause, within } from "../../support/deferred.ts";
import { withoutTimers } from "../../support/fake_timers.ts";
import { gaugeOf } from "../../support/families.ts";
import { busyFor } from "../../support/laps.ts";

function registryOf(...collectors: readonly Collector[]): CollectorRegistry {
  const registry = new CollectorRegistry();
  for (const collector of collectors) registry.register(collector);
  return registry;
}

function namesOf({ families }: Gathering): readonly string[] {
  return families.map(({ name }) => name);
}

/** Gathers with a deadline, as a scrape does. */
function gatherWithin(registry: CollectorRegistry, seconds: number): Promise<Gathering> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), seconds * 1000);
  return within(5, registry.gather({ signal: deadline.signal })).finally(() => clearTimeout(timer));
}

/** A collector that holds the event loop. */
function blocking(seconds: number, name: string, answer: "at once" | "later"): Collector {
  return {
    name: `blocker of ${name}`,
    collect() {
      busyFor(seconds * 1000);
      const families = [gaugeOf(name, {})];
      return answer === "at once" ? families : Promise.resolve(families);
    },
  };
}

for (const answer of ["at once", "later"] as const) {
  test(`CollectorRegistry: one that holds the event loop and answers ${answer} is named, and the others are kept`, async () => {
    const registry = registryOf(
      { collect: async () => (await pause(0.04), await pause(0.01), [gaugeOf("before", {})]) },
      blocking(0.2, "slow", answer),
      { collect: async () => (await pause(0.02), [gaugeOf("after", {})]) },
    );
    const gathering = await gatherWithin(registry, 0.1);
    assertEquals(namesOf(gathering), ["after", "before", "slow"]);
    assertEquals(gathering.errors.length, 1);
    const [{ message }] = gathering.errors;
    assert(
      /^blocker of slow: its collect\(\) held the event loop for 0\.[2-9]\d\d s of the time/.test(
        message,
      ),
      message,
    );
  });
}

test("CollectorRegistry: one that holds the event loop is named beside those that did not answer", async () => {
  const hanging = { name: "pool", collect: () => never<MetricFamily[]>() };
  const { errors } = await gatherWithin(registryOf(hanging, blocking(0.2, "slow", "later")), 0.1);
  const messages = errors.map(({ message }) => message);
  assertEquals(messages.length, 2);
  assertStringIncludes(
    messages[0],
    "pool: it did not answer before the deadline, while blocker of",
  );
  assertStringIncludes(messages[0], "held the event loop for 0.");
  assertStringIncludes(messages[1], "blocker of slow: ");
});

test("CollectorRegistry: one that blocks alone is named if the deadline came meanwhile", async () => {
  const gathering = await gatherWithin(registryOf(blocking(0.15, "slow", "at once")), 0.1);
  assertEquals([namesOf(gathering), gathering.errors.length], [["slow"], 1]);
});

test("CollectorRegistry: whoever holds the event loop for less than half of the time is not named", async () => {
  const hanging = { name: "pool", collect: () => never<MetricFamily[]>() };
  const { errors } = await gatherWithin(registryOf(hanging, blocking(0.06, "b", "later")), 0.6);
  assertEquals(errors.map(({ message }) => message), [
    "pool: it did not answer before the deadline",
  ]);
});

test("CollectorRegistry: whoever holds the event loop is no error if the deadline did not come", async () => {
  assertEquals((await gatherWithin(registryOf(blocking(0.06, "b", "at once")), 5)).errors, []);
  assertEquals((await registryOf(blocking(0.06, "b", "later")).gather()).errors, []);
});

test("CollectorRegistry: an answer up to 50 ms after the deadline is kept, a later one is not", async () => {
  const registry = registryOf(
    collectorAfter(pause(0.05), "late"),
    collectorAfter(pause(0.5), "later"),
  );
  const gathering = await gatherWithin(registry, 0.03);
  assertEquals([namesOf(gathering), gathering.errors.length], [["late"], 1]);
});

test("CollectorRegistry: one that is asked after the deadline is told so", async () => {
  let signal: AbortSignal | undefined;
  const registry = registryOf({ collect: (given) => (signal = given, []) });
  await registry.gather({ signal: AbortSignal.abort("late") });
  assertEquals([signal?.aborted, signal?.reason], [true, "late"]);
});

test("CollectorRegistry: the deadline holds if a test fakes timers", async () => {
  const deadline = new AbortController();
  const registry = registryOf({ collect: () => never<MetricFamily[]>() });
  const { errors } = await withoutTimers(() => {
    const gathering = registry.gather({ signal: deadline.signal });
    deadline.abort();
    return gathering;
  });
  assertEquals(errors.length, 1);
});

test("CollectorRegistry: a system clock that is set back and forth changes no deadline", async () => {
  const own = Date.now;
  let times = 0;
  Date.now = () => own() + (times++ % 2 === 0 ? -3_600_000 : 3_600_000);
  try {
    const registry = registryOf(
      collectorAfter(pause(0.01), "fast"),
      { collect: () => never<MetricFamily[]>() },
      blocking(0.02, "busy", "at once"),
    );
    // On a busy machine 20 ms may well last 50: not half of the time that is given.
    const gathering = await gatherWithin(registry, 0.6);
    assertEquals(namesOf(gathering), ["busy", "fast"]);
    assertEquals(gathering.errors.map(({ message }) => message), [
      "an unnamed collector: it did not answer before the deadline",
    ]);
  } finally {
    Date.now = own;
  }
});

test("CollectorRegistry: a gathering leaves no listener and no timer", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, args);
  };
  const registry = registryOf(collectorOf(), collectorAfter(pause(0.01), "a"));
  await registry.gather({ signal });
  assertEquals(listeners, 0);

  let timers = 0;
  const { setTimeout, clearTimeout } = globalThis;
  Object.assign(globalThis, {
    setTimeout: (action: () => void, ms: number) => (timers++, setTimeout(action, ms)),
    clearTimeout: (timer: number) => (timers--, clearTimeout(timer)),
  });
  try {
    await registry.gather({ signal: AbortSignal.abort() });
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
  assertEquals(timers, 0);
});
