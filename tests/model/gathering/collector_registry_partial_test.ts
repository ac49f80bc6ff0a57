import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import type { Gathering } from "../../../mod.ts";
import type { PartialGatherOptions } from "../../../src/model/collector.ts";
import { CollectorRegistry } from "../../../src/model/gathering/collector_registry.ts";
import { partialAnswer, withPartial } from "../../../src/model/gathering/partial_answers.ts";
import { MetricsRegistry } from "../../../src/registry/metrics_registry.ts";
import { collectorAfter, collectorOf, collectorThrowing } from "../../support/collectors.ts";
import { deferred, never } from "../../support/deferred.ts";
import { gaugeOf } from "../../support/families.ts";

function outline({ families, errors }: Gathering) {
  return [families.map(({ name }) => name), errors.map(({ message }) => message)];
}

/** A registry with collectors that answer on demand, its gathering, and what it has so far. */
function begin() {
  const registry = new CollectorRegistry();
  const [first, second] = [deferred(), deferred()];
  registry.register(collectorAfter(second.promise, "second"));
  registry.register(collectorOf(gaugeOf("ready", {})));
  registry.register(collectorThrowing(new Error("no database")));
  registry.register(collectorAfter(first.promise, "first"));
  let soFar!: () => Promise<Gathering>;
  const gathering = registry.gather({ onStart: (given) => soFar = given });
  return { first, second, gathering, soFar: () => soFar() };
}

test("CollectorRegistry: a gathering can be asked for what there is so far, and goes on", async () => {
  const { first, second, gathering, soFar } = begin();
  const late = "an unnamed collector: it did not answer before the deadline";
  assertEquals(outline(await soFar()), [["ready"], [
    late,
    "an unnamed collector: no database",
    late,
  ]]);
  first.resolve();
  await first.promise;
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(outline(await soFar()), [["first", "ready"], [
    late,
    "an unnamed collector: no database",
  ]]);
  second.resolve();
  const whole = await gathering;
  assertEquals(outline(whole), [["first", "ready", "second"], [
    "an unnamed collector: no database",
  ]]);
  assertEquals(outline(await soFar()), outline(whole));
});

test("CollectorRegistry: what there is so far is the same until another collector answers", async () => {
  const { first, soFar } = begin();
  const before = await soFar();
  assertStrictEquals(await soFar(), before);
  first.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(await soFar() === before, false);
});

test("CollectorRegistry: what a collector of several sources has so far counts, whenever asked", async () => {
  const registry = new CollectorRegistry();
  const rest = deferred();
  const early = gaugeOf("early", {});
  const middle = gaugeOf("middle", {});
  const all = [early, middle, gaugeOf("late", {})];
  let now = partialAnswer([early], [new Error("middle, late: no answer")]);
  const answer = rest.promise.then(() => all);
  registry.register({ name: "several", collect: () => withPartial(answer, () => now) });
  let soFar!: () => Promise<Gathering>;
  const gathering = registry.gather({ onStart: (given) => soFar = given });
  assertEquals(outline(await soFar()), [["early"], ["several: middle, late: no answer"]]);
  now = partialAnswer([early, middle], [new Error("late: no answer")]);
  assertEquals(outline(await soFar()), [["early", "middle"], ["several: late: no answer"]]);
  rest.resolve();
  assertEquals(outline(await gathering), [["early", "late", "middle"], []]);
  assertEquals(outline(await soFar()), [["early", "late", "middle"], []]);
});

test("CollectorRegistry: a collector that cannot tell what it has so far has nothing", async () => {
  const registry = new CollectorRegistry();
  const answers = [
    () => {
      throw new Error("broken");
    },
    () => undefined as never,
  ];
  for (const [index, soFar] of answers.entries()) {
    registry.register({ name: `broken${index}`, collect: () => withPartial(never(), soFar) });
  }
  let soFar!: () => Promise<Gathering>;
  registry.gather({ onStart: (given) => soFar = given });
  assertEquals(outline(await soFar()), [[], [
    "broken0: broken",
    "broken1: its collect() returned undefined; return an array of families, or a promise of it",
  ]]);
});

test("MetricsRegistry: what there is so far has the overflows too", async () => {
  const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 1, onOverflow() {} } });
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["user"] });
  for (const user of ["a", "b", "c"]) jobs.inc({ user });
  registry.register(collectorAfter(never(), "late"));
  let soFar!: () => Promise<Gathering>;
  const options: PartialGatherOptions = { onStart: (given) => soFar = given };
  registry.gather(options);
  const { families, overflows } = await soFar();
  assertEquals(families.map(({ name }) => name), ["jobs"]);
  assertEquals([...overflows ?? []], [["jobs", 2]]);
});
