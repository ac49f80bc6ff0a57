import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import type { ClientCounter } from "../../../src/clients/metrics/counter.ts";
import { bothClients, FakeRegister } from "../../support/client_metrics.ts";

/** A counter as a class of a program sees it. */
interface PlainCounter {
  readonly hashMap: object;
  inc(...given: Parameters<ClientCounter["inc"]>): void;
  labels(...given: readonly unknown[]): { inc(value?: number): void };
}

/** A metric as a class of a program sees it. */
interface Readable {
  get(): Promise<unknown>;
}

const config = { name: "jobs", help: "Jobs.", registers: [] };

/** What a call throws, as its class and message. */
function thrownBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  return "nothing";
}

test("a metric refuses a wrong configuration in the order and words of its client", () => {
  for (const { Counter, profile } of bothClients) {
    const make = (given: unknown) => thrownBy(() => new Counter(given as typeof config));
    const [name, label] = profile.namesWhatIsInvalid
      ? ["Invalid metric name: 1a", "At least one label name is invalid: 1b,c-d"]
      : ["Invalid metric name", "Invalid label name"];
    for (
      const [given, thrown] of [
        ["jobs", "TypeError: constructor expected a config object"],
        [null, "TypeError: constructor expected a config object"],
        [{ name: "1a" }, "Error: Missing mandatory help parameter"],
        [{ name: "", help: "h" }, "Error: Missing mandatory name parameter"],
        [{ name: "1a", help: "h", labelNames: ["1b"] }, `Error: ${name}`],
        [{ name: "a", help: "h", labelNames: ["1b", "a", "c-d"], collect: 1 }, `Error: ${label}`],
        [
          { name: "a", help: "h", collect: 1 },
          'Error: Optional "collect" parameter must be a function',
        ],
      ] as const
    ) {
      assertEquals(make(given), thrown);
    }
  }
});

test("a metric has its configuration as properties, also what is no option, but not in place of methods", async () => {
  for (const { Gauge } of bothClients) {
    const labelNames = ["a"];
    const given = { ...config, labelNames, unit: "s", register: "none", values: 3, profile: 1 };
    const gauge = new Gauge(given);
    gauge.set({ a: "x" }, 2);
    assertStrictEquals(gauge.labelNames, labelNames);
    const { name, help, registers, aggregator, enableExemplars } = gauge;
    assertEquals([name, help, registers, aggregator, enableExemplars], [
      "jobs",
      "Jobs.",
      [],
      "sum",
      false,
    ]);
    assertEquals((gauge as unknown as { unit: string }).unit, "s");
    assertEquals((await gauge.get()).values, [{ value: 2, labels: { a: "x" } }]);
  }
});

test("a metric enters the registry of its client if no other one is given, and none for an empty list", () => {
  for (const { Counter, register } of bothClients) {
    const before = register.metrics.length;
    for (const registers of [undefined, null]) {
      const name = `default_${registers}`;
      new Counter({ name, help: "h", registers: registers as never });
      assertEquals(register.metrics.at(-1)?.name, name);
    }
    new Counter(config);
    assertEquals(register.metrics.length, before + 2);
  }
});

test("a metric that cannot be made is in no registry", () => {
  for (const { Counter, Histogram } of bothClients) {
    const [one, other] = [new FakeRegister(), new FakeRegister()];
    new Counter({ ...config, registers: [other] });
    const clash = () => new Counter({ ...config, registers: [one, other] });
    assertThrows(clash, Error, "A metric with the name jobs is there");
    const reserved = () => new Histogram({ ...config, labelNames: ["le"], registers: [one] });
    assertThrows(reserved, Error, "le is a reserved label keyword");
    assertEquals([one.metrics.length, other.metrics.length], [0, 1]);
    const exemplars = () => new Counter({ ...config, enableExemplars: true, registers: [one] });
    assertThrows(exemplars, TypeError, "Exemplars are supported only on OpenMetrics registries");
    one.contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assertEquals(exemplars().enableExemplars, true);
  }
});

test("collect is called by get() with the metric as this; only a promise is awaited", async () => {
  for (const { Gauge } of bothClients) {
    const seen: unknown[] = [];
    const gauge = new Gauge({
      ...config,
      async collect() {
        seen.push(this);
        await Promise.resolve();
        this.set(5);
      },
    });
    assertEquals((await gauge.get()).values, [{ value: 5, labels: {} }]);
    assertStrictEquals(seen[0], gauge);
    class Collected extends (Gauge as unknown as new (given: object) => Readable) {
      collect(): void {
        seen.push("a method");
      }
    }
    await new Collected(config).get();
    assertEquals(seen[1], "a method");
    const failing = new Gauge({
      ...config,
      collect() {
        throw new Error("no value");
      },
    });
    assertEquals(await failing.get().catch(String), "Error: no value");
  }
});

test("get() has its properties in the order of the client", async () => {
  for (const { Counter, Gauge, Histogram } of bothClients) {
    for (const Metric of [Counter, Gauge]) {
      const keys = Object.keys(await new Metric(config).get());
      assertEquals(keys, ["help", "name", "type", "values", "aggregator"]);
    }
    const histogram = new Histogram(config);
    for (const read of [await histogram.get(), await histogram.getForPromString()]) {
      assertEquals(Object.keys(read), ["name", "help", "type", "values", "aggregator"]);
    }
  }
});

test("labels() takes a set or as many values as there are names", () => {
  for (const { Counter, Gauge, Histogram, profile } of bothClients) {
    const labelNames = ["b", "a"];
    const listed = profile.listsNamesSorted ? /\[\W*a\W+b\W*\]/ : /\[\W*b\W+a\W*\]/;
    for (const Metric of [Counter, Gauge, Histogram]) {
      const metric = new Metric({ ...config, labelNames });
      for (const call of [() => metric.labels("x"), () => metric.remove("x")]) {
        assertEquals(
          thrownBy(call),
          'Error: Invalid number of arguments (1): "x" for label names (2): "b, a".',
        );
      }
      // A counter tells of an unknown label when it is recorded to.
      const unknown = () => {
        const child = metric.labels({ a: "1", other: undefined });
        if ("inc" in child) child.inc();
      };
      for (const call of [unknown, () => metric.remove({ other: "x" })]) {
        const thrown = thrownBy(call);
        assertEquals(
          thrown.replace(listed, "LIST"),
          'Error: Added label "other" is not included in initial labelset: LIST',
        );
      }
    }
  }
});

test("a kept child works on after its series was removed, and brings it back at the end", async () => {
  for (const { Counter, Gauge, Histogram } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a"] });
    const { inc } = counter.labels("x");
    inc();
    counter.labels("y").inc(2);
    counter.remove("x");
    inc(3);
    counter.labels({ a: "x" }).inc();
    inc();
    assertEquals((await counter.get()).values, [
      { value: 2, labels: { a: "y" } },
      { value: 5, labels: { a: "x" } },
    ]);
    counter.reset();
    inc();
    assertEquals((await counter.get()).values, [{ value: 1, labels: { a: "x" } }]);

    const gauge = new Gauge(config);
    const child = gauge.labels();
    child.set(4);
    gauge.remove();
    assertEquals((await gauge.get()).values, []);
    child.dec();
    assertEquals((await gauge.get()).values, [{ value: -1, labels: {} }]);

    const histogram = new Histogram({ ...config, labelNames: ["a"], buckets: [] });
    const { observe } = histogram.labels("x");
    observe(1);
    histogram.reset();
    observe(2);
    assertEquals((await histogram.get()).values.map(({ value }) => value), [1, 2, 1]);
  }
});

test("a kept child brings its series back with the labels that it was given itself", async () => {
  const names = ["a", "b"];
  const cases: readonly (readonly [given: readonly unknown[], back: object])[] = [
    [[{ a: "1", b: "2" }], { a: "1", b: "2" }],
    [[{ a: 1, b: "2" }], { a: 1, b: "2" }],
    [[{ b: "2", a: "1" }], { b: "2", a: "1" }],
    [["1", 2], { a: "1", b: 2 }],
    [["1", "2"], { a: "1", b: "2" }],
  ];
  for (const { Counter } of bothClients) {
    for (const [given, back] of cases) {
      const counter = new Counter({ ...config, labelNames: names });
      counter.inc({ a: "1", b: "2" });
      const child = counter.labels(...given);
      counter.reset();
      child.inc();
      const [{ labels }] = (await counter.get()).values;
      assertEquals(Object.entries(labels), Object.entries(back));
    }
    const counter = new Counter({ ...config, labelNames: names });
    counter.inc({ b: "2", a: "1" });
    counter.inc({ b: "2" });
    const children = [counter.labels("1", "2"), counter.labels("", "2")];
    counter.reset();
    for (const child of children) child.inc();
    assertEquals((await counter.get()).values.map(({ labels }) => Object.entries(labels)), [
      [["a", "1"], ["b", "2"]],
      [["b", "2"]],
    ]);
  }
});

test("a program that assigns hashMap removes the series that are not in it", async () => {
  for (const { Counter, Gauge, Histogram } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["b", "a"] });
    for (const a of ["x", "y", "z"]) counter.inc({ a, b: 1 });
    const child = counter.labels(1, "z");
    const { "a:y,b:1,": kept } = counter.hashMap;
    counter.hashMap = { "a:y,b:1,": kept };
    assertEquals((await counter.get()).values, [{ value: 1, labels: { a: "y", b: 1 } }]);
    child.inc(3);
    assertEquals((await counter.get()).values[1], { value: 3, labels: { a: "z", b: 1 } });
    for (const metric of [counter, new Gauge(config), new Histogram(config)]) {
      metric.hashMap = {};
      assertEquals([(await metric.get()).values, metric.hashMap], [[], {}] as never);
    }
  }
});

test("a child records to the method that a class or a program has put in place", () => {
  for (const { Counter, Gauge } of bothClients) {
    const calls: unknown[] = [];
    const Plain = Counter as unknown as new (given: object) => PlainCounter;
    class Loud extends Plain {
      override inc(...given: Parameters<ClientCounter["inc"]>): void {
        calls.push(given);
        super.inc(...given);
      }
    }
    const counter = new Loud({ ...config, labelNames: ["a"] });
    counter.labels("x").inc(2);
    counter.labels("x").inc();
    const gauge = new Gauge({ ...config, labelNames: ["a"] });
    gauge.set = (...given) => void calls.push(given);
    gauge.labels("x").set(3);
    assertEquals(calls, [[{ a: "x" }, 2], [{ a: "x" }, undefined], [{ a: "x" }, 3]]);
    assertEquals(counter.hashMap, { "a:x,": { value: 3, labels: { a: "x" } } });
  }
});

test("labels come back as they were given first, in copies that a program may change", async () => {
  for (const { Counter, Histogram } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a", "b"] });
    const set = { b: 200, a: "x" };
    counter.inc(set);
    counter.inc({ a: "x", b: "200" });
    set.b = 500;
    const histogram = new Histogram({ ...config, labelNames: ["a"] });
    histogram.zero({ a: 1 });
    for (const metric of [counter, histogram]) {
      const first = (await metric.get()).values;
      const before = JSON.stringify(first);
      Object.assign(first[0], { value: 99 });
      Object.assign(first[0].labels, { a: "changed", b: 1 });
      assertEquals(JSON.stringify((await metric.get()).values), before);
    }
    assertEquals(Object.keys(counter.hashMap), ["a:x,b:200,"]);
    assertEquals(Object.keys((await counter.get()).values[0].labels), ["b", "a"]);
  }
});

test("a label value of any kind is its text, and one that is undefined or empty is the series without it", async () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a", "constructor"] });
    const given = [7, "7", true, null, ["p", "q"], { toString: () => "made" }, "made", undefined];
    for (const a of given) counter.inc({ a });
    for (const a of given) counter.labels({ a }).inc();
    counter.inc({});
    counter.inc({ constructor: "" } as never);
    counter.inc({ constructor: "x" } as never);
    const series = (await counter.get()).values.map(({ value, labels }) => [
      value,
      Object.values(labels).map(String),
    ]);
    assertEquals(series, [
      [4, ["7"]],
      [2, ["true"]],
      [2, ["null"]],
      [2, ["p,q"]],
      [4, ["made"]],
      [4, ["undefined"]],
      [1, ["x"]],
    ]);
    const { labels } = counter.allSeries();
    assertEquals(labels.values.slice(0, 4), ["7", "", "true", ""]);
  }
});

test("a label that is undefined stays on the page as this text, if the series began so", async () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a", "b"] });
    counter.inc({ a: undefined, b: "x" });
    counter.inc({ b: "x" });
    assertEquals((await counter.get()).values, [{ value: 2, labels: { a: undefined, b: "x" } }]);
    assertEquals(counter.allSeries().labels.values, ["", "x"]);
    if (Object.keys(counter.hashMap).length > 0) {
      assertEquals(Object.keys(counter.hashMap), ["b:x,"]);
    }
  }
});

test("a child that was given no label makes the series anew without one that was undefined", async () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a"] });
    counter.inc({ a: undefined });
    const child = counter.labels({});
    counter.reset();
    child.inc();
    assertEquals((await counter.get()).values.map(({ labels }) => Object.keys(labels)), [[]]);
  }
});

test("a label may be inherited, and may be called __proto__", () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a", "__proto__"] });
    counter.inc(Object.create({ a: "x" }));
    counter.inc({ a: "x" });
    counter.labels("x", "y").inc();
    counter.labels({ ["__proto__"]: "y", a: "x" }).inc();
    const series = counter.values().map(({ value, labels }) => [value, Object.entries(labels)]);
    assertEquals(series, [[2, [["a", "x"]]], [2, [["a", "x"], ["__proto__", "y"]]]]);
  }
});

test("a metric that is in no registry can be written as JSON", () => {
  for (const { Counter, Gauge } of bothClients) {
    for (const metric of [new Counter(config), new Gauge(config)]) {
      const { name, registers } = JSON.parse(JSON.stringify(metric));
      assertEquals([name, registers], ["jobs", []]);
    }
  }
});
