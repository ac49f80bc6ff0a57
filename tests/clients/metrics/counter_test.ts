import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { bothClients, FakeRegister } from "../../support/client_metrics.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const config = { name: "jobs", help: "Jobs.", registers: [] };

test("a counter without labels begins at 0, and after reset() again", async () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, aggregator: "max" });
    const read = { help: "Jobs.", name: "jobs", type: "counter" };
    const zero = { ...read, values: [{ value: 0, labels: {} }], aggregator: "max" };
    assertEquals(JSON.stringify(await counter.get()), JSON.stringify(zero));
    counter.inc();
    counter.inc(2.5);
    counter.inc(null);
    counter.inc({}, 4);
    assertEquals((await counter.get()).values, [{ value: 8.5, labels: {} }]);
    counter.reset();
    assertEquals((await counter.get()).values, [{ value: 0, labels: {} }]);
    const labelled = new Counter({ ...config, labelNames: ["a"] });
    assertEquals((await labelled.get()).values, []);
    labelled.inc({ a: "x" });
    labelled.reset();
    assertEquals((await labelled.get()).values, []);
  }
});

test("a counter makes no series for a decrement, and one that it has stays as it is", async () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a"] });
    for (const a of ["1", "2", "3"]) counter.inc({ a });
    counter.reset();
    counter.inc({ a: "1" });
    for (const a of ["1", "2", "4"]) {
      assertThrows(() => counter.inc({ a }, -1), Error, "It is not possible to decrease");
    }
    assertEquals((await counter.get()).values, [{ value: 1, labels: { a: "1" } }]);
  }
});

test("a series that comes again after reset() has no exemplar", async () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a"], enableExemplars: true });
    counter.inc({ labels: { a: "1" }, exemplarLabels: { id: "x" } });
    counter.reset();
    counter.inc({ labels: { a: "1" } });
    assertEquals((await counter.get()).values, [{ value: 1, labels: { a: "1" } }]);
  }
});

test("a counter refuses what is no increment, and its children do", async () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a"] });
    const child = counter.labels("x");
    for (const value of ["5", true, {}, Infinity, -Infinity] as number[]) {
      for (const call of [() => counter.inc({ a: "x" }, value), () => child.inc(value)]) {
        assertThrows(call, TypeError, "Value is not a valid number: ");
      }
    }
    for (const call of [() => counter.inc(-1), () => child.inc(-0.1)]) {
      assertThrows(call, Error, "It is not possible to decrease a counter");
    }
    assertEquals((await counter.get()).values, []);
    child.inc(NaN);
    counter.inc({ a: "x" }, NaN);
    child.inc(2);
    assertEquals((await counter.get()).values, [{ value: 2, labels: { a: "x" } }]);
  }
});

test("of a wrong label and a wrong value a counter tells what its client checks first", () => {
  for (const { Counter, profile } of bothClients) {
    const counter = new Counter({ ...config, labelNames: ["a"] });
    const first = profile.checksLabelsFirst ? 'Added label "b"' : "It is not possible";
    assertThrows(() => counter.inc({ b: "x" }, -1), Error, first);
    assertThrows(() => counter.labels({ b: "x" }).inc(-1), Error, first);
    assertThrows(() => counter.inc({ b: "x" }), Error, 'Added label "b"');
  }
});

test("a counter with exemplars keeps the latest, with the increment or the total", async () => {
  for (const { Counter, profile } of bothClients) {
    const register = new FakeRegister();
    register.contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const counter = new Counter({
      ...config,
      labelNames: ["a"],
      registers: [register],
      enableExemplars: true,
    });
    const exemplarLabels = { traceId: "abc" };
    const inc = (given: object) => counter.inc(given as never);
    await withWallClock(() => {
      inc({ labels: { a: "x" }, value: 2 });
      inc({ labels: { a: "x" }, value: 3, exemplarLabels });
    }, 1_700_000_000.5);
    exemplarLabels.traceId = "changed";
    const expected = () => [{
      value: 5,
      labels: { a: "x" },
      exemplar: {
        labelSet: { traceId: "abc" },
        value: profile.showsTotalInExemplars ? 5 : 3,
        timestamp: 1_700_000_000.5,
      },
    }];
    const { values } = await counter.get();
    assertEquals(values, expected());
    values[0].exemplar!.value = 9;
    (values[0].exemplar!.labelSet as { traceId: string }).traceId = "changed";
    assertEquals((await counter.get()).values, expected());

    const long = { labels: { a: "x" }, exemplarLabels: { a: "x".repeat(128) } };
    assertThrows(
      () => inc(long),
      RangeError,
      "Label set size must be smaller than 128 UTF-8 chars",
    );
    const [series] = (await counter.get()).values;
    assertEquals([series.value, series.exemplar], [6, expected()[0].exemplar]);
    inc({ exemplarLabels: { a: "x".repeat(127) } });
    counter.labels("x").inc(4);
    counter.inc(5);
    assertEquals((await counter.get()).values.map(({ value }) => value), [10, 2]);
  }
});
