import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  CollectionError,
  type Collector,
  type FamilyDescription,
  type Gathering,
  type MetricFamily,
  RegistrationError,
} from "../../../mod.ts";
import { CollectorRegistry } from "../../../src/model/gathering/collector_registry.ts";
import { CounterFamily } from "../../../src/metrics/counter.ts";
import { HistogramFamily } from "../../../src/metrics/histogram_family.ts";
import {
  collectorAfter,
  collectorGiving,
  collectorOf,
  collectorThrowing,
} from "../../support/collectors.ts";
import { withClock } from "../../support/clock.ts";
import { deferred, never, pause } from "../../support/deferred.ts";
import { gaugeOf, histogramOf } from "../../support/families.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { seriesOf } from "../../support/series.ts";

function registryOf(...collectors: readonly Collector[]): CollectorRegistry {
  const registry = new CollectorRegistry();
  for (const collector of collectors) registry.register(collector);
  return registry;
}

function namesOf({ families }: Gathering): readonly string[] {
  return families.map(({ name }) => name);
}

function messagesOf({ errors }: Gathering): readonly string[] {
  return errors.map(({ message }) => message);
}

const good = collectorOf(gaugeOf("good", {}));

test("CollectorRegistry: an empty registry gathers nothing", async () => {
  assertEquals(await new CollectorRegistry().gather(), { families: [], errors: [] });
});

test("CollectorRegistry: collectors of all kinds are asked at every gathering", async () => {
  let asked = 0;
  const registry = registryOf(
    { collect: () => [{ ...gaugeOf("a", {}), values: Float64Array.of(++asked) }] },
    { collect: () => Promise.resolve([gaugeOf("b", {})]) },
    { collect: () => [] },
    { collect: () => [gaugeOf("d", {}), gaugeOf("c", {})] },
  );
  assertEquals(asked, 0);
  for (const time of [1, 2]) {
    const { families, errors } = await registry.gather();
    assertEquals(families.map(({ name }) => name), ["a", "b", "c", "d"]);
    assertEquals(seriesOf(families[0]), [[{}, time]]);
    assertEquals(errors, []);
  }
});

test("CollectorRegistry: a collector that is registered twice is asked once", async () => {
  const described = describing({});
  const registry = registryOf(good, good, described, described);
  assertEquals(messagesOf(await registry.gather()), []);
  assertEquals(registry.unregister(good), true);
  assertEquals(await registry.gather(), { families: [], errors: [] });
});

test("CollectorRegistry: unregistering says whether the collector was there", async () => {
  const other = collectorOf(gaugeOf("other", {}));
  const registry = registryOf(good, other);
  assertEquals([registry.unregister(good), registry.unregister(good)], [true, false]);
  assertEquals(namesOf(await registry.gather()), ["other"]);
  registry.clear();
  assertEquals(registry.unregister(other), false);
  registry.register(good);
  assertEquals(namesOf(await registry.gather()), ["good"]);
});

test("CollectorRegistry: a collector may belong to several registries", async () => {
  const family = new CounterFamily<{ a: string }>({ name: "jobs", help: "Jobs.", labels: ["a"] });
  const registries = [registryOf(family), registryOf(good, family)];
  family.inc({ a: "1" });
  registries[0].unregister(family);
  assertEquals(namesOf(await registries[0].gather()), []);
  assertEquals(namesOf(await registries[1].gather()), ["good", "jobs"]);
});

const describing = (...descriptions: Partial<FamilyDescription>[]): Collector => ({
  collect: () => [],
  describe: () =>
    descriptions.map((description) => ({
      name: "jobs",
      help: "Jobs.",
      type: "counter",
      labelNames: [],
      constantLabels: {},
      ...description,
    })),
});

const clashes: [Partial<FamilyDescription>, Partial<FamilyDescription>, ...string[]][] = [
  [{}, {}, "jobs: already registered as counter", "rename one, or unregister the first"],
  [{}, { type: "gauge" }, "as counter", "now as gauge"],
  [{}, { help: "Other." }, `"Jobs."`, `"Other."`],
  [{}, { labelNames: ["a"] }, "now as counter with labels a"],
  [{ labelNames: ["a"] }, { labelNames: ["b"] }, "with labels a", "with labels b"],
  [{ type: "histogram" }, { name: "jobs_count" }, `"jobs"`, `would both write "jobs_count"`],
  [{ type: "histogram" }, { name: "jobs_sum" }, `would both write "jobs_sum"`],
  [{ type: "histogram" }, { name: "jobs_bucket" }, `would both write "jobs_bucket"`],
  [
    { type: "histogram" },
    { name: "jobs_count", type: "histogram" },
    `would both write "jobs_count"`,
  ],
];

test("CollectorRegistry: a clash shows at registration, in both directions, naming both", () => {
  for (const [one, other, ...parts] of clashes) {
    assertThrowsWith(
      () => registryOf(describing(one), describing(other)),
      RegistrationError,
      `${other.name ?? "jobs"}: `,
      ...parts,
    );
    assertThrowsWith(
      () => registryOf(describing(other), describing(one)),
      RegistrationError,
      `${one.name ?? "jobs"}: `,
    );
  }
});

test("CollectorRegistry: a malformed description is refused, and only its own collector is lost", async () => {
  const gauge = { type: "gauge", help: "", labelNames: [], constantLabels: {} };
  const wrong = ["jobs", 5, {}, [null], ["jobs"], [{}], [{ ...gauge, name: 5 }], [{ name: "a" }]];
  for (const descriptions of wrong) {
    const registry = registryOf(good);
    const describe = () => descriptions as unknown as FamilyDescription[];
    assertThrowsWith(() => registry.register({ ...collectorOf(), describe }), RegistrationError);
    registry.register(describing({}));
    assertEquals(namesOf(await registry.gather()), ["good"]);
  }
});

test("CollectorRegistry: a refused collector is not registered, and does not clash with later ones", async () => {
  const registry = registryOf(describing({ type: "histogram" }));
  const refused = { ...describing({ name: "jobs_sum" }), collect: () => [gaugeOf("jobs_sum", {})] };
  assertThrowsWith(() => registry.register(refused), RegistrationError);
  assertEquals(namesOf(await registry.gather()), []);
  registry.register(describing({ name: "jobs_sums" }));
});

test("CollectorRegistry: a name is free again when its collector is gone", () => {
  const first = describing({});
  const registry = registryOf(first);
  const gauge = describing({ type: "gauge" });
  const clash = () => registry.register(gauge);
  assertThrowsWith(clash, RegistrationError);
  assertEquals(registry.unregister(first), true);
  registry.register(gauge);
  registry.clear();
  assertEquals(registry.unregister(gauge), false);
  registry.register(describing({ type: "histogram" }));
});

test("CollectorRegistry: families of one name coexist if a constant label tells them apart", () => {
  const labelNames = ["env", "a"];
  const test = { labelNames, constantLabels: { env: "test" } };
  const live = { labelNames, constantLabels: { env: "live" } };
  registryOf(describing(test), describing(live));
  assertThrowsWith(() => registryOf(describing(test), describing(test)), RegistrationError);
  const unlike = { ...live, help: "Other." };
  assertThrowsWith(() => registryOf(describing(test), describing(unlike)), RegistrationError);
  const open = { labelNames, constantLabels: {} };
  assertThrowsWith(() => registryOf(describing(test), describing(open)), RegistrationError);
});

test("CollectorRegistry: a constant label is one of its own, whatever JavaScript's objects inherit", () => {
  const constant = { labelNames: ["constructor"], constantLabels: { constructor: "x" } };
  const variable = { labelNames: ["constructor"], constantLabels: {} };
  assertThrowsWith(() => registryOf(describing(constant), describing(variable)), RegistrationError);
});

const failing: [string, Collector, ...string[]][] = [
  ["throws", collectorThrowing(new Error("no database")), "no database"],
  ["throws text", collectorThrowing("no database"), "no database"],
  ["throws nothing", collectorThrowing(undefined), "undefined"],
  ["rejects", { collect: () => Promise.reject(new Error("no network")) }, "no network"],
  ["rejects with text", { collect: () => Promise.reject("no network") }, "no network"],
  ["rejects later", { collect: () => pause(0.01).then(() => Promise.reject("late")) }, "late"],
  ["gives undefined", collectorGiving(undefined), "array"],
  ["gives null", collectorGiving(null), "array"],
  ["gives text", collectorGiving("jobs 1\n"), "array"],
  ["gives a number", collectorGiving(5), "array"],
  ["gives one family", collectorGiving(gaugeOf("jobs", {})), "array"],
  ["gives a promise of null", collectorGiving(Promise.resolve(null)), "array"],
  ["gives families of text", collectorGiving(["jobs"]), `"jobs"`, "family"],
  ["gives families of null", collectorGiving([null]), "null", "family"],
  ["gives holes", collectorGiving(new Array(1)), "undefined", "family"],
  ["gives an empty object", collectorGiving([{}]), "undefined is not a metric name"],
  ["gives a bad name", collectorGiving([{ ...gaugeOf("a", {}), name: "" }]), "metric name"],
  ["is no collector", {} as Collector, "collect"],
];

test("CollectorRegistry: a collector that fails loses only its own families, and the error says why", async () => {
  for (const [what, collector, ...parts] of failing) {
    for (const collectors of [[collector, good], [good, collector]]) {
      const gathering = await registryOf(...collectors).gather();
      assertEquals(namesOf(gathering), ["good"], what);
      assertEquals(gathering.errors.length, 1, what);
      const [error] = gathering.errors;
      assertInstanceOf(error, CollectionError);
      for (const part of parts) assertStringIncludes(error.message, part, what);
    }
  }
});

test("CollectorRegistry: an error has its cause, and names the families if they are known", async () => {
  const cause = new Error("no database");
  const known = { ...collectorThrowing(cause), describe: describing({}, { name: "b" }).describe };
  class PoolCollector {
    collect(): never {
      throw cause;
    }
  }
  for (const [collector, source] of [[known, "jobs, b"], [new PoolCollector(), "PoolCollector"]]) {
    const { errors: [error] } = await registryOf(collector as Collector).gather();
    assertEquals(error.message, `${source}: no database`);
    assertEquals(error.cause, cause);
  }
});

test("CollectorRegistry: one bad family of a collector leaves its others on the page", async () => {
  const collector = collectorGiving([gaugeOf("a", {}), null, gaugeOf("", {}), gaugeOf("b", {})]);
  const gathering = await registryOf(collector).gather();
  assertEquals(namesOf(gathering), ["a", "b"]);
  assertEquals(gathering.errors.length, 2);
});

test("CollectorRegistry: two collectors that give the same family share it", async () => {
  const collectors = ["1", "2"].map((x) => collectorOf(gaugeOf("a", { x })));
  const { families, errors } = await registryOf(...collectors).gather();
  assertEquals(families.map(seriesOf), [[[{ x: "1" }, 1], [{ x: "2" }, 1]]]);
  assertEquals(errors, []);
});

test("CollectorRegistry: two collectors that contradict each other keep the first's family", async () => {
  const gathering = await registryOf(
    collectorOf(gaugeOf("a", {})),
    collectorOf(histogramOf("a", {}), gaugeOf("b", {})),
  ).gather();
  assertEquals(gathering.families.map(({ name, type }) => `${name} ${type}`), [
    "a gauge",
    "b gauge",
  ]);
  assertEquals(gathering.errors.length, 1);
  assertStringIncludes(gathering.errors[0].message, "a: ");
});

test("CollectorRegistry: a collector that does not answer times out when the signal is aborted", async () => {
  const deadline = new AbortController();
  const hanging = { collect: () => never<MetricFamily[]>(), describe: describing({}).describe };
  const gathering = registryOf(hanging, good, collectorAfter(pause(0), "async"))
    .gather({ signal: deadline.signal });
  await pause(0.02);
  deadline.abort();
  const outcome = await gathering;
  assertEquals(namesOf(outcome), ["async", "good"]);
  assertEquals(messagesOf(outcome), ["jobs: it did not answer before the deadline"]);
});

test("CollectorRegistry: with an aborted signal, every collector that returns a promise times out", async () => {
  const registry = registryOf(good, { collect: () => never<MetricFamily[]>() });
  const outcome = await registry.gather({ signal: AbortSignal.abort() });
  assertEquals(namesOf(outcome), ["good"]);
  assertStringIncludes(messagesOf(outcome)[0], "before the deadline");
});

test("CollectorRegistry: a collector gets the signal, and may reject itself", async () => {
  const deadline = new AbortController();
  const seen: AbortSignal[] = [];
  const registry = registryOf({
    collect: (signal) => {
      seen.push(signal!);
      return new Promise((_, reject) =>
        signal?.addEventListener("abort", () => reject(new Error("stopped")))
      );
    },
  });
  const gathering = registry.gather({ signal: deadline.signal });
  assert(seen[0] instanceof AbortSignal);
  assertEquals([seen.length, seen[0].aborted], [1, false]);
  deadline.abort("enough");
  assertEquals(messagesOf(await gathering), ["an unnamed collector: stopped"]);
  assertEquals([seen[0].aborted, seen[0].reason], [true, "enough"]);
});

test("CollectorRegistry: a failure after the timeout is ignored", async () => {
  const late = deferred<MetricFamily[]>();
  const registry = registryOf({ collect: () => late.promise }, good);
  const outcome = await registry.gather({ signal: AbortSignal.abort() });
  late.reject(new Error("nobody hears this"));
  await pause(0.01);
  assertEquals([namesOf(outcome), outcome.errors.length], [["good"], 1]);
});

test("CollectorRegistry: collectors run concurrently", async () => {
  const [left, right] = [deferred(), deferred()];
  const meets = (mine: typeof left, other: typeof left, name: string): Collector => ({
    collect: async () => {
      mine.resolve();
      await other.promise;
      return [gaugeOf(name, {})];
    },
  });
  const registry = registryOf(meets(left, right, "a"), meets(right, left, "b"));
  assertEquals(namesOf(await registry.gather()), ["a", "b"]);
});

test("CollectorRegistry: the outcome is the same in whatever order the collectors finish", async () => {
  const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
  const outcomes = await Promise.all(orders.map(async (order) => {
    const ends = [deferred(), deferred(), deferred()];
    const registry = registryOf(
      ...ends.map(({ promise }, at): Collector => ({
        collect: () => promise.then(() => [gaugeOf("shared", { at: `${at}` }), gaugeOf(`g${at}`)]),
      })),
      ...ends.map(({ promise }, at) =>
        collectorGiving(promise.then(() => Promise.reject(`failure ${at}`)))
      ),
    );
    const gathering = registry.gather();
    for (const at of order) {
      ends[at].resolve();
      await pause(0);
    }
    const outcome = await gathering;
    return [outcome.families.map((family) => [family.name, seriesOf(family)]), messagesOf(outcome)];
  }));
  for (const outcome of outcomes) assertEquals(outcome, outcomes[0]);
});

test("CollectorRegistry: synchronous collectors are read in one go", async () => {
  const jobs = new CounterFamily<{ a: string }>({ name: "jobs", help: "", labels: ["a"] });
  const sizes = new HistogramFamily<{ a: string }>({ name: "sizes", help: "", labels: ["a"] });
  const start = deferred();
  const registry = registryOf(jobs, collectorAfter(start.promise, "slow"), sizes);
  const record = () => {
    jobs.inc({ a: "1" });
    sizes.observe({ a: "1" }, 1);
  };
  record();
  const gathering = registry.gather();
  record();
  start.resolve();
  await pause(0);
  record();
  const { families } = await gathering;
  assertEquals(seriesOf(families[0]), [[{ a: "1" }, 1]]);
  assertEquals(seriesOf(families[1])[0].at(-1), 1);
});

test("CollectorRegistry: concurrent gatherings do not disturb each other", async () => {
  const registry = registryOf(collectorAfter(pause(0.01), "slow"), good);
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => registry.gather()));
  for (const outcome of outcomes) {
    assertEquals([namesOf(outcome), outcome.errors], [["good", "slow"], []]);
  }
});

test("CollectorRegistry: a registry may change while it is gathered", async () => {
  const start = deferred();
  const slow = collectorAfter(start.promise, "slow");
  const registry = registryOf(slow, good);
  const gathering = registry.gather();
  registry.clear();
  registry.register(collectorOf(gaugeOf("new", {})));
  start.resolve();
  assertEquals(namesOf(await gathering), ["good", "slow"]);
  assertEquals(namesOf(await registry.gather()), ["new"]);
});

const noSignal = { signal: () => undefined };

test("CollectorRegistry: what answers at once is gathered at once, as it is otherwise", async () => {
  await withClock(async () => {
    const counters = [
      new CounterFamily({ name: "b_total", help: "B.", labels: ["x"] }),
      new CounterFamily({ name: "a_total", help: "A.", labels: ["x"] }),
    ];
    const same = { name: "c_total", help: "C.", labels: ["x"] };
    const sharing = ["1", "2"].map((zone) =>
      new CounterFamily({ ...same, constantLabels: { zone } })
    );
    for (const counter of [...counters, ...sharing]) counter.inc({ x: "y" });
    const cases: readonly (readonly [readonly Collector[], readonly string[]])[] = [
      [counters, ["a_total", "b_total"]],
      [[...counters, ...sharing], ["a_total", "b_total", "c_total"]],
      [[...counters, good], ["a_total", "b_total", "good"]],
      [[collectorThrowing("broken"), good], ["good"]],
    ];
    for (const [collectors, names] of cases) {
      const registry = registryOf(...collectors);
      const gathering = registry.begin(noSignal);
      assert(!(gathering instanceof Promise));
      assertEquals(namesOf(gathering), names);
      assertEquals(await registry.gather(), gathering);
    }
  });
});

test("CollectorRegistry: who has to wait gets a promise, and no signal is made for instruments", async () => {
  let signals = 0;
  const signal = () => {
    signals++;
    return undefined;
  };
  const own = new CounterFamily({ name: "a_total", help: "A." });
  registryOf(own).begin({ signal });
  assertEquals(signals, 0);
  const gathering = registryOf(own, collectorAfter(Promise.resolve(), "late"))
    .begin({ signal });
  assert(gathering instanceof Promise);
  assertEquals([namesOf(await gathering), signals], [["a_total", "late"], 1]);
});
