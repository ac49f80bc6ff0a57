import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import * as promClient from "../../../src/prom_client.ts";
import * as prometheusClient from "../../../src/prometheus_client.ts";

const clients = [["15", promClient], [
  "0.16",
  prometheusClient as never as typeof promClient,
]] as const;
const { Counter, Gauge, Histogram, Registry, Summary } = promClient;

for (const [version, client] of clients) {
  test(`${version}: a page has all types as the client writes them`, async () => {
    const registers = [new client.Registry()];
    const named = (name: string) => ({ name, help: `Help\n\\ "${name}".`, registers });
    new client.Counter({ ...named("a_total"), labelNames: ["x", "y"] }).inc({ y: 'q"\\\n', x: 2 });
    const gauge = new client.Gauge({ ...named("b"), labelNames: ["x"] });
    gauge.set({ x: "nan" }, NaN);
    gauge.set({ x: "inf" }, -Infinity);
    gauge.set({}, 1e21);
    new client.Histogram({ ...named("c"), buckets: [0.5, 1], labelNames: ["x"] })
      .observe({ x: "1" }, 0.75);
    new client.Summary({ ...named("d"), percentiles: [0.5] }).observe(3);
    assertEquals(
      await registers[0].metrics(),
      `# HELP a_total Help\\n\\\\ "a_total".
# TYPE a_total counter
a_total{y="q\\"\\\\\\n",x="2"} 1

# HELP b Help\\n\\\\ "b".
# TYPE b gauge
b{x="nan"} Nan
b{x="inf"} -Inf
b 1e+21

# HELP c Help\\n\\\\ "c".
# TYPE c histogram
c_bucket{le="0.5",x="1"} 0
c_bucket{le="1",x="1"} 1
c_bucket{le="+Inf",x="1"} 1
c_sum{x="1"} 0.75
c_count{x="1"} 1

# HELP d Help\\n\\\\ "d".
# TYPE d summary
d{quantile="0.5"} 3
d_sum 3
d_count 1
`,
    );
  });

  test(`${version}: default labels stand after own ones, and in histograms before them`, async () => {
    const registry = new client.Registry();
    const registers = [registry];
    const labelNames = ["x"] as const;
    registry.setDefaultLabels({ app: "shop", x: "default" });
    new client.Gauge({ name: "a", help: "h", registers, labelNames }).set({ x: "own" }, 1);
    new client.Gauge({ name: "b", help: "h", registers, labelNames }).set({}, 1);
    new client.Histogram({ name: "c", help: "h", registers, labelNames, buckets: [1] })
      .observe({ x: "own" }, 1);
    const page = await registry.metrics();
    assertStringIncludes(page, '\na{x="own",app="shop"} 1\n');
    assertStringIncludes(page, '\nb{app="shop",x="default"} 1\n');
    assertStringIncludes(page, '\nc_bucket{le="1",app="shop",x="own"} 1\n');
    assertStringIncludes(page, '\nc_sum{app="shop",x="own"} 1\n');
  });
}

test("an empty registry has a page", async () => {
  assertEquals(await new Registry().metrics(), "\n");
  const { openMetricsContentType } = promClient;
  assertEquals(await new Registry(openMetricsContentType).metrics(), "\n# EOF\n");
});

test("a page that is kept has what changed since the last one", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "g", help: "h", labelNames: ["x"], registers: [registry] });
  const rows = async () => (await registry.metrics()).split("\n").slice(2, -1);
  for (const x of ["a", "b", "c", "d"]) gauge.set({ x }, 1);
  assertEquals(await rows(), ["a", "b", "c", "d"].map((x) => `g{x="${x}"} 1`));
  gauge.remove("b");
  gauge.set({ x: "c" }, 2);
  gauge.set({ x: "b" }, 3);
  assertEquals(await rows(), ['g{x="a"} 1', 'g{x="c"} 2', 'g{x="d"} 1', 'g{x="b"} 3']);
  gauge.remove("a");
  gauge.remove("d");
  assertEquals(await rows(), ['g{x="c"} 2', 'g{x="b"} 3']);
  gauge.reset();
  assertEquals(await rows(), []);
  gauge.set({ x: "a" }, 5);
  assertEquals(await rows(), ['g{x="a"} 5']);
  Object.assign(gauge, { name: "other" });
  assertEquals(await rows(), ['other{x="a"} 5']);
  const defaults: Record<string, unknown> = { app: 1 };
  registry.setDefaultLabels(defaults);
  assertEquals(await rows(), ['other{x="a",app="1"} 5']);
  defaults.app = 2;
  assertEquals(await rows(), ['other{x="a",app="2"} 5']);
  registry.setDefaultLabels({});
  assertEquals(await rows(), ['other{x="a"} 5']);
});

test("a histogram that is set to zero has the labels of that call, in its old place", async () => {
  const registry = new Registry();
  const histogram = new Histogram({
    name: "h",
    help: "h",
    labelNames: ["x", "y"],
    buckets: [],
    registers: [registry],
  });
  histogram.observe({ x: 1, y: 2 }, 5);
  histogram.observe({ x: 3 }, 5);
  await registry.metrics();
  histogram.zero({ y: 2, x: 1 });
  assertEquals((await registry.metrics()).match(/h_sum.*/g), [
    'h_sum{y="2",x="1"} 0',
    'h_sum{x="3"} 5',
  ]);
});

test("the same metric has other labels in each registry", async () => {
  const [one, other] = [new Registry(), new Registry()];
  new Gauge({ name: "g", help: "h", registers: [one, other] }).set(1);
  one.setDefaultLabels({ from: "one" });
  for (let page = 0; page < 2; page++) {
    assertStringIncludes(await one.metrics(), '\ng{from="one"} 1\n');
    assertStringIncludes(await other.metrics(), "\ng 1\n");
  }
});

test("exemplars are on pages of OpenMetrics only, and stay", async () => {
  const { openMetricsContentType, prometheusContentType } = promClient;
  const registry = new Registry<promClient.RegistryContentType>(openMetricsContentType);
  const named = { help: "h", registers: [registry] as never, enableExemplars: true };
  const counter = new Counter({ ...named, name: "a_total", labelNames: ["x"] });
  counter.inc({ labels: { x: "1" }, value: 2, exemplarLabels: { x: "t" } as never });
  new Histogram({ ...named, name: "b", buckets: [1] })
    .observe({ value: 3, exemplarLabels: { trace: "u" } as never });
  const withTimes = (await registry.metrics()).replace(/ \d{10}(\.\d+)?$/gm, " now");
  assertEquals(
    withTimes,
    `# HELP a h
# TYPE a counter
a_total{x="1"} 2 # {x="t"} 2 now
# HELP b h
# TYPE b histogram
b_bucket{le="1"} 0
b_bucket{le="+Inf"} 1 # {trace="u"} 3 now
b_sum 3
b_count 1
# EOF
`,
  );
  registry.setContentType(prometheusContentType);
  const plain = await registry.metrics();
  assert(!plain.includes("# {"));
  assertStringIncludes(plain, '\na{x="1"} 2\n');
  registry.setContentType(openMetricsContentType);
  assertStringIncludes(await registry.metrics(), '# {trace="u"} 3');
});

test("a metric of any other kind is written by what its get() gives", async () => {
  const registry = new Registry();
  const values = [{ value: 1, labels: { x: null } }, { metricName: "duck_other", value: NaN }];
  const duck = { name: "duck", get: () => ({ name: "duck", help: "h", type: "untyped", values }) };
  registry.registerMetric(duck as never);
  assertEquals(
    await registry.metrics(),
    '# HELP duck h\n# TYPE duck untyped\nduck{x="null"} 1\nduck_other Nan\n',
  );
});

test("a get() that replaces ours is what a page has", async () => {
  class Fixed extends Gauge {
    override get() {
      return Promise.resolve({ name: "fixed", help: "h", type: "gauge", values: [] } as never);
    }
  }
  const registers = [new Registry()];
  new Fixed({ name: "a", help: "h", registers });
  const summary = new Summary({ name: "b", help: "h", registers });
  summary.get = () => Promise.reject(new Error("no summary"));
  await assertRejects(() => registers[0].metrics(), Error, "no summary");
  registers[0].removeSingleMetric("b");
  assertEquals(await registers[0].metrics(), "# HELP fixed h\n# TYPE fixed gauge\n");
});

test("all `collect` functions are called at once, and awaited", async () => {
  const registers = [new Registry()];
  const order: string[] = [];
  const slow = async function (this: promClient.Gauge) {
    order.push("slow");
    await Promise.resolve();
    this.set(1);
  };
  const failing = { name: "b", help: "h", registers: [] as never[] };
  new Gauge({ name: "a", help: "h", registers, collect: slow });
  const broken = new Gauge({
    ...failing,
    collect() {
      order.push("broken");
      throw new Error("out of reach");
    },
  });
  registers[0].registerMetric(broken);
  new Gauge({ name: "c", help: "h", registers, collect: () => void order.push("last") });
  const page = registers[0].metrics();
  assertEquals(order, ["slow", "broken", "last"]);
  await assertRejects(() => page, Error, "out of reach");
  registers[0].removeSingleMetric("b");
  assertStringIncludes(await registers[0].metrics(), "\na 1\n");
});
