import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import {
  CollectionError,
  constGaugeHistogram,
  constUnknown,
  type LabelRecord,
  MetricsError,
  MetricsRegistry,
  prometheusText,
} from "../../mod.ts";
import { escapeLabelValue } from "../../src/exposition/text/label_text.ts";
import { sampleText } from "../../src/exposition/text/number_text.ts";
import { getSampleValue, type Sample, samplesOf } from "../../src/testing.ts";
import { familyCases } from "../cases/families.ts";
import { typedCases } from "../cases/typed_families.ts";
import { collectorOf, collectorThrowing } from "../support/collectors.ts";
import { sampleLines, textOf } from "../support/pages.ts";
import { assertRejectsWith } from "../support/rejects.ts";

/** A registry with a family of each type. */
function registryOf(): MetricsRegistry {
  const registry = new MetricsRegistry();
  const help = "Help.";
  registry.counter({ name: "jobs_total", help, labels: ["queue", "kind"] })
    .inc({ queue: "a", kind: "" }, 3);
  registry.gauge({ name: "bare", help }).set(-0.5);
  registry.gauge({ name: "unset", help });
  registry.gauge({ name: "odd", help, labels: ["x"] }).set({ x: "NaN" }, NaN);
  const histogram = registry.histogram({ name: "size", help, buckets: [1, 1e6], labels: ["a"] });
  for (const value of [0.5, 1, 7, 2e6]) histogram.observe({ a: "1" }, value);
  registry.histogram({ name: "native", help, native: true }).observe(4);
  const summary = registry.summary({ name: "wait", help, quantiles: [0, 1] });
  for (const value of [2, 4]) summary.observe(value);
  registry.info({ name: "build_info", help, labels: ["version"] }).set({ version: "1" });
  registry.stateSet({ name: "phase", help, states: ["idle", "busy"] }).select("busy");
  registry.register(collectorOf(
    constUnknown({ name: "other", help, samples: [{ value: 8 }] }),
    constGaugeHistogram({
      name: "files",
      help,
      bounds: [1],
      samples: [{ buckets: [1, 2], sum: 9 }],
    }),
  ));
  return registry;
}

const values: readonly (readonly [name: string, labels: LabelRecord, value: number | undefined])[] =
  [
    ["jobs_total", { queue: "a" }, 3],
    ["bare", {}, -0.5],
    ["unset", {}, 0],
    ["odd", { x: "NaN" }, NaN],
    ["size_bucket", { a: "1", le: "1.0" }, 2],
    ["size_bucket", { a: "1", le: "1e+06" }, 3],
    ["size_bucket", { le: "+Inf", a: "1" }, 4],
    ["size_sum", { a: "1" }, 2_000_008.5],
    ["size_count", { a: "1" }, 4],
    ["native_bucket", { le: "+Inf" }, 1],
    ["native_sum", {}, 4],
    ["native_count", {}, 1],
    ["wait", { quantile: "0.0" }, 2],
    ["wait", { quantile: "1.0" }, 4],
    ["wait_sum", {}, 6],
    ["wait_count", {}, 2],
    ["build_info", { version: "1" }, 1],
    ["phase", { phase: "idle" }, 0],
    ["phase", { phase: "busy" }, 1],
    ["other", {}, 8],
    ["files_bucket", { le: "1.0" }, 1],
    ["files_sum", {}, 9],
    ["files_count", {}, 3],
    // There is no such sample.
    ["jobs_total", {}, undefined],
    ["jobs_total", { queue: "b" }, undefined],
    ["jobs_total", { queue: "a", kind: "x" }, undefined],
    ["jobs_total", { queue: "a", constructor: "x" }, undefined],
    ["jobs", { queue: "a" }, undefined],
    ["bare", { x: "1" }, undefined],
    ["size", { a: "1" }, undefined],
    ["size_bucket", { a: "1" }, undefined],
    ["size_bucket", { a: "1", le: "1" }, undefined],
    ["size_bucket", { a: "1", le: "1000000.0" }, undefined],
    ["wait", {}, undefined],
    ["wait", { quantile: "0.5" }, undefined],
    ["phase", {}, undefined],
    ["phase", { phase: "failed" }, undefined],
    ["", {}, undefined],
  ];

test("getSampleValue(): a sample is found by the name and all the labels that it has on the page", async () => {
  const registry = registryOf();
  for (const [name, labels, value] of values) {
    assertEquals(
      await getSampleValue(registry, name, labels),
      value,
      name + JSON.stringify(labels),
    );
  }
  assertEquals(await getSampleValue(registry, "bare"), -0.5);
});

test("getSampleValue(): a collector that failed is an error: the sample might be missing for that reason", async () => {
  const registry = registryOf();
  registry.register(collectorThrowing(new RangeError("no connection")));
  const value = () => getSampleValue(registry, "bare");
  await assertRejectsWith(value, CollectionError, "no connection");
});

test("getSampleValue() changes nothing", async () => {
  const registry = registryOf();
  const before = textOf(await registry.encode());
  await getSampleValue(registry, "jobs_total", { queue: "z" });
  assertStrictEquals(textOf(await registry.encode()), before);
});

/** A sample as the text format writes it. */
function lineOf({ name, labels, value, timestamp }: Sample): string {
  const pairs = Object.entries(labels)
    .map(([label, text]) => `${label}="${escapeLabelValue(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs}}`} ${sampleText(value)}${
    timestamp === undefined ? "" : ` ${timestamp * 1000}`
  }`;
}

for (const { name, families } of [...familyCases, ...typedCases]) {
  test(`getSampleValue(): ${name}: the samples are those of the page, in its order`, () => {
    const samples = families.flatMap((family) => [...samplesOf(family)]);
    assertEquals(samples.map(lineOf), sampleLines(textOf(prometheusText.encode(families))));
  });
}

test("getSampleValue(): what cannot be scraped is refused", async () => {
  for (const gatherer of [undefined, {}, []]) {
    const call = () => getSampleValue(gatherer as unknown as MetricsRegistry, "jobs");
    await assertRejectsWith(call, MetricsError, "getSampleValue: ", "gather()");
  }
});
