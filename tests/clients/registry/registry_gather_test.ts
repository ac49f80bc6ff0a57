import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { createMetricsApp, MetricsRegistry, prometheusText, scrape } from "../../../mod.ts";
import {
  Counter,
  Gauge,
  Histogram,
  openMetricsContentType,
  Registry,
  Summary,
} from "../../../src/prom_client.ts";
import type { Gathering, MetricFamily } from "../../../src/core.ts";
import { withClock } from "../../support/clock.ts";
import { deferred } from "../../support/deferred.ts";
import { recordingLogger } from "../../support/recording_logger.ts";

const named = (name: string, registry: Registry) => ({ name, help: "h", registers: [registry] });

async function textOf(gathering: Gathering | Promise<Gathering>): Promise<string> {
  const { families } = await gathering;
  return new TextDecoder().decode(prometheusText.encode(families));
}

test("all types are families, sorted by name, with default labels where there are no own ones", async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ app: "shop", x: "none" });
  new Summary({ ...named("d", registry), percentiles: [0.9, 0.5] }).observe(3);
  const histogram = new Histogram({ ...named("c", registry), buckets: [1, 2], labelNames: ["x"] });
  for (const value of [0.5, 1.5, 1.5, 9]) histogram.observe({ x: "own" }, value);
  histogram.observe({ x: "two" }, 2);
  new Gauge({ ...named("b", registry), labelNames: ["x"], aggregator: "max" }).set({ x: 5 }, -1);
  new Counter(named("a_total", registry)).inc(2);
  const gathering = await registry.gather();
  assertEquals(gathering.errors, []);
  assertEquals(
    await textOf(gathering),
    `# HELP a_total h
# TYPE a_total counter
a_total{app="shop",x="none"} 2
# HELP b h
# TYPE b gauge
b{x="5",app="shop"} -1
# HELP c h
# TYPE c histogram
c_bucket{x="own",app="shop",le="1.0"} 1
c_bucket{x="own",app="shop",le="2.0"} 3
c_bucket{x="own",app="shop",le="+Inf"} 4
c_sum{x="own",app="shop"} 12.5
c_count{x="own",app="shop"} 4
c_bucket{x="two",app="shop",le="1.0"} 0
c_bucket{x="two",app="shop",le="2.0"} 1
c_bucket{x="two",app="shop",le="+Inf"} 1
c_sum{x="two",app="shop"} 2
c_count{x="two",app="shop"} 1
# HELP d h
# TYPE d summary
d{app="shop",x="none",quantile="0.5"} 3
d{app="shop",x="none",quantile="0.9"} 3
d_sum{app="shop",x="none"} 3
d_count{app="shop",x="none"} 1
`,
  );
  assertEquals((gathering.families[1] as { merge?: string }).merge, "liveMax");
});

test("no series is missing beyond 10,000, and none is in an overflow series", async () => {
  const registry = new Registry();
  const counter = new Counter({ ...named("a_total", registry), labelNames: ["x"] });
  for (let x = 0; x < 12_000; x++) counter.inc({ x });
  const { families, overflows } = await registry.gather();
  assertEquals([families[0].labels.rows, overflows], [12_000, undefined]);
  assertEquals((await registry.metrics()).match(/^a_total\{/gm)?.length, 12_000);
});

test("a name is that of the registry, also after a page of OpenMetrics has shortened it", async () => {
  const registry = new Registry<never>(openMetricsContentType);
  new Counter(named("a_total", registry as never)).inc();
  await registry.metrics();
  assertEquals((await registry.gather()).families.map(({ name }) => name), ["a_total"]);
});

test("metrics that come, go and are replaced are seen", async () => {
  const registry = new Registry();
  const gauge = () => new Gauge(named("a", registry));
  const values = async () =>
    (await registry.gather()).families.map((
      family,
    ) => [...(family as { values: Float64Array }).values]);
  gauge().set(1);
  assertEquals(await values(), [[1]]);
  registry.removeSingleMetric("a");
  gauge().set(2);
  assertEquals(await values(), [[2]]);
  registry.clear();
  assertEquals(await values(), []);
});

test("exemplars of counters and histograms are in the families", async () => {
  const registry = new Registry<never>(openMetricsContentType);
  const options = { registers: [registry] as never, help: "h", enableExemplars: true };
  new Counter({ ...options, name: "a_total" })
    .inc({ value: 2, exemplarLabels: { trace: 1 } as never });
  new Histogram({ ...options, name: "b", buckets: [1, 2] })
    .observe({ value: 1.5, exemplarLabels: { trace: "u" } as never });
  const { families, errors } = await registry.gather();
  assertEquals(errors, []);
  const shown = families.map((family) =>
    (family as { exemplars?: readonly ({ labels: object; value: number } | undefined)[] }).exemplars
      ?.map((exemplar) => exemplar && [exemplar.labels, exemplar.value])
  );
  assertEquals(shown, [
    [[{ trace: "1" }, 2]],
    [undefined, [{ trace: "u" }, 1.5], undefined],
  ]);
});

test("a collect that throws, rejects or hangs is an error, and costs only its metric", () =>
  withClock(async () => {
    const registry = new Registry();
    const gauge = (name: string, collect: (this: Gauge) => void | Promise<void>) =>
      new Gauge({ ...named(name, registry), collect });
    gauge("awaited", async function () {
      await Promise.resolve();
      this.set(1);
    });
    gauge("throws", () => {
      throw new Error("out of reach");
    });
    gauge("rejects", () => Promise.reject(new Error("out of order")));
    gauge("hangs", () => new Promise(() => {}));
    const { families, errors } = await registry.gather({ signal: afterMilliseconds(10) });
    assertEquals(families.map(({ name }) => name), ["awaited"]);
    assertEquals(errors.map(({ message }) => message).sort(), [
      "hangs: it did not answer before the deadline",
      "rejects: out of order",
      "throws: out of reach",
    ]);
  }));

test("metrics of any other kind are families of their type, as far as they can be read", async () => {
  const registry = new Registry();
  const duck = (name: string, type: string, values: unknown[]) =>
    registry.registerMetric({ name, get: () => ({ name, help: "h", type, values }) } as never);
  duck("a", "counter", [{ value: 1, labels: { x: 1 } }]);
  duck("b", "gauge", [{ value: 2 }]);
  duck("c", "histogram", [
    { metricName: "c_bucket", labels: { le: "+Inf" }, sharedLabels: { x: "y" }, value: 4 },
    { metricName: "c_bucket", labels: { le: 2 }, sharedLabels: { x: "y" }, value: 3 },
    { metricName: "c_bucket", labels: { le: 1 }, sharedLabels: { x: "y" }, value: 1 },
    { metricName: "c_sum", labels: {}, sharedLabels: { x: "y" }, value: 9 },
    { metricName: "c_count", labels: {}, sharedLabels: { x: "y" }, value: 4 },
    { metricName: "c_bucket", labels: { le: 1, x: "z" }, value: 5 },
    { metricName: "c_count", labels: { x: "z" }, value: 6 },
  ]);
  duck("d", "summary", [
    { labels: { quantile: 0.9 }, value: 8 },
    { labels: { quantile: 0.5 }, value: 7 },
    { metricName: "d_sum", labels: {}, value: 15 },
    { metricName: "d_count", labels: {}, value: 2 },
  ]);
  duck("e", "untyped", [{ value: "5", labels: {} }]);
  duck("f", "counter", [{ value: -1, labels: {} }]);
  registry.registerMetric({ name: "g", get: () => undefined } as never);
  const { families, errors } = await registry.gather();
  const { c: [one, other], d } = {
    c: ["x=y", "x=z"].map((_, row) => [...bucketsOf(families[2]).subarray(row * 3, row * 3 + 3)]),
    d: families[3] as { quantiles?: readonly number[]; values?: Float64Array },
  };
  assertEquals(families.map(({ name, type }) => `${name} ${type}`), [
    "a counter",
    "b gauge",
    "c histogram",
    "d summary",
    "e unknown",
  ]);
  assertEquals([one, other], [[1, 2, 1], [5, 0, 1]]);
  assertEquals([d.quantiles, [...d.values!]], [[0.5, 0.9], [7, 8]]);
  assertEquals(errors.map(({ message }) => message.slice(0, 2)), ["f:", "g:"]);
});

test("an app serves the registry in every format", async () => {
  const registry = new Registry();
  new Counter(named("jobs_total", registry)).inc(3);
  const app = createMetricsApp({ registry });
  const response = await app.request("/metrics");
  assertStringIncludes(await response.text(), "jobs_total 3");
});

test("metrics of a registry of ours and of the client are on one page", async () => {
  const ours = new MetricsRegistry();
  const theirs = new Registry();
  ours.gauge({ name: "migrated", help: "h" }).set(1);
  new Gauge(named("old", theirs)).set(2);
  new Gauge({
    ...named("broken", theirs),
    collect: () => Promise.reject(new Error("out of reach")),
  });
  ours.register(theirs);
  new Gauge(named("later", theirs)).set(3);
  const { families, errors } = await ours.gather();
  assertEquals(families.map(({ name }) => name), ["later", "migrated", "old"]);
  assertEquals(errors.map(({ message }) => message), ["Registry: broken: out of reach"]);
  const page = await (await createMetricsApp({ registry: ours }).request("/metrics")).text();
  for (const line of ["migrated 1", "old 2", "later 3"]) assertStringIncludes(page, `\n${line}\n`);
});

test("a collect that hangs costs only its metric also in a registry of ours", () =>
  withClock(async () => {
    const ours = new MetricsRegistry();
    const theirs = new Registry();
    new Gauge(named("old", theirs)).set(2);
    new Gauge({ ...named("hangs", theirs), collect: () => new Promise(() => {}) });
    ours.register(theirs);
    const { families, errors } = await ours.gather({ signal: afterMilliseconds(10) });
    assertEquals(families.map(({ name }) => name), ["old"]);
    assertEquals(errors.length, 1);
    assertStringIncludes(errors[0].message, "hangs: it did not answer before the deadline");
  }));

test("a collect that hangs costs a scrape of both registries only its metric", () =>
  withClock(async () => {
    const { ours, theirs } = both();
    new Gauge({ ...named("throws", theirs), collect: () => fail() });
    new Gauge({ ...named("hangs", theirs), collect: () => new Promise(() => {}) });
    const logger = recordingLogger();
    const request = new Request("http://localhost/metrics");
    const page = await (await scrape(request, ours, { timeoutSeconds: 0.05, logger })).text();
    for (const line of ["new_total 1", "old 2"]) assertStringIncludes(page, `\n${line}\n`);
    assertEquals(page.includes("throws"), false);
    assertEquals([...logger.messages].sort(), [
      "warn: scrape: Registry: hangs: it did not answer before the deadline",
      "warn: scrape: Registry: throws: out of reach",
    ]);
  }));

test("a scrape that waits no longer takes nothing from one that shares its gathering", () =>
  withClock(async () => {
    const { ours, theirs } = both();
    const ready = deferred();
    let calls = 0;
    new Gauge({
      ...named("slow", theirs),
      async collect() {
        calls++;
        await ready.promise;
        this.set(3);
      },
    });
    const logger = recordingLogger();
    const ask = async (timeoutSeconds: number) => {
      const request = new Request("http://localhost/metrics");
      return await (await scrape(request, ours, { timeoutSeconds, logger })).text();
    };
    const [long, short] = [ask(30), ask(0.05)];
    assertEquals((await short).includes("slow"), false);
    assertStringIncludes(await short, "\nold 2\n");
    ready.resolve();
    for (const line of ["new_total 1", "old 2", "slow 3"]) {
      assertStringIncludes(await long, `\n${line}\n`);
    }
    assertEquals(calls, 1);
    assertEquals(logger.messages, [
      "warn: scrape: Registry: slow: it did not answer before the deadline",
    ]);
  }));

/** A registry of ours with one of theirs, which have a metric each. */
function both(): { readonly ours: MetricsRegistry; readonly theirs: Registry } {
  const [ours, theirs] = [new MetricsRegistry(), new Registry()];
  ours.counter({ name: "new_total", help: "h" }).inc();
  new Gauge(named("old", theirs)).set(2);
  ours.register(theirs);
  return { ours, theirs };
}

function fail(): never {
  throw new Error("out of reach");
}

function bucketsOf(family: MetricFamily): Float64Array {
  assert(family.type === "histogram");
  return family.buckets;
}

/** A signal that keeps the process alive, unlike `AbortSignal.timeout()`. */
function afterMilliseconds(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}
