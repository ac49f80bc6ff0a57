import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { test } from "node:test";
import {
  exponentialBuckets,
  MetricsError,
  MetricsRegistry,
  ProcessorMetrics,
  type ProcessorMetricsOptions,
  RegistrationError,
} from "../../mod.ts";
import { readOptions } from "../../src/processor/options.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const durations = exponentialBuckets(0.001, 2, 16);
const windowSizes = exponentialBuckets(1, 2, 14);

test("ProcessorMetrics options: they have defaults", () => {
  const cases: [ProcessorMetricsOptions, ReturnType<typeof readOptions>][] = [
    [{}, { prefix: "", buckets: { durations, windowSizes } }],
    [{ prefix: "app_", buckets: {} }, { prefix: "app_", buckets: { durations, windowSizes } }],
    [{ buckets: { durations: [1] } }, { prefix: "", buckets: { durations: [1], windowSizes } }],
    [{ buckets: { windowSizes: [1] } }, { prefix: "", buckets: { durations, windowSizes: [1] } }],
    [{ prefix: undefined, buckets: undefined }, {
      prefix: "",
      buckets: { durations, windowSizes },
    }],
  ];
  for (const [options, complete] of cases) assertEquals(readOptions(options), complete);
});

test("ProcessorMetrics options: a prefix is put before all names", async () => {
  const registry = new MetricsRegistry();
  new ProcessorMetrics(registry, { prefix: "checkout_" });
  const { families } = await registry.gather();
  assertEquals(families.length, 37);
  for (const { name } of families) {
    assertEquals(name.startsWith("checkout_processor_"), true, name);
  }
});

test("ProcessorMetrics options: several processors share a registry under prefixes of their own", async () => {
  const registry = new MetricsRegistry();
  const [one, other] = ["one_", "other_"].map((prefix) =>
    new ProcessorMetrics(registry, { prefix })
  );
  one.recordEventReceived(1);
  other.recordEventReceived(2);
  assertEquals([one.eventsReceived.get(), other.eventsReceived.get()], [1, 2]);
  assertEquals((await registry.gather()).families.length, 74);
});

test("ProcessorMetrics options: buckets are those that were asked for", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry(), {
    buckets: { durations: [0.1, 1], windowSizes: [10, 100] },
  });
  assertEquals(metrics.eventProcessingDurationSeconds.bounds, [0.1, 1]);
  assertEquals(metrics.aggregationDurationSeconds.bounds, [0.1, 1]);
  assertEquals(metrics.stateOperationDurationSeconds.bounds, [0.1, 1]);
  assertEquals(metrics.operatorDurationSeconds.bounds, [0.1, 1]);
  assertEquals(metrics.windowSizeEvents.bounds, [10, 100]);
});

const wrong: [unknown, ...string[]][] = [
  [{ prefix: "9" }, "prefix", "beginning of a metric name"],
  [{ prefix: "a-b" }, "prefix", "beginning of a metric name"],
  [{ prefix: "a b" }, "prefix"],
  [{ prefix: "a\n" }, "prefix"],
  [{ prefix: 5 }, "prefix"],
  [{ prefix: null }, "prefix"],
  [{ buckets: [1, 2] }, "buckets"],
  [{ buckets: { durations: [] } }, "durations"],
  [{ buckets: { durations: ["1"] } }, "durations"],
  [{ buckets: { durations: [1, Infinity] } }, "durations"],
  [{ buckets: { windowSizes: 5 } }, "windowSizes"],
  [{ buckets: { sizes: [1] } }, "sizes"],
  [{ prefx: "a_" }, "prefx"],
  [null, "ProcessorMetrics"],
  ["app_", "ProcessorMetrics"],
  [{ prefix: "9", buckets: { durations: [] } }, "prefix", "durations"],
];

for (const [options, ...parts] of wrong) {
  test(`ProcessorMetrics options: the options ${JSON.stringify(options)} are refused, naming what is wrong`, async () => {
    const registry = new MetricsRegistry();
    const make = () => new ProcessorMetrics(registry, options as ProcessorMetricsOptions);
    assertThrowsWith(make, RegistrationError, "options of ProcessorMetrics: ", ...parts);
    assertEquals((await registry.gather()).families, []);
  });
}

test("ProcessorMetrics options: all that is wrong is named, what is further out first", () => {
  const options = { buckets: { durations: [1, "2"], windowSizes: 5, sizes: [] }, prefx: "" };
  const make = () => readOptions(options as unknown as ProcessorMetricsOptions);
  assertThrowsWith(
    make,
    RegistrationError,
    "options of ProcessorMetrics: ✖ prefx is no option; those are prefix, buckets\n" +
      "✖ sizes is no option; those are durations, windowSizes\n  → at buckets\n" +
      "✖ must be an array of one finite number or more\n  → at buckets.windowSizes\n" +
      "✖ must be an array of one finite number or more\n  → at buckets.durations[1]",
  );
});

test("ProcessorMetrics options: bounds that do not ascend are refused, naming the family", () => {
  const make = () =>
    new ProcessorMetrics(new MetricsRegistry(), { buckets: { durations: [1, 0.5] } });
  assertThrowsWith(make, RegistrationError, "_seconds: bucket bound 0.5 comes after 1");
});

test("ProcessorMetrics options: a second processor with other buckets is refused, naming both", () => {
  const registry = new MetricsRegistry();
  new ProcessorMetrics(registry);
  const make = () => new ProcessorMetrics(registry, { buckets: { durations: [1] } });
  assertThrowsWith(make, RegistrationError, "already registered as", "buckets [1]");
});

for (const registry of [undefined, null, 5, {}, { registry: new MetricsRegistry() }]) {
  test(`ProcessorMetrics: ${JSON.stringify(registry)} is no registry, and is refused`, () => {
    const make = () => new ProcessorMetrics(registry as MetricsRegistry);
    assertThrowsWith(make, RegistrationError, "ProcessorMetrics: registry ", "a MetricsRegistry");
  });
}

/** What JavaScript may pass in place of texts and numbers. */
const wrongArguments = [undefined, null, "5", "no such value", {}, Symbol("wrong"), -1, NaN];

test("ProcessorMetrics: whatever the arguments are, a method records or throws a MetricsError", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const methods = Object.getOwnPropertyNames(ProcessorMetrics.prototype)
    .filter((name) => name !== "constructor");
  let refused = 0;
  for (const method of methods) {
    for (const one of wrongArguments) {
      for (const other of wrongArguments) {
        try {
          (metrics as unknown as Record<string, (...given: unknown[]) => void>)[method](
            one,
            other,
            other,
          );
        } catch (error) {
          assertInstanceOf(error, MetricsError, method);
          refused++;
        }
      }
    }
  }
  assert(refused > methods.length);
});
