import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { bothClients } from "../../support/client_metrics.ts";
import { withWallClock } from "../../support/wall_clock.ts";

// deno-lint-ignore no-explicit-any -- programs that look into metrics know no types of what is there
type Entries = Record<string, any>;

const config = { name: "jobs", help: "Jobs.", registers: [], labelNames: ["b", "a"] };

test("a program that deletes an entry of hashMap removes the series", async () => {
  for (const { Gauge } of bothClients) {
    const gauge = new Gauge(config);
    for (const a of ["x", "y"]) gauge.set({ a, b: 1 }, 2);
    const child = gauge.labels(1, "x");
    const entries = gauge.hashMap;
    delete entries["a:x,b:1,"];
    delete entries["a:z,b:1,"];
    assertEquals(Object.keys(entries), ["a:y,b:1,"]);
    assertEquals((await gauge.get()).values, [{ value: 2, labels: { a: "y", b: 1 } }]);
    child.set(3);
    assertEquals(Object.keys(gauge.hashMap), ["a:y,b:1,", "a:x,b:1,"]);
    assertEquals(gauge.sortedLabelNames, ["a", "b"]);
  }
});

test("a program that puts an entry into hashMap makes the series, or changes it", async () => {
  for (const { Counter, Histogram } of bothClients) {
    const counter = new Counter(config);
    const entries = counter.hashMap;
    entries["a:x,"] = Object.freeze({ labels: Object.freeze({ a: "x" }), value: 7 });
    counter.inc({ a: "x" });
    assertEquals((await counter.get()).values, [{ value: 8, labels: { a: "x" } }]);
    (entries["a:x,"] as Entries).value = 0;
    entries["a:y,"] = { labels: { a: "y" } };
    assertEquals((await counter.get()).values.map(({ value }) => value), [0, 0]);
    Object.assign(entries, { "a:y,": null });
    assertEquals([Object.keys(entries), (await counter.get()).values.length], [["a:x,"], 1]);
    assertThrows(
      () => entries["a:x,"] = { labels: { other: 1 }, value: 1 },
      Error,
      'Added label "other"',
    );

    const histogram = new Histogram({ ...config, buckets: [1, 2] });
    const bucketValues = { ...histogram.bucketValues, 2: 3 };
    histogram.hashMap["a:x,"] = { labels: { a: "x" }, bucketValues, sum: 9, count: 5 };
    histogram.observe({ a: "x" }, 0.5);
    const numbers = async () => (await histogram.get()).values.map(({ value }) => value);
    assertEquals(await numbers(), [1, 4, 6, 9.5, 6]);
    const { bucketValues: kept } = histogram.hashMap["a:x,"] as Entries;
    kept[1] = 2;
    assertEquals(await numbers(), [2, 5, 6, 9.5, 6]);
  }
});

test("a program that changes a label in an entry moves the number to the other series", async () => {
  for (const { Gauge } of bothClients) {
    const gauge = new Gauge(config);
    gauge.set({ a: "x", b: 1 }, 2);
    const entry = Object.values(gauge.hashMap)[0] as Entries;
    entry.labels.a = "y";
    entry.value = 5;
    assertEquals((await gauge.get()).values, [{ value: 5, labels: { a: "y", b: 1 } }]);
    delete entry.labels.b;
    assertEquals((await gauge.get()).values, [{ value: 5, labels: { a: "y" } }]);
    delete entry.value;
    assertEquals(gauge.hashMap, { "a:y,": { value: 0, labels: { a: "y" } } });
  }
});

test("a program that assigns hashMap gives series the numbers of its entries", async () => {
  for (const { Counter } of bothClients) {
    const counter = new Counter({ ...config, labelNames: [] });
    const saved = JSON.parse(JSON.stringify(counter.hashMap));
    saved[""].value = 6;
    counter.hashMap = saved;
    counter.inc();
    assertEquals((await counter.get()).values, [{ value: 7, labels: {} }]);
  }
});

test("a series whose count falls by a change in hashMap begins anew", async () => {
  const { Counter } = bothClients[0]!;
  for (const [value, created] of [[1, 200], [3, 100]]) {
    const counter = new Counter(config);
    await withWallClock(() => counter.inc({ a: "x" }, 2), 100);
    await withWallClock(() => {
      (counter.hashMap["a:x,"] as Entries).value = value;
    }, 200);
    assertEquals(counter.allSeries().created, [created]);
  }
});

test("an entry whose series is gone from the metric no longer changes it", async () => {
  for (const { Gauge } of bothClients) {
    const gauge = new Gauge(config);
    const entryOf = (a: string) => {
      gauge.set({ a }, 1);
      const entries = gauge.hashMap;
      return { entries, key: `a:${a},`, entry: entries[`a:${a},`] as Entries };
    };
    const deleted = entryOf("deleted");
    delete deleted.entries[deleted.key];
    const replaced = entryOf("replaced");
    replaced.entries[replaced.key] = { labels: { a: "replaced" }, value: 3 };
    const removed = entryOf("removed");
    gauge.remove({ a: "removed" });
    for (const { entry } of [deleted, replaced, removed]) entry.value = 2;
    assertEquals((await gauge.get()).values, [{ value: 3, labels: { a: "replaced" } }]);
    gauge.reset();
    replaced.entries[replaced.key] = { labels: { a: "back" }, value: 4 };
    assertEquals((await gauge.get()).values, [{ value: 4, labels: { a: "back" } }]);
  }
});

test("hashMap takes what is no key of a series, as any object", () => {
  for (const { Gauge } of bothClients) {
    const entries = new Gauge(config).hashMap as Record<string | symbol, unknown>;
    const mark = Symbol("mark");
    entries[mark] = 1;
    assertEquals(entries[mark], 1);
    delete entries[mark];
    assertEquals([mark in entries, Object.keys(entries)], [false, []]);
  }
});
