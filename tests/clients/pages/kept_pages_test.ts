// A process of its own: pages of other tests begin the ten minutes.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { Counter, Gauge, Histogram, Registry, Summary } from "../../../src/prom_client.ts";
import { withClock } from "../../support/clock.ts";
import { pause } from "../../support/deferred.ts";
import { garbageCollector } from "../../support/garbage.ts";

const many = 40;

/** Series of both kinds, whose labels count how often their text is made. */
function counted() {
  const registry = new Registry();
  let made = 0;
  const labels = (at: number) => ({
    x: {
      toString() {
        made++;
        return `${at}`;
      },
    } as never,
  });
  const common = { help: "h", labelNames: ["x"] as const, registers: [registry] };
  const gauge = new Gauge({ ...common, name: "a" });
  const histogram = new Histogram({ ...common, name: "b", buckets: [1] });
  for (let at = 0; at < many; at++) {
    gauge.set(labels(at), at);
    histogram.observe(labels(at), at);
  }
  const page = async (of = registry) => {
    made = 0;
    return { text: await of.metrics(), made };
  };
  return { registry, gauge, histogram, page };
}

test("labels are written once, and again after ten to fifteen minutes without a page", async () => {
  await withClock(async ({ advance }) => {
    const { page, registry } = counted();
    const first = await page();
    assertEquals(first.made, many * 2);
    for (let time = 0; time < 20; time++) {
      assertEquals(await page(), { text: first.text, made: 0 });
    }
    advance(540);
    assertEquals((await page()).made, 0);
    for (let minute = 0; minute < 16; minute++) {
      advance(60);
      await new Registry("application/openmetrics-text; version=1.0.0; charset=utf-8" as never)
        .metrics();
    }
    assertEquals(await page(registry), first);
  });
});

test("if a series goes, the text of the others' labels stays", async () => {
  const { page, gauge, histogram } = counted();
  const lines = (await page()).text.split("\n");
  gauge.remove("0");
  histogram.remove("0");
  const { text, made } = await page();
  assertEquals(made, 0);
  assertEquals(text.split("\n"), lines.filter((line) => !line.includes('x="0"')));
});

test("a kept line has its number and its name as they are now", async () => {
  const { page, gauge } = counted();
  const line = async () => (await page()).text.split("\n")[2];
  for (const value of [12, 0.5, 1234.25, 7, NaN, 3, 2 ** 40, 1]) {
    gauge.set({ x: "0" }, value);
    assertEquals(await line(), `a{x="0"} ${Number.isNaN(value) ? "Nan" : value}`);
  }
  Object.assign(gauge, { name: "other" });
  assertEquals(await line(), 'other{x="0"} 1');
});

test("a registry that is merged at each page finds what others have kept", async () => {
  const { page, registry } = counted();
  const first = await page();
  assertEquals(await page(Registry.merge([registry, new Registry()])), { ...first, made: 0 });
});

test("nothing is kept of series that are gone, once a page has only a few", async () => {
  const collect = await garbageCollector();
  const registry = new Registry();
  const common = { help: "h", labelNames: ["x"] as const, registers: [registry] };
  const gauge = new Gauge({ ...common, name: "a" });
  const histogram = new Histogram({ ...common, name: "b" });
  const held = await (async () => {
    const values = Array.from({ length: many }, (_, at) => ({ toString: () => `${at}` }) as never);
    for (const x of values) {
      gauge.set({ x }, 1);
      histogram.observe({ x }, 1);
    }
    await registry.metrics();
    return values.map((value) => new WeakRef(value as object));
  })();
  registry.resetMetrics();
  gauge.set({ x: "few" }, 1);
  await registry.metrics();
  for (let time = 0; time < 3; time++) {
    collect();
    await pause(0.01);
  }
  // Bun takes for a reference what looks like one on the stack.
  assert(held.filter((value) => value.deref() !== undefined).length < many / 4);
});

test("of default labels that are others at each page the last ones are kept", async () => {
  const { page, registry } = counted();
  registry.setDefaultLabels({ at: "first" });
  await page();
  registry.setDefaultLabels({ at: "second" });
  await page();
  registry.setDefaultLabels({ at: "first" });
  assertEquals((await page()).made, 0);
  for (let at = 0; at < 8; at++) {
    registry.setDefaultLabels({ at });
    await page();
  }
  registry.setDefaultLabels({ at: "first" });
  assertEquals((await page()).made, many * 2);
});

test("default labels are others if a text is a list, or a value has what stands between", async () => {
  const registry = new Registry();
  const labelNames = ["x"] as const;
  const gauge = new Gauge({ name: "g", help: "h", labelNames, registers: [registry] });
  for (let x = 0; x < many; x++) gauge.set({ x }, 1);
  const shown = async (labels: object) => {
    registry.setDefaultLabels(labels);
    return (await registry.metrics()).split("\n")[2];
  };
  assertEquals(await shown({ a: "1,b=string2" }), 'g{x="0",a="1,b=string2"} 1');
  assertEquals(await shown({ a: "1", b: "2" }), 'g{x="0",a="1",b="2"} 1');
  assertEquals(await shown({ a: '"' }), 'g{x="0",a="\\""} 1');
  assertEquals(await shown({ a: ['"'] }), 'g{x="0",a="""} 1');
});

test("kept pages of many series have what changed since the last one", async () => {
  const registry = new Registry();
  const labelNames = ["x"] as const;
  const gauge = new Gauge({ name: "g", help: "h", labelNames, registers: [registry] });
  const summary = new Summary({ name: "s", help: "h", labelNames, registers: [registry] });
  const now = new Map<string, number>();
  let seed = 1;
  const random = (below: number) => (seed = seed * 48271 % 2147483647) % below;
  for (let page = 0; page < 60; page++) {
    for (let change = random(30); change > 0; change--) {
      const x = `${random(50)}`;
      if (random(4) === 0) {
        gauge.remove(x);
        now.delete(x);
      } else {
        const value = [random(1e6), 0.5, NaN, -0, 2 ** 40, Infinity][random(page < 30 ? 1 : 6)];
        gauge.set({ x }, value);
        now.set(x, value);
      }
      summary.observe({ x }, 1);
    }
    if (page % 20 === 19) {
      gauge.reset();
      now.clear();
    }
    const text = (value: number) => {
      return Number.isNaN(value) ? "Nan" : value === Infinity ? "+Inf" : `${value}`;
    };
    const lines = [...now].map(([x, value]) => `\ng{x="${x}"} ${text(value)}`).join("");
    assertStringIncludes(await registry.metrics(), `# TYPE g gauge${lines}\n\n`);
  }
});

test("a registry's label of the name that a type adds is where that type adds none", async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ le: "low", app: "shop" });
  new Histogram({ name: "h", help: "h", buckets: [1], registers: [registry] }).observe(1);
  assertEquals((await registry.metrics()).split("\n").slice(2, -1), [
    'h_bucket{le="1",app="shop"} 1',
    'h_bucket{le="+Inf",app="shop"} 1',
    'h_sum{le="low",app="shop"} 1',
    'h_count{le="low",app="shop"} 1',
  ]);
});

test("quantiles that are added to a summary's list are on its page", async () => {
  const registers = [new Registry()];
  const percentiles = [0.5];
  const summary = new Summary({ name: "s", help: "h", percentiles, registers });
  summary.observe(3);
  await registers[0].metrics();
  percentiles.push(0.9);
  assertEquals((await registers[0].metrics()).split("\n").slice(2, -1), [
    's{quantile="0.5"} 3',
    's{quantile="0.9"} 3',
    "s_sum 3",
    "s_count 1",
  ]);
});

test("help and name are those of now", async () => {
  const registers = [new Registry()];
  const counter = new Counter({ name: "a", help: "h", registers });
  await registers[0].metrics();
  Object.assign(counter, { help: "other", name: "b" });
  assertEquals(await registers[0].metrics(), "# HELP b other\n# TYPE b counter\nb 0\n");
});

test("a histogram with a getForPromString() of its own is asked for it", async () => {
  class Fixed extends Histogram {
    getForPromString() {
      return { name: "fixed", help: "h", type: "histogram", values: [] };
    }
  }
  const registers = [new Registry()];
  new Fixed({ name: "a", help: "h", registers });
  assertEquals(await registers[0].metrics(), "# HELP fixed h\n# TYPE fixed histogram\n");
});
