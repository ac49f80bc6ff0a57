import { assertEquals, assertInstanceOf } from "@std/assert";
import { test } from "node:test";
import { EncodingError, MetricsError, MetricsRegistry, RegistrationError } from "../../mod.ts";
import { joinSharedRegistry, sharedRegistry } from "../../src/workers.ts";
import { samplesOf } from "../support/pages.ts";
import { assertRejectsWith, assertThrowsWith } from "../support/rejects.ts";

type Method = (...given: readonly unknown[]) => unknown;
type Untyped = Record<string, Method>;

/** A registry as JavaScript sees it. */
function untyped(options?: unknown): Untyped {
  return new (MetricsRegistry as new (options?: unknown) => unknown)(options) as Untyped;
}

const jobs = { name: "jobs", help: "Jobs." };

const definitions: [method: string, definition: object, ...parts: string[]][] = [
  ["counter", { labelNames: ["a"] }, `unknown option "labelNames"`, `it is called "labels" here`],
  ["counter", { lables: ["a"] }, `unknown option "lables"`, `it is called "labels" here`],
  ["counter", { registers: [] }, `unknown option "registers"`, "name, help, unit, labels"],
  ["counter", { constantLabels: {} }, `unknown option "constantLabels"`],
  ["counter", { quota: undefined }, `unknown option "quota"`],
  ["counter", { collect: () => 1 }, "a counter takes no callback", "counterWithCallback()"],
  ["gauge", { callback: () => 1 }, "a gauge takes no callback", "gaugeWithCallback()"],
  ["gauge", { buckets: [1] }, `unknown option "buckets"`],
  ["histogram", { bucket: [1] }, `unknown option "bucket"`, `it is called "buckets" here`],
  ["histogram", { quantiles: [1] }, `unknown option "quantiles"`],
  ["summary", { percentiles: [0.5] }, `"percentiles"`, `it is called "quantiles" here`],
  ["summary", { maxAgeSeconds: 1 }, `"maxAgeSeconds"`, `it is called "windowSeconds" here`],
  ["info", { name: "a_info", states: [] }, `a_info: unknown option "states"`],
  ["stateSet", { states: ["a"], merge: "sum" }, `unknown option "merge"`],
  ["gaugeWithCallback", {}, "callback undefined must be a function"],
  ["gaugeWithCallback", { callback: 5 }, "callback 5 must be a function"],
  ["gaugeWithCallback", { collect: () => 1 }, `"collect"`, `it is called "callback" here`],
  ["counterWithCallback", { callback: null }, "callback null must be a function"],
];

for (const [method, more, ...parts] of definitions) {
  test(`MetricsRegistry.${method}() refuses ${JSON.stringify(Object.keys(more))}: ${parts[0]}`, async () => {
    const registry = untyped();
    const define = () => registry[method]({ ...jobs, ...more });
    const [name] = parts[0].startsWith("a_info") ? ["a_info: "] : ["jobs: "];
    assertThrowsWith(define, RegistrationError, name, ...parts);
    const view = registry.view({ prefix: "app_" }) as Untyped;
    assertThrowsWith(() => view[method]({ ...jobs, ...more }), RegistrationError, `app_${name}`);
    assertEquals(await samplesOf(registry as unknown as MetricsRegistry), []);
  });
}

test("MetricsRegistry: an unknown option is refused as well if the instrument exists", () => {
  const registry = untyped();
  registry.counter(jobs);
  const again = () => registry.counter({ ...jobs, labelNames: ["a"] });
  assertThrowsWith(again, RegistrationError, `jobs: unknown option "labelNames"`);
});

const registryOptions: [options: unknown, ...parts: string[]][] = [
  [null, "a registry: the options null must be an object"],
  [5, "a registry: the options 5 must be an object"],
  [{ prefix: 5 }, "a registry: prefix 5 must be a string"],
  [{ prefixx: "a_" }, `unknown option "prefixx"; it is called "prefix" here`],
  [{ defaultLabels: {} }, `unknown option "defaultLabels"; it is called "labels" here`],
  [{ labels: ["a"] }, "a registry: labels [a] must be an object"],
  [{ labels: { a: {} } }, "a registry: labels.a [object Object] must be a string"],
  [{ labels: { a: undefined } }, "a registry: labels.a undefined must be a string"],
  [{ exemplarSource: {} }, "exemplarSource [object Object] must be a function"],
  [{ utf8Names: 1 }, "utf8Names 1 must be true or false"],
  [{ onInvalid: "ignore" }, `onInvalid "ignore" must be "throw", "report" or a function`],
  [{ cardinality: 5 }, "cardinality 5 must be an object"],
  [{ cardinality: { onOverflow: 5 } }, "cardinality: onOverflow 5 must be a function"],
  [{ cardinality: { limit: 5 } }, `cardinality: unknown option "limit"; the options are `],
  [{ cardinality: { idleSecond: 5 } }, `"idleSecond"; it is called "idleSeconds" here`],
];

for (const [options, ...parts] of registryOptions) {
  test(`MetricsRegistry: the options ${JSON.stringify(options)} are refused`, () => {
    assertThrowsWith(() => untyped(options), RegistrationError, ...parts);
    const inView = parts.map((part) => part.replace("a registry", "a view"));
    assertThrowsWith(() => untyped().view(options), RegistrationError, ...inView);
  });
}

test("MetricsRegistry.view() needs options", () => {
  assertThrowsWith(() => untyped().view(), RegistrationError, "a view: the options undefined");
});

test("MetricsRegistry.register() and unregister() refuse what is no collector", () => {
  const registry = untyped();
  const counter = registry.counter(jobs);
  for (const value of [undefined, null, 5, {}, { collect: 5 }, counter]) {
    for (const method of ["register", "unregister"]) {
      assertThrowsWith(
        () => registry[method](value),
        RegistrationError,
        "is not a collector; give",
      );
    }
  }
  assertEquals(registry.unregister("unknown"), false);
});

test("MetricsRegistry.encode() and text() refuse what is no format or handler", async () => {
  const registry = untyped();
  for (const format of [null, {}, "text", 5]) {
    const encode = () => registry.encode(format) as Promise<unknown>;
    await assertRejectsWith(encode, EncodingError, "is not a format; give one such as");
  }
  const encode = () => registry.encode(undefined, {}) as Promise<unknown>;
  await assertRejectsWith(encode, EncodingError, "onError [object Object] must be a function");
  const text = () => registry.text("text") as Promise<unknown>;
  await assertRejectsWith(text, EncodingError, `onError "text" must be a function`);
});

test("MetricsRegistry.gather() and cardinality() refuse wrong options", async () => {
  const registry = untyped();
  for (const method of ["gather", "cardinality"]) {
    for (
      const [options, part] of [
        [5, "gather(): the options 5 must be an object"],
        [null, "gather(): the options null must be an object"],
        [{ signal: 5 }, "gather(): signal 5 must be an AbortSignal"],
        [{ timeout: 5 }, `gather(): unknown option "timeout"; the options are signal`],
      ]
    ) {
      const call = () => registry[method](options) as Promise<unknown>;
      await assertRejectsWith(call, MetricsError, part as string);
    }
  }
});

test("sharedRegistry(): its options are checked, also if the registry is there", () => {
  const open = sharedRegistry as Method;
  const join = joinSharedRegistry as Method;
  const registry = sharedRegistry({ name: "options test" });
  const named = { name: "options test" };
  const handle = registry.handle();
  for (
    const [call, part] of [
      [() => open(null), "a shared registry: the options null must be an object"],
      [() => open({ name: 5 }), "a shared registry: name 5 must be a string"],
      [() => open({ ...named, worker: 5 }), "a shared registry: worker 5 must be a string"],
      [() => open({ ...named, wroker: "a" }), `"wroker"; it is called "worker" here`],
      [() => open({ ...named, prefix: 5 }), "prefix 5 must be a string"],
      [() => open({ ...named, cardinality: { series: 0 } }), "cardinality: series 0"],
      [() => join(handle, { labels: 5 }), "a shared registry: labels 5 must be an object"],
      [() => join(undefined), "handle undefined must be what handle() returned"],
      [() => join({}), "handle [object Object] must be what handle() returned"],
      [() => registry.view({ worker: "a" } as object), `a view: unknown option "worker"`],
    ] as const
  ) assertThrowsWith(call, RegistrationError, part);
  assertInstanceOf(open(named), MetricsRegistry);
  registry.close();
});
