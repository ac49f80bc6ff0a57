import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../../mod.ts";
import type { Outcome } from "../../../src/metrics/calls/follower.ts";
import { measureCall } from "../../../src/metrics/calls/measure_call.ts";
import { withClock } from "../../support/clock.ts";
import { assertRejectsWith, assertThrowsWith } from "../../support/rejects.ts";

const done: Outcome = { failed: false };

/** Measures a call, and notes the outcome. */
function measured<Result>(call: () => Result): { given: Result; outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const given = measureCall("jobs", call, { end: (outcome) => void outcomes.push(outcome) });
  return { given, outcomes };
}

/** A query as query builders make them: it runs at each `then`. */
class Query {
  #rows: string[] = [];
  #fails: unknown;
  readonly executed: string[];

  constructor(executed: string[] = [], fails?: unknown) {
    this.executed = executed;
    this.#fails = fails;
  }

  where(row: string): this {
    this.#rows.push(row);
    return this;
  }

  then<A, B>(
    fulfilled?: ((rows: readonly string[]) => A) | null,
    rejected?: ((error: unknown) => B) | null,
  ): Promise<Awaited<A | B>> {
    this.executed.push(this.#rows.join(" "));
    const rows = Promise.resolve().then(() => {
      if (this.#fails !== undefined) throw this.#fails;
      return this.#rows;
    });
    return rows.then(fulfilled, rejected) as Promise<Awaited<A | B>>;
  }

  catch<B>(rejected: (error: unknown) => B): Promise<readonly string[] | B> {
    return this.then(undefined, rejected) as Promise<readonly string[] | B>;
  }
}

test("lazy thenable: it is not started by us, and runs once for the caller", async () => {
  const { given, outcomes } = measured(() => new Query());
  await Promise.resolve();
  assertEquals([given.executed, outcomes], [[], []]);
  assertStrictEquals(given.where("a").where("b"), given);
  assertEquals(await given, ["a", "b"]);
  assertEquals([given.executed, outcomes], [["a b"], [done]]);
});

test("lazy thenable: every way to wait for it ends the call, once", async () => {
  const ways: ((query: Query) => PromiseLike<unknown>)[] = [
    async (query) => await query,
    (query) => query.then((rows) => rows),
    (query) => query.then(),
    (query) => query.then(null, () => {}),
    (query) => query.catch(() => {}),
    (query) => Promise.resolve(query),
    (query) => Promise.all([query]),
    (query) => Promise.race([query]),
    (query) => Promise.resolve().then<unknown>(() => query),
    (query) => new Promise((resolve) => resolve(query)),
  ];
  for (const way of ways) {
    const { given, outcomes } = measured(() => new Query());
    await way(given);
    assertEquals([given.executed.length, outcomes], [1, [done]], String(way));
    await given;
    assertEquals([given.executed.length, outcomes], [2, [done]]);
  }
});

test("lazy thenable: its failure reaches the caller as it does without us", async () => {
  const error = new RangeError("no table");
  const ways: ((query: Query) => PromiseLike<unknown>)[] = [
    async (query) => await query,
    (query) => query.then((rows) => rows),
    (query) => query.then(),
    (query) => Promise.all([query]),
  ];
  for (const way of ways) {
    const { given, outcomes } = measured(() => new Query([], error));
    assertStrictEquals(await assertRejectsWith(() => way(given), RangeError), error);
    assertEquals([given.executed.length, outcomes], [1, [{ failed: true, error }]]);
  }
  const { given, outcomes } = measured(() => new Query([], error));
  assertEquals(await given.catch((caught) => [caught]), [error]);
  assertEquals(outcomes, [{ failed: true, error }]);
});

test("lazy thenable: its time ends with the wait of its caller", () =>
  withClock(async (clock) => {
    const histogram = new MetricsRegistry().histogram({ name: "h", help: "Help." });
    const query = histogram.time(() => ({
      then(fulfilled: (value: number) => void) {
        clock.advance(2);
        fulfilled(42);
      },
    }));
    await Promise.resolve();
    assertEquals(histogram.get().count, 0);
    assertEquals(await query, 42);
    assertEquals([histogram.get().count, histogram.get().sum], [1, 2]);
  }));

test("lazy thenable: it is in progress only while somebody waits for it", async () => {
  const gauge = new MetricsRegistry().gauge({ name: "g", help: "Help." });
  const seen: number[] = [];
  const query = gauge.trackInProgress(() => {
    seen.push(gauge.get());
    return {
      then(fulfilled: (value: number) => void) {
        seen.push(gauge.get());
        fulfilled(gauge.get());
      },
    };
  });
  seen.push(gauge.get());
  assertEquals(await query, 1);
  assertEquals([...seen, gauge.get()], [1, 0, 1, 0]);
});

test("lazy thenable: what a call gives after its end is no longer in progress", () => {
  const gauge = new MetricsRegistry().gauge({ name: "g", help: "Help." });
  const query = gauge.trackInProgress(() => ({
    then() {},
    catch(handler: (error: unknown) => unknown) {
      handler("failed");
      return new Query();
    },
  }));
  query.catch(() => {});
  assertEquals(gauge.get(), 0);
});

test("lazy thenable: one whose getter gives no method has been in progress once", () => {
  const gauge = new MetricsRegistry().gauge({ name: "g", help: "Help." });
  const plain = gauge.trackInProgress(() => ({
    get then() {
      return gauge.get();
    },
  }));
  assertEquals([plain.then, gauge.get()], [0, 0]);
});

test("thenable: an eager one that calls back at once, several times, with several values and its own this", () => {
  const context = { own: true };
  const received: unknown[] = [];
  const { given, outcomes } = measured(() => ({
    // deno-lint-ignore no-explicit-any
    then(...parameters: any[]) {
      received.push(this === given, parameters.length);
      parameters[0].call(context, 1, 2);
      parameters[0].call(context, 3);
      parameters[1].call(context, "late");
      return "what then returns";
    },
    // deno-lint-ignore no-explicit-any
  } as any));
  const result = given.then(
    function (this: unknown, ...values: unknown[]) {
      received.push(this === context, ...values);
    },
    (error: unknown) => received.push(error),
    "progress",
  );
  assertEquals(result, "what then returns");
  assertEquals(received, [true, 3, true, 1, 2, true, 3, "late"]);
  assertEquals(outcomes, [done]);
});

test("thenable: a then that throws has failed", async () => {
  const { given, outcomes } = measured(() => ({
    then() {
      throw new RangeError("closed");
    },
  }));
  const thrown = assertThrowsWith(() => given.then(), RangeError, "closed");
  assertEquals(outcomes, [{ failed: true, error: thrown }]);
  await assertRejectsWith(() => Promise.resolve<unknown>(given), RangeError, "closed");
  assertEquals(outcomes.length, 1);
});

test("thenable: a getter is read as often as without us", async () => {
  for (const measuring of [false, true]) {
    let reads = 0;
    const make = () => ({
      get then() {
        reads++;
        return (fulfilled: (value: number) => void) => fulfilled(reads);
      },
    });
    const outcomes: Outcome[] = [];
    const given = measuring
      ? measureCall("jobs", make, { end: (outcome) => void outcomes.push(outcome) })
      : make();
    assertEquals(reads, 0);
    assertEquals(await given, 1);
    assertEquals(reads, 1);
    assertEquals(outcomes, measuring ? [done] : []);
  }
});

test("thenable: a getter that throws throws where the caller reads it, and one may give no method", async () => {
  const { given, outcomes } = measured(() => ({
    get then(): unknown {
      throw new RangeError("not open");
    },
  }));
  assertEquals(outcomes, []);
  const error = await assertRejectsWith(async () => await given, RangeError, "not open");
  assertEquals(outcomes, [{ failed: true, error }]);

  const plain = measured(() => ({
    get then() {
      return undefined;
    },
  }));
  assertStrictEquals(await plain.given, plain.given);
  assertEquals(plain.outcomes, [done]);
});

test("thenable: a class with private fields, getters and a setter works as before", async () => {
  let stored: unknown;
  class Guarded {
    #value = 7;
    get then() {
      return (fulfilled: (value: number) => void) => fulfilled(this.#value);
    }
    set then(value: unknown) {
      stored = [this.#value, value];
    }
  }
  const { given, outcomes } = measured(() => new Guarded());
  assertEquals(await (given as unknown as PromiseLike<number>), 7);
  assertEquals(outcomes, [done]);
  given.then = "set";
  assertEquals(stored, [7, "set"]);
  assert(given instanceof Guarded);
});

test("thenable: a getter's thenable that fails has failed when it does", async () => {
  const { given, outcomes } = measured(() => ({
    get then() {
      return (_: unknown, rejected: (error: string) => void) =>
        void setTimeout(rejected, 0, "late");
    },
  }));
  const caught = Promise.resolve<unknown>(given).catch((error) => error);
  await Promise.resolve();
  assertEquals(outcomes, []);
  assertEquals([await caught, outcomes], ["late", [{ failed: true, error: "late" }]]);
});

test("thenable: catch and finally may return anything", async () => {
  const { given, outcomes } = measured(() => ({
    then(_: unknown, rejected: (error: string) => void) {
      setTimeout(rejected, 0, "late");
    },
    catch(rejected: (error: string) => void) {
      this.then(undefined, rejected);
    },
    finally() {},
  }));
  assertEquals(await new Promise<string>((resolve) => given.catch(resolve)), "late");
  assertEquals(outcomes, [{ failed: true, error: "late" }]);
  const final = measured(() => ({ then() {}, finally() {} }));
  assertEquals([final.given.finally(), final.outcomes], [undefined, [done]]);
});

test("thenable: its methods can be replaced and removed as before", async () => {
  const { given } = measured(() => ({ then() {} }));
  // deno-lint-ignore no-explicit-any
  const open = given as any;
  open.then = (fulfilled: (value: number) => void) => fulfilled(8);
  assertEquals(await open, 8);
  assert(delete open.then);
  assertStrictEquals(await open, open);
});

test("thenable: nothing of ours shows among its properties", () => {
  assertEquals(Object.keys(measured(() => Object.create({ then() {} })).given), []);
  const { given } = measured(() => new Query());
  assertEquals(Object.keys(given), ["executed"]);
  const { given: own } = measured(() => ({ then() {}, other: 1 }));
  assertEquals(Object.keys(own), ["then", "other"]);
  assertStrictEquals(Object.getPrototypeOf(given), Query.prototype);
});

test("thenable: a function may be one, and so may an object without prototype", async () => {
  const callable = Object.assign(() => 1, {
    then: (fulfilled: (value: string) => void) => fulfilled("called"),
  });
  const bare = Object.assign(Object.create(null), {
    then: (fulfilled: (value: string) => void) => fulfilled("bare"),
  });
  for (const [thenable, value] of [[callable, "called"], [bare, "bare"]] as const) {
    const { given, outcomes } = measured(() => thenable);
    assertStrictEquals(given, thenable);
    assertEquals(outcomes, []);
    assertEquals(await given, value);
    assertEquals(outcomes, [done]);
  }
});

test("thenable: a frozen one stays as it is, and ends when it is returned", async () => {
  let executed = 0;
  const frozen = Object.freeze({
    then(fulfilled: (value: number) => void) {
      fulfilled(++executed);
    },
  });
  const { given, outcomes } = measured(() => frozen);
  assertStrictEquals(given, frozen);
  assertEquals([executed, outcomes], [0, [done]]);
  assertEquals(await given, 1);
  assertEquals(outcomes, [done]);
});

test("thenable: catch and finally that do not call then end the call as well", async () => {
  const error = new RangeError("no table");
  // As Prisma makes them: each method starts the work by itself.
  const make = (fails: boolean) => {
    const run = () => fails ? Promise.reject(error) : Promise.resolve("rows");
    const started: string[] = [];
    return {
      started,
      then: (...handlers: []) => (started.push("then"), run().then(...handlers)),
      catch: (handler: (error: unknown) => unknown) => {
        started.push("catch");
        return run().catch(handler);
      },
      finally: (handler: () => void) => (started.push("finally"), run().finally(handler)),
    };
  };
  for (const fails of [false, true]) {
    const expected: Outcome = fails ? { failed: true, error } : done;
    const caught = measured(() => make(fails));
    assertEquals(await caught.given.catch(() => "caught"), fails ? "caught" : "rows");
    assertEquals([caught.given.started, caught.outcomes], [["catch"], [expected]]);

    const final = measured(() => make(fails));
    let ended = 0;
    const result = await final.given.finally(() => void ended++).catch((error) => error);
    assertEquals([result, ended], [fails ? error : "rows", 1]);
    assertEquals([final.given.started, final.outcomes], [["finally"], [expected]]);
  }
});

test("thenable: a catch with a filter, as in Bluebird, gets its filter untouched", () => {
  let filter: unknown;
  const { given, outcomes } = measured(() => ({
    then() {},
    catch(type: unknown, handler: (error: unknown) => unknown) {
      filter = type;
      return handler("failed");
    },
  }));
  assertEquals(given.catch(RangeError, (error) => `caught ${error}`), "caught failed");
  assertStrictEquals(filter, RangeError);
  assertEquals(outcomes, [{ failed: true, error: "failed" }]);
});

test("thenable: a subclass of Promise that starts at then is started by its caller only", async () => {
  let started = 0;
  class Lazy extends Promise<number> {
    constructor() {
      super((resolve) => resolve(0));
    }
    static override get [Symbol.species]() {
      return Promise;
    }
    override then<A, B>(
      fulfilled?: ((value: number) => A | PromiseLike<A>) | null,
      rejected?: ((error: unknown) => B | PromiseLike<B>) | null,
    ): Promise<A | B> {
      started++;
      return Promise.resolve(5).then(fulfilled, rejected);
    }
  }
  const { given, outcomes } = measured(() => new Lazy());
  await Promise.resolve();
  assertEquals([started, outcomes], [0, []]);
  assertEquals(await given, 5);
  assertEquals([started, outcomes], [1, [done]]);
});

test("thenable: two measured calls may share one, and each ends once", async () => {
  const counter = new MetricsRegistry().counter({ name: "c", help: "Help." });
  const histogram = new MetricsRegistry().histogram({ name: "h", help: "Help." });
  const query = histogram.time(() => counter.countExceptions(() => new Query([], new Error("x"))));
  await assertRejectsWith(async () => await query, Error, "x");
  assertEquals([query.executed.length, counter.get(), histogram.get().count], [1, 1, 1]);
});
