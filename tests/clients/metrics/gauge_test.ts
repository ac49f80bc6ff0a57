import { assertEquals, assertThrows } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import { withClock } from "./set_clock.ts";
import { bothClients } from "../../support/client_metrics.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const config = { name: "size", help: "Size.", registers: [] };

test("a gauge is set, and added to, with labels and without", async () => {
  for (const { Gauge } of bothClients) {
    const gauge = new Gauge({ ...config, labelNames: ["a", "b"] });
    gauge.set(5);
    gauge.inc();
    gauge.dec(0.5);
    gauge.set({ b: 1, a: "x" }, Infinity);
    gauge.set({ a: "x", b: "1" }, -7);
    gauge.inc({ a: "y" }, 2);
    gauge.dec({ a: "y" });
    gauge.labels("x", 1).inc(10);
    gauge.labels({ a: "z" }).dec(3);
    assertEquals((await gauge.get()).values, [
      { value: 5.5, labels: {} },
      { value: 3, labels: { b: 1, a: "x" } },
      { value: 1, labels: { a: "y" } },
      { value: -3, labels: { a: "z" } },
    ]);
    gauge.set(NaN);
    assertEquals((await gauge.get()).values[0].value, NaN);
  }
});

test("a gauge refuses what is no number; what is taken off is negated first", async () => {
  for (const { Gauge, profile } of bothClients) {
    const gauge = new Gauge({ ...config, labelNames: ["a"] });
    const child = gauge.labels("x");
    const refused: [string, () => void][] = [
      ["Value is not a valid number: 5", () => gauge.set("5" as never)],
      ["Value is not a valid number: undefined", () => gauge.set({ a: "x" })],
      ["Value is not a valid number: null", () => child.set(null as never)],
      ["Delta is not a valid number: 5", () => gauge.inc({ a: "x" }, "5" as never)],
      ["Delta is not a valid number: true", () => child.inc(true as never)],
      ["Value is not a valid number: null", () => gauge.labels(null).set(5)],
    ];
    for (const [message, call] of refused) assertThrows(call, TypeError, message);
    assertEquals((await gauge.get()).values, []);
    child.dec("5" as never);
    gauge.dec({ a: "x" }, true as never);
    gauge.dec({ a: "x" }, null);
    const tens = profile.countsNullAsOne ? 1 : 0;
    assertEquals((await gauge.get()).values, [{ value: -6 - tens, labels: { a: "x" } }]);
    const incNull = () => gauge.inc({ a: "x" }, null);
    if (profile.countsNullAsOne) incNull();
    else assertThrows(incNull, TypeError, "Delta is not a valid number: null");
  }
});

test("of a wrong label and a wrong value a gauge tells the value", () => {
  for (const { Gauge } of bothClients) {
    const gauge = new Gauge({ ...config, labelNames: ["a"] });
    assertThrows(() => gauge.set({ b: "x" }, "1" as never), TypeError, "Value is not");
    assertThrows(() => gauge.set({ b: "x" }, 1), Error, 'Added label "b"');
    assertThrows(() => gauge.labels({ b: "x" }), Error, 'Added label "b"');
  }
});

test("a gauge takes the time of now, and that of timers, whose ends add labels", async () => {
  for (const { Gauge, profile } of bothClients) {
    const gauge = new Gauge({ ...config, labelNames: ["a", "b"] });
    await withWallClock(() => {
      gauge.setToCurrentTime();
      gauge.setToCurrentTime({ a: "x" });
      gauge.labels("y", "z").setToCurrentTime();
    }, 1_700_000_000.25);
    await withClock((at) => {
      at(1000);
      const end = gauge.startTimer({ a: "t", b: "start" });
      const { startTimer } = gauge.labels("child", "1");
      const endChild = startTimer();
      at(3500);
      assertEquals([end({ b: "end" }), endChild()], [2.5, 2.5]);
      at(4000);
      assertEquals(end(), 3);
    }, profile.gaugeClock);
    assertEquals((await gauge.get()).values, [
      { value: 1_700_000_000.25, labels: {} },
      { value: 1_700_000_000.25, labels: { a: "x" } },
      { value: 1_700_000_000.25, labels: { a: "y", b: "z" } },
      { value: 2.5, labels: { a: "t", b: "end" } },
      { value: 2.5, labels: { a: "child", b: "1" } },
      { value: 3, labels: { a: "t", b: "start" } },
    ]);
  }
});

test("without process.hrtime() timers read performance.now()", async () => {
  const { hrtime } = process;
  for (const { Gauge, Histogram } of bothClients) {
    await withClock((at) => {
      process.hrtime = undefined as never;
      try {
        const ends = [new Gauge(config), new Histogram(config)].map((one) => one.startTimer());
        at(1500);
        assertEquals(ends.map((end) => end()), [1.5, 1.5]);
      } finally {
        process.hrtime = hrtime;
      }
    }, "performance.now");
  }
});
