import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { type Counter, InvalidValueError } from "../../mod.ts";
import { display } from "../../src/model/errors.ts";
import { CounterFamily } from "../../src/metrics/counter.ts";
import { deferred } from "../support/deferred.ts";
import { assertRejectsWith, assertThrowsWith } from "../support/rejects.ts";
import { collected } from "../support/series.ts";

function counterOf(): Counter {
  return new CounterFamily({ name: "jobs", help: "Jobs." }).labels({});
}

test("a counter starts at 0 and grows by 1", () => {
  const counter = counterOf();
  assertEquals(counter.get(), 0);
  counter.inc();
  counter.inc();
  assertEquals(counter.get(), 2);
});

test("a counter grows by any number from 0 up", () => {
  const counter = counterOf();
  const increments = [0, -0, 0.25, 5e-324, 1, 41.75, 2 ** 53, 1e300];
  for (const by of increments) counter.inc(by);
  assertEquals(counter.get(), increments.reduce((sum, by) => sum + by));
});

test("Counter: an increment that is left undefined is 1", () => {
  const counter = counterOf();
  counter.inc(undefined);
  assertEquals(counter.get(), 1);
});

const refused: readonly unknown[] = [
  -1,
  -5e-324,
  -Infinity,
  Infinity,
  NaN,
  "1",
  "",
  1n,
  null,
  true,
  {},
  [1],
  new Date(1),
  { valueOf: () => 1 },
  Symbol("1"),
];

for (const by of refused) {
  test(`Counter: an increment of ${typeof by} ${display(by)} is refused`, () => {
    const family = new CounterFamily<{ a: string }>({ name: "jobs", help: "Jobs.", labels: ["a"] });
    const counter = family.labels({ a: "1" });
    counter.inc(5);
    const calls = [
      () => counter.inc(by as number),
      () => family.inc({ a: "1" }, by as number),
    ];
    for (const call of calls) {
      const error = assertThrowsWith(
        call,
        InvalidValueError,
        "jobs: ",
        "is not a finite number from 0 up",
        "use a gauge for what goes down",
      );
      assertEquals([error.family, error.value], ["jobs", by]);
      assertEquals(counter.get(), 5);
    }
    counter.inc();
    assertEquals(collected(family), [[{ a: "1" }, 6]]);
  });
}

test("Counter: a family counts by labels", () => {
  const family = new CounterFamily<{ a: string }>({ name: "jobs", help: "Jobs.", labels: ["a"] });
  family.inc({ a: "1" });
  family.inc({ a: "2" }, 0.5);
  family.labels({ a: "1" }).inc(2);
  family.labels({ a: "3" });
  assertEquals(collected(family), [[{ a: "1" }, 3], [{ a: "2" }, 0.5], [{ a: "3" }, 0]]);
});

class DiskError extends Error {}
class FullDiskError extends DiskError {}

const fail = (error: unknown) => () => {
  throw error;
};

test("Counter.countExceptions() counts, and what was thrown reaches the caller", () => {
  const counter = counterOf();
  for (const error of [new DiskError("full"), "text", undefined, null]) {
    let thrown: unknown = "nothing was thrown";
    try {
      counter.countExceptions(fail(error));
    } catch (caught) {
      thrown = caught;
    }
    assertStrictEquals(thrown, error);
  }
  assertEquals(counter.get(), 4);
  assertEquals(counter.countExceptions(() => 42), 42);
  assertEquals(counter.get(), 4);
});

test("Counter.countExceptions() counts a class and its subclasses, and no others", () => {
  const counter = counterOf();
  const count = (error: unknown) => () => counter.countExceptions(fail(error), DiskError);
  assertThrowsWith(count(new DiskError("one")), DiskError, "one");
  assertThrowsWith(count(new FullDiskError("two")), FullDiskError, "two");
  assertThrowsWith(count(new Error("other")), Error, "other");
  assertEquals(counter.get(), 2);
});

test("Counter.countExceptions() counts a promise that rejects, and returns the promise itself", async () => {
  const counter = counterOf();
  const { promise, reject } = deferred<number>();
  const given = counter.countExceptions(() => promise, DiskError);
  assertStrictEquals(given, promise);
  assertEquals(counter.get(), 0);
  reject(new DiskError("full"));
  await assertRejectsWith(() => given, DiskError, "full");
  assertEquals(counter.get(), 1);

  assertEquals(await counter.countExceptions(() => Promise.resolve(42)), 42);
  const other = () => counter.countExceptions(() => Promise.reject(new Error("other")), DiskError);
  await assertRejectsWith(other, Error, "other");
  assertEquals(counter.get(), 1);
});

test("Counter: many tasks that count at once lose nothing", async () => {
  const family = new CounterFamily<{ task: number }>({ name: "a", help: "", labels: ["task"] });
  const total = counterOf();
  const tasks = Array.from({ length: 10 }, async (_, task) => {
    for (let update = 0; update < 100; update++) {
      await Promise.resolve();
      total.inc();
      family.inc({ task: update % 3 });
      if (update % 10 === task) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  });
  await Promise.all(tasks);
  assertEquals(total.get(), 1000);
  assertEquals(collected(family), [[{ task: "0" }, 340], [{ task: "1" }, 330], [
    { task: "2" },
    330,
  ]]);
});
