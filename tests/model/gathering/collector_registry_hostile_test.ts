import { assertEquals, assertInstanceOf } from "@std/assert";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import {
  CollectionError,
  type Collector,
  type Gathering,
  type MetricFamily,
  MetricsRegistry,
  prometheusText,
  RegistrationError,
} from "../../../mod.ts";
import { CollectorRegistry } from "../../../src/model/gathering/collector_registry.ts";
import { collectorGiving, collectorOf, collectorThrowing } from "../../support/collectors.ts";
import { deferred, never, pause, within } from "../../support/deferred.ts";
import { gaugeOf } from "../../support/families.ts";
import { textOf } from "../../support/pages.ts";
import { assertRejectsWith, assertThrowsWith } from "../../support/rejects.ts";
import { seriesOf } from "../../support/series.ts";

/** A value that cannot even be made a text. */
const unspeakable = Object.create(null);

const throwing = (property: string, error: unknown = new Error("no entry")): object =>
  Object.defineProperty({ ...gaugeOf("bad", {}) }, property, {
    enumerable: true,
    get() {
      throw error;
    },
  });

/** A family that is right when it is checked, and fails when it is written. */
function turncoat(property: "name" | "help" | "values" | "labels", reads: number): object {
  const family = gaugeOf("bad", {});
  let left = reads;
  return Object.defineProperty({ ...family }, property, {
    enumerable: true,
    get() {
      if (left-- > 0) return family[property];
      throw new Error("no entry");
    },
  });
}

function throwingList(): unknown {
  return Object.defineProperty([], 0, {
    get() {
      throw new Error("no entry");
    },
  });
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

/** A collector that throws whatever is asked of it. */
function silent(): Collector {
  let asked = 0;
  return new Proxy(collectorOf(), {
    get(_, property) {
      if (property === "describe" && asked++ === 0) return undefined;
      throw new Error("no entry");
    },
  });
}

function describingOnce(): Collector {
  let asked = 0;
  return {
    ...collectorThrowing(new Error("no database")),
    describe() {
      if (asked++ > 0) throw new Error("no more descriptions");
      return [];
    },
  };
}

const hostile: Readonly<Record<string, Collector>> = {
  "a family whose name throws": collectorGiving([throwing("name")]),
  "a family whose help throws": collectorGiving([throwing("help")]),
  "a family whose labels throw": collectorGiving([throwing("labels")]),
  "a family whose values throw": collectorGiving([throwing("values")]),
  "a family whose name throws the unspeakable": collectorGiving([throwing("name", unspeakable)]),
  "a list whose entry throws": collectorGiving(throwingList()),
  "a list that is no more": collectorGiving(revoked()),
  "a promise of a list that is no more": collectorGiving(Promise.resolve([revoked()])),
  "the unspeakable thrown": collectorThrowing(unspeakable),
  "a symbol thrown": collectorThrowing(Symbol("failure")),
  "a description that is given once": describingOnce(),
  "a `then` that cannot be read": collectorGiving(throwing("then")),
  "a `then` that throws": collectorGiving({
    then() {
      throw new Error("no entry");
    },
  }),
  "a promise whose own `then` throws": collectorGiving(
    Object.assign(Promise.resolve([]), {
      then() {
        throw new Error("no entry");
      },
    }),
  ),
  "a promise whose class cannot be read": collectorGiving(
    Object.defineProperty(Promise.resolve([]), "constructor", {
      get() {
        throw new Error("no entry");
      },
    }),
  ),
  "an iterator of families": collectorGiving([gaugeOf("a", {})].values()),
  "an asynchronous iterator of families": collectorGiving((async function* () {})()),
  "a list that is endless": collectorGiving({ length: 2 ** 53, 0: gaugeOf("a", {}) }),
  "a collector that answers nothing about itself": silent(),
};

for (const [what, collector] of Object.entries(hostile)) {
  test(`CollectorRegistry: ${what}: the others are gathered`, async () => {
    await assertOthersGathered(collector);
  });
}

test("CollectorRegistry: a rejection with a value that has no text: the others are gathered", async () => {
  await assertOthersGathered({ collect: () => Promise.reject(unspeakable) });
});

/** Answers that come by `then`, but by no promise of this realm. */
const foreign: Readonly<Record<string, () => unknown>> = {
  "a promise of another realm": () => runInNewContext("Promise").resolve([gaugeOf("a", {})]),
  "a thenable": () => ({
    then: (resolve: (answer: unknown) => void) => resolve([gaugeOf("a", {})]),
  }),
  "a callable thenable": () =>
    Object.assign(() => {}, {
      then: (resolve: (answer: unknown) => void) => void setTimeout(resolve, 5, [gaugeOf("a", {})]),
    }),
  "a thenable that resolves twice and throws": () => ({
    then(resolve: (answer: unknown) => void, reject: (error: unknown) => void) {
      resolve([gaugeOf("a", {})]);
      resolve([gaugeOf("b", {})]);
      reject(new Error("changed its mind"));
      throw new Error("changed its mind again");
    },
  }),
};

for (const [what, answer] of Object.entries(foreign)) {
  test(`CollectorRegistry: ${what} is awaited`, async () => {
    const registry = new MetricsRegistry();
    registry.register({ collect: () => answer() as never });
    registry.view({ prefix: "v_" }).register({ collect: () => answer() as never });
    const { families, errors } = await registry.gather();
    assertEquals([families.map(({ name }) => name), errors], [["a", "v_a"], []]);
  });
}

/** Listeners of the deadline that fail. */
const listeners: Readonly<Record<string, (signal: AbortSignal) => void>> = {
  "a function that throws": (signal) =>
    signal.addEventListener("abort", () => {
      throw new Error("no entry");
    }),
  "an object that throws": (signal) =>
    signal.addEventListener("abort", {
      handleEvent() {
        throw new Error("no entry");
      },
    }, { once: true }),
  "a property that throws": (signal) => {
    signal.onabort = () => {
      throw new Error("no entry");
    };
  },
  "a function that rejects": (signal) =>
    signal.addEventListener("abort", () => Promise.reject(new Error("no entry"))),
  "an object that lacks its method": (signal) => signal.addEventListener("abort", {} as never),
};

for (const [what, listen] of Object.entries(listeners)) {
  test(`CollectorRegistry: ${what} when the deadline comes is an error of its collector`, async () => {
    const registry = new CollectorRegistry();
    registry.register({
      name: "pool",
      collect(signal) {
        listen(signal!);
        return never<MetricFamily[]>();
      },
    });
    registry.register(collectorOf(gaugeOf("good", {})));
    const deadline = new AbortController();
    const gathering = registry.gather({ signal: deadline.signal });
    deadline.abort();
    const { families, errors } = await within(2, gathering);
    // An uncaught error would reach the runner a turn later.
    await pause(0.005);
    assertEquals(families.map(({ name }) => name), ["good"]);
    assertEquals(errors.length, 2);
    for (const { message } of errors) assertEquals(message.startsWith("pool: "), true, message);
  });
}

test("CollectorRegistry: the signal of a collector is one as any other", async () => {
  const registry = new CollectorRegistry();
  // The first call of it holds the event loop.
  await fetch("http://127.0.0.1:9").catch(() => {});
  const heard: unknown[] = [];
  const removed = () => heard.push("removed");
  registry.register({
    collect(signal) {
      signal!.addEventListener("abort", removed);
      signal!.removeEventListener("abort", removed);
      signal!.addEventListener("abort", null as never);
      signal!.onabort = removed;
      signal!.onabort = ({ type }) => heard.push(type);
      signal!.addEventListener("abort", function (this: AbortSignal) {
        heard.push(this === signal);
      }, { once: true });
      AbortSignal.any([signal!]).addEventListener("abort", () => heard.push("any"));
      assertEquals(typeof signal!.onabort, "function");
      return fetch("http://127.0.0.1:9", { signal }).then(() => [], () => []);
    },
  });
  const deadline = new AbortController();
  const gathering = registry.gather({ signal: deadline.signal });
  deadline.abort();
  assertEquals((await gathering).errors, []);
  assertEquals(heard.map(String).sort(), ["abort", "any", "true"]);
});

test("CollectorRegistry: a collector that gathers its own registry gets the others' families", async () => {
  const registry = new CollectorRegistry();
  registry.register(collectorOf(gaugeOf("a", {}), gaugeOf("b", {})));
  let inner: Gathering | undefined;
  registry.register({
    name: "total",
    async collect() {
      inner = await registry.gather();
      return [gaugeOf(`families_${inner.families.length}`, {})];
    },
  });
  const { families, errors } = await within(2, registry.gather());
  assertEquals(families.map(({ name }) => name), ["a", "b", "families_2"]);
  assertEquals(errors, []);
  assertEquals(inner?.errors.map(({ message }) => message), [
    "total: its collect() gathers the registry that it belongs to",
  ]);
});

test("CollectorRegistry: too many gatherings at once are not blamed on the collector", async () => {
  const registry = new CollectorRegistry();
  const answer = pause(0.01).then(() => [gaugeOf("slow", {})]);
  registry.register({ name: "slow", collect: () => answer });
  const all = await Promise.all(Array.from({ length: 101 }, () => registry.gather()));
  assertEquals(all.map(({ families }) => families.length), [...new Array(100).fill(1), 0]);
  assertEquals(all[100].errors.map(({ message }) => message), [
    "slow: 100 calls of its collect() wait for an answer; it may gather its own registry",
  ]);
});

test("CollectorRegistry: a collector that gathers its own registry later ends as well", async () => {
  const registry = new CollectorRegistry();
  registry.register(collectorOf(gaugeOf("good", {})));
  let calls = 0;
  registry.register({
    async collect() {
      calls++;
      await pause(0);
      return (await registry.gather()).families.map((family) => ({ ...family, name: "own" }));
    },
  });
  const { families } = await within(5, registry.gather());
  assertEquals(families.map(({ name }) => name), ["good", "own"]);
  assertEquals(calls, 100);
  // What it waits for no longer counts.
  assertEquals((await within(5, registry.gather())).families.length, 2);
});

test("CollectorRegistry: a collector that never answers is asked again after any number of deadlines", async () => {
  const registry = new CollectorRegistry();
  let calls = 0;
  registry.register({ collect: () => (calls++, never<MetricFamily[]>()) });
  for (let round = 0; round < 3; round++) {
    const deadlines = Array.from({ length: 60 }, () => AbortSignal.abort());
    await Promise.all(deadlines.map((signal) => registry.gather({ signal })));
  }
  assertEquals(calls, 180);
});

test("CollectorRegistry: a collector may register and unregister others while it is asked", async () => {
  const registry = new CollectorRegistry();
  const [one, other] = ["one", "other"].map((name) => collectorOf(gaugeOf(name, {})));
  let hasOne = false;
  registry.register({
    collect() {
      hasOne = !hasOne;
      registry[hasOne ? "register" : "unregister"](one);
      registry[hasOne ? "unregister" : "register"](other);
      return [];
    },
  });
  registry.register(other);
  const seen = [];
  for (let round = 0; round < 3; round++) {
    seen.push((await registry.gather()).families.map(({ name }) => name));
  }
  assertEquals(seen, [["other"], ["one"], ["other"]]);
});

test("CollectorRegistry: what a collector does to its answer later is not on the page", async () => {
  const values = Float64Array.of(1);
  const family = { ...gaugeOf("edited", {}), values };
  const list: MetricFamily[] = [family, gaugeOf("second", {})];
  for (const answer of [() => list, () => Promise.resolve(list)]) {
    const registry = new CollectorRegistry();
    registry.register({ collect: answer });
    const slow = deferred();
    registry.register({ collect: () => slow.promise.then(() => []) });
    const gathering = registry.gather();
    await pause(0);
    const [first, second] = list.splice(0);
    if (answer() === list) values[0] = 5;
    slow.resolve();
    const { families } = await gathering;
    list.push(first, second);
    assertEquals(families.map(({ name }) => name), ["edited", "second"]);
    assertEquals(seriesOf(families[0]), [[{}, 1]]);
    values[0] = 1;
  }
});

test("CollectorRegistry: a failure is named by the collector's name, or its families, or its class", async () => {
  class Pool {
    collect = (): never => {
      throw new Error("away");
    };
  }
  const { collect } = new Pool();
  const describe = (...names: string[]) => () =>
    names.map((name) => ({ ...gaugeOf(name), labelNames: [], constantLabels: {} }));
  const cases: [Collector, string, string?][] = [
    [new Pool(), "Pool"],
    [Object.assign(new Pool(), { name: "pool 7" }), "pool 7"],
    [Object.assign(new Pool(), { name: 7 as never }), "Pool"],
    [Object.assign(new Pool(), { name: "" }), "Pool"],
    [Object.assign(new Pool(), { describe: describe() }), "Pool"],
    [Object.assign(new Pool(), { describe: describe("a", "b", "c") }), "a, b, c", "v_a, v_b, v_c"],
    [
      { collect, describe: describe("a", "b", "c", "d", "e") },
      "a, b, c and 2 others",
      "v_a, v_b, v_c and 2 others",
    ],
    [{ name: "pool", collect, describe: describe("a") }, "pool"],
    [{ collect }, "an unnamed collector"],
    [Object.assign(Object.create(null), { collect }), "an unnamed collector"],
    [
      new (class {
        collect = collect;
      })(),
      "an unnamed collector",
    ],
  ];
  for (const [collector, name, inView = name] of cases) {
    const registry = new MetricsRegistry();
    registry.register(collector);
    assertEquals((await registry.gather()).errors.map(({ message }) => message), [`${name}: away`]);
    const view = new MetricsRegistry({ prefix: "v_" });
    view.register(collector);
    assertEquals((await view.gather()).errors.map(({ message }) => message), [`${inView}: away`]);
  }
});

test("CollectorRegistry: errors of a collector's families name the collector once", async () => {
  const wrong = { ...gaugeOf("a", {}), help: 5 as unknown as string };
  const describe = () => [{ ...gaugeOf("a"), labelNames: [], constantLabels: {} }];
  const names = [];
  for (const more of [{ name: "pool" }, { describe }, {}]) {
    const registry = new CollectorRegistry();
    registry.register({ ...collectorGiving([wrong]), ...more });
    const { errors } = await registry.gather();
    for (const { message } of errors) names.push(message.split(": ").slice(0, -1));
  }
  assertEquals(names, [["pool", "a"], ["a"], ["an unnamed collector", "a"]]);
});

test("CollectorRegistry: a family of ours that fails loses only itself", async () => {
  const registry = new MetricsRegistry();
  registry.gauge({ name: "good", help: "Good." });
  const bad = registry.gauge({ name: "bad", help: "Bad.", labels: ["a"] });
  bad.collect = () => {
    throw new Error("replaced");
  };
  const { families, errors } = await registry.gather();
  assertEquals(families.map(({ name }) => name), ["good"]);
  assertEquals(errors.map(({ message }) => message), ["bad: replaced"]);
});

const wrongOptions: [unknown, ...string[]][] = [
  [{ signal: 5 }, "gather(): signal 5 must be an AbortSignal"],
  [{ signal: null }, "signal null"],
  [{ timeout: 5 }, `unknown option "timeout"`],
  [null, "gather(): the options null must be an object"],
  [5, "the options 5"],
];

const answers: readonly (readonly [string, () => unknown, number, string | undefined])[] = [
  [
    "throws",
    () => {
      throw new Error("boom");
    },
    1,
    "jobs: boom",
  ],
  [
    "gives a text",
    () => "nonsense",
    1,
    'jobs: its collect() returned "nonsense"; return an array of families, or a promise of it',
  ],
  ["answers later", () => Promise.resolve([gaugeOf("jobs", {})]), 2, undefined],
  ["rejects", () => Promise.reject(new Error("boom")), 1, "jobs: boom"],
];
for (const [what, answer, families, message] of answers) {
  test(`CollectorRegistry: a family of ours whose collect() was replaced and ${what} loses only itself`, async () => {
    const registry = new MetricsRegistry();
    const jobs = registry.gauge({ name: "jobs", help: "Jobs.", labels: ["queue"] });
    const users = registry.gauge({ name: "users", help: "Users.", labels: ["zone"] });
    const asked: string[] = [];
    const collect = users.collect.bind(users);
    Object.assign(users, { collect: () => (asked.push("users"), collect()) });
    Object.assign(jobs, { collect: () => (asked.push("jobs"), answer()) });
    const gathering = await registry.gather();
    assertEquals(gathering.families.length, families);
    assertEquals(gathering.errors.map(({ message }) => message), message ? [message] : []);
    // Nobody is asked twice: one that gathers its own registry would double the work at each level.
    assertEquals(asked, ["jobs", "users"]);
  });
}

test("CollectorRegistry: wrong options of gather() are refused, naming them, and nobody is asked", async () => {
  let asked = 0;
  const registry = new MetricsRegistry();
  registry.register({ collect: () => (asked++, []) });
  for (const [options, ...parts] of wrongOptions) {
    await assertRejectsWith(() => registry.gather(options as never), CollectionError, ...parts);
  }
  assertEquals(asked, 0);
});

test("CollectorRegistry: what is no collector, or cannot describe itself, is refused", () => {
  const registry = new MetricsRegistry();
  const describing = (describe: unknown) => ({ ...collectorOf(), describe });
  for (const wrong of [null, undefined, 5, {}, { collect: 5 }, describing(5)]) {
    assertThrowsWith(() => registry.register(wrong as Collector), RegistrationError);
  }
  const failing = describing(() => {
    throw new Error("no entry");
  });
  assertThrowsWith(
    () => registry.register(failing as Collector),
    RegistrationError,
    "an unnamed collector: its describe() failed: no entry",
  );
  for (const wrong of [null, undefined, 5]) {
    assertThrowsWith(() => registry.unregister(wrong as never), RegistrationError);
  }
});

for (const property of ["name", "help", "values", "labels"] as const) {
  test(`CollectorRegistry: a family that changes its ${property} after the check: the others are written`, async () => {
    for (let reads = 0; reads < 20; reads++) {
      const registry = new CollectorRegistry();
      registry.register(collectorOf(gaugeOf("after", {}), gaugeOf("before", {})));
      registry.register(collectorGiving([turncoat(property, reads)]));
      const { families } = await registry.gather();
      const page = textOf(prometheusText.encode(families, { onError: () => {} }));
      const names = page.match(/^[a-z]+(?= )/gm) ?? [];
      assertEquals(names.filter((name) => name !== "bad"), ["after", "before"]);
    }
  });
}

async function assertOthersGathered(collector: Collector): Promise<void> {
  const registry = new CollectorRegistry();
  registry.register(collector);
  registry.register(collectorOf(gaugeOf("good", {})));
  const gathering = await within(2, registry.gather());
  assertEquals(gathering.families.map(({ name }) => name), ["good"]);
  assertEquals(gathering.errors.length, 1);
  assertInstanceOf(gathering.errors[0], CollectionError);
}
