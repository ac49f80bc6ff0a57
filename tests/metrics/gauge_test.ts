import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { type Gauge, InvalidValueError, MetricsRegistry, RegistrationError } from "../../mod.ts";
import { display } from "../../src/model/errors.ts";
import { GaugeFamily } from "../../src/metrics/gauge.ts";
import { withClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { assertRejectsWith, assertThrowsWith } from "../support/rejects.ts";
import { collected } from "../support/series.ts";

function gaugeOf(): Gauge {
  return new GaugeFamily({ name: "queue", help: "Queue." }).labels({});
}

test("a gauge starts at 0 and goes up and down", () => {
  const gauge = gaugeOf();
  const seen = [gauge.get()];
  const changes = [
    () => gauge.inc(),
    () => gauge.inc(2.5),
    () => gauge.dec(),
    () => gauge.dec(5),
    () => gauge.inc(-1),
    () => gauge.dec(-0.5),
    () => gauge.set(7),
    () => gauge.inc(undefined),
    () => gauge.dec(undefined),
  ];
  for (const change of changes) {
    change();
    seen.push(gauge.get());
  }
  assertEquals(seen, [0, 1, 3.5, 2.5, -2.5, -3.5, -3, 7, 8, 7]);
});

test("Gauge: any number is a value of a gauge", () => {
  const gauge = gaugeOf();
  for (const value of [NaN, Infinity, -Infinity, -0, 5e-324, -1.7976931348623157e308]) {
    gauge.set(value);
    // A gauge has one zero.
    assertStrictEquals(gauge.get(), value + 0);
  }
  gauge.set(Infinity);
  gauge.dec(Infinity);
  assertStrictEquals(gauge.get(), NaN);
  gauge.set(1);
  assertEquals(gauge.get(), 1);
});

for (const value of ["1", "", 1n, null, true, {}, [1], new Date(1), Symbol("1")]) {
  test(`a gauge refuses ${typeof value} ${display(value)}`, () => {
    const family = new GaugeFamily<{ a: string }>({ name: "queue", help: "", labels: ["a"] });
    const gauge = family.labels({ a: "1" });
    gauge.set(5);
    const calls = [
      () => gauge.set(value as unknown as number),
      () => gauge.inc(value as unknown as number),
      () => gauge.dec(value as unknown as number),
      () => family.set({ a: "1" }, value as unknown as number),
      () => family.inc({ a: "1" }, value as unknown as number),
      () => family.dec({ a: "1" }, value as unknown as number),
    ];
    for (const call of calls) {
      const error = assertThrowsWith(call, InvalidValueError, "queue: ", "is not a number");
      assertEquals([error.family, error.value], ["queue", value]);
      assertEquals(gauge.get(), 5);
    }
  });
}

test("Gauge.set() refuses a missing value", () => {
  const gauge = gaugeOf() as unknown as { set(): void };
  assertThrowsWith(() => gauge.set(), InvalidValueError, "queue: undefined is not a number");
});

test("Gauge: a family sets, raises and lowers by labels", () => {
  const family = new GaugeFamily<{ a: string }>({ name: "queue", help: "", labels: ["a"] });
  family.set({ a: "1" }, 5);
  family.inc({ a: "2" });
  family.inc({ a: "2" }, 2);
  family.dec({ a: "3" });
  family.dec({ a: "1" }, 2);
  assertEquals(collected(family), [[{ a: "1" }, 3], [{ a: "2" }, 3], [{ a: "3" }, -1]]);
});

test("Gauge.setToCurrentTime() sets seconds", () => {
  const gauge = gaugeOf();
  const before = Date.now() / 1000;
  gauge.setToCurrentTime();
  const after = Date.now() / 1000;
  assert(gauge.get() >= before && gauge.get() <= after);
});

test("Gauge.startTimer() sets the seconds since its start at each end", () =>
  withClock((clock) => {
    const gauge = gaugeOf();
    const end = gauge.startTimer();
    clock.advance(1.5);
    assertEquals([end(), gauge.get()], [1.5, 1.5]);
    clock.advance(0.25);
    assertEquals([end(), gauge.get()], [1.75, 1.75]);
  }));

test("Gauge.time() sets the seconds of a call that returns or throws", () =>
  withClock((clock) => {
    const gauge = gaugeOf();
    const result = {};
    const timed = gauge.time(() => {
      clock.advance(2);
      return result;
    });
    assertStrictEquals(timed, result);
    assertEquals(gauge.get(), 2);
    const failing = () =>
      gauge.time(() => {
        clock.advance(3);
        throw new RangeError("failed");
      });
    assertThrowsWith(failing, RangeError, "failed");
    assertEquals(gauge.get(), 3);
  }));

test("Gauge.time() sets the seconds until a promise settles, and returns the promise itself", () =>
  withClock(async (clock) => {
    const gauge = gaugeOf();
    const [one, other] = [deferred<string>(), deferred<string>()];
    assertStrictEquals(gauge.time(() => one.promise), one.promise);
    clock.advance(2);
    assertEquals(gauge.get(), 0);
    one.resolve("done");
    assertEquals(await one.promise, "done");
    assertEquals(gauge.get(), 2);

    const given = gauge.time(() => other.promise);
    clock.advance(5);
    other.reject(new RangeError("failed"));
    await assertRejectsWith(() => given, RangeError, "failed");
    assertEquals(gauge.get(), 5);
  }));

test("Gauge.trackInProgress() counts calls until they end or fail", async () => {
  const gauge = gaugeOf();
  assertEquals(gauge.trackInProgress(() => gauge.get()), 1);
  assertEquals(gauge.get(), 0);
  const failing = () =>
    gauge.trackInProgress(() => {
      throw new RangeError(`failed at ${gauge.get()}`);
    });
  assertThrowsWith(failing, RangeError, "failed at 1");
  assertEquals(gauge.get(), 0);

  const [one, other] = [deferred<string>(), deferred<string>()];
  assertStrictEquals(gauge.trackInProgress(() => one.promise), one.promise);
  const given = gauge.trackInProgress(() => other.promise);
  assertEquals(gauge.get(), 2);
  one.resolve("done");
  await one.promise;
  assertEquals(gauge.get(), 1);
  other.reject(new RangeError("failed"));
  await assertRejectsWith(() => given, RangeError, "failed");
  assertEquals(gauge.get(), 0);
});

test("gauge: a way to merge that there is not is refused", () => {
  const definition = { name: "queue_length", help: "Jobs that wait.", merge: "each" as "all" };
  assertThrowsWith(
    () => new MetricsRegistry().gauge(definition),
    RegistrationError,
    'queue_length: merge "each"',
  );
});
