import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { type Collector, type Gatherer, type Gathering, MetricsRegistry } from "../../src/core.ts";
import { RegistrationError } from "../../src/core.ts";
import { ProcessAggregator, type ProcessChannel, serveProcess } from "../../src/workers.ts";
import { within } from "../support/deferred.ts";

type Done = (error: Error | null) => void;

/** One end of a channel. */
class End extends EventEmitter {
  other: End = this;
  /** Whether its messages get lost. */
  isSilent = false;
  /** As a channel whose other process was just killed. */
  isClosed = false;
  /** Whether nobody is told that a message has left. */
  isDeaf = false;
  /** Messages wait here if there is a list. */
  held: unknown[] | undefined;

  /** Messages are copied, as between processes. They arrive before any timer is due. */
  send(message: unknown, done?: Done): void {
    const closed = new Error("Channel closed");
    if (this.isClosed && done === undefined) this.emit("error", closed);
    if (this.isClosed) return queueMicrotask(() => done?.(closed));
    const copy = JSON.parse(JSON.stringify(message));
    if (this.held !== undefined) return void this.held.push(copy);
    queueMicrotask(() => {
      if (!this.isSilent) this.other.emit("message", copy);
      if (!this.isDeaf) done?.(null);
    });
  }

  /** Lets the held messages arrive. */
  release(): void {
    for (const message of this.held?.splice(0) ?? []) this.other.emit("message", message);
    this.held = undefined;
  }
}

function channel() {
  const [primary, worker] = [new End(), new End()];
  primary.other = worker;
  worker.other = primary;
  return { primary, worker };
}

/** Another turn of the event loop: all messages have arrived, and all promises are settled. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function start(aggregator: ProcessAggregator, name: string, help = "Jobs.") {
  const { primary, worker } = channel();
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "jobs", help });
  const gauge = registry.gauge({ name: "level", help: "Level." });
  gauge.set(1);
  aggregator.add(primary, name);
  const end = () => {
    primary.emit("exit");
    primary.emit("disconnect");
  };
  return { primary, worker, counter, registry, end, served: serveProcess(registry, worker) };
}

function messagesOf({ errors }: Gathering): readonly string[] {
  return errors.map(({ message }) => message);
}

function valuesOf({ families }: Gathering): Record<string, number> {
  return Object.fromEntries(families.map((family) => {
    assert(family.type === "counter" || family.type === "gauge");
    return [family.name, family.values[0]];
  }));
}

test("ProcessAggregator: a gathering has the counts of all workers, and the primary's own", async () => {
  const own = new MetricsRegistry();
  own.counter({ name: "jobs", help: "Jobs." }).inc(100);
  const aggregator = new ProcessAggregator({ own });
  const workers = ["a", "b"].map((name) => start(aggregator, name));
  workers.forEach(({ counter }, at) => counter.inc(at + 1));
  const gathering = await aggregator.gather();
  assertEquals(gathering.errors, []);
  assertEquals(valuesOf(gathering), { jobs: 103, level: 2 });
});

test("serveProcess(): a scraped worker gathers the counts of all", async () => {
  const aggregator = new ProcessAggregator();
  const workers = ["a", "b"].map((name) => start(aggregator, name));
  workers.forEach(({ counter }) => counter.inc());
  assertEquals(valuesOf(await workers[1].served.gather()), { jobs: 2, level: 2 });
});

test("ProcessAggregator: a silent worker has its last known values, and an error", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 200 });
  const [loud, silent] = ["a", "b"].map((name) => start(aggregator, name));
  loud.counter.inc();
  silent.counter.inc(10);
  await aggregator.gather();
  silent.worker.isSilent = true;
  loud.counter.inc();
  const gathering = await aggregator.gather();
  assertEquals(valuesOf(gathering), { jobs: 12, level: 2 });
  assertEquals(gathering.errors.length, 1);
  assertStringIncludes(gathering.errors[0].message, "worker b: no answer within 200 ms");
});

test("ProcessAggregator: the counts of ended workers stay, those of flush() included", async () => {
  const aggregator = new ProcessAggregator();
  start(aggregator, "a");
  for (let round = 1; round <= 3; round++) {
    const { counter, primary, served } = start(aggregator, `b${round}`);
    counter.inc(10);
    await aggregator.gather();
    counter.inc();
    await served.flush();
    primary.emit("exit");
    if (round > 1) primary.emit("disconnect");
    const gathering = await aggregator.gather();
    assertEquals(gathering.errors, []);
    assertEquals(valuesOf(gathering), { jobs: 11 * round, level: 1 });
  }
});

test("serveProcess(): a worker whose primary does not answer gathers its own counts, with an error", async () => {
  const { worker } = channel();
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." }).inc();
  const gathering = await serveProcess(registry, worker)
    .gather({ signal: AbortSignal.timeout(20) });
  assertEquals(valuesOf(gathering), { jobs: 1 });
  assertEquals(messagesOf(gathering), [
    "the primary process did not answer; this is one worker's",
  ]);
});

test("ProcessAggregator: a request to a process that was just killed does not throw", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 200 });
  const [alive, killed] = ["a", "b"].map((name) => start(aggregator, name));
  alive.counter.inc();
  killed.counter.inc(10);
  await aggregator.gather();
  const failures: unknown[] = [];
  killed.primary.on("error", (error) => failures.push(error));
  killed.primary.isClosed = true;
  const { jobs } = valuesOf(await aggregator.gather());
  killed.worker.on("error", (error) => failures.push(error));
  killed.worker.isClosed = true;
  await killed.served.gather();
  assertEquals([jobs, failures], [11, []]);
});

test("ProcessAggregator: a worker that is added twice counts once", async () => {
  const aggregator = new ProcessAggregator();
  const { primary, counter } = start(aggregator, "a");
  aggregator.add(primary);
  counter.inc(3);
  assertEquals(valuesOf(await aggregator.gather()), { jobs: 3, level: 1 });
});

test("ProcessAggregator: a last message that comes after the worker's exit counts", async () => {
  const aggregator = new ProcessAggregator();
  const { primary, worker, counter, served } = start(aggregator, "a");
  counter.inc(3);
  await aggregator.gather();
  counter.inc(4);
  worker.held = [];
  void served.flush();
  await turn();
  primary.emit("exit");
  // As long as the channel is open: gauges end with the process, and nobody is asked in vain.
  const between = await within(5, aggregator.gather());
  assertEquals([valuesOf(between), messagesOf(between)], [{ jobs: 3 }, []]);
  worker.release();
  assertEquals(valuesOf(await aggregator.gather()), { jobs: 7 });
  primary.emit("disconnect");
  assertEquals(valuesOf(await aggregator.gather()), { jobs: 7 });
  primary.emit("exit");
  assertEquals(valuesOf(await aggregator.gather()), { jobs: 7 });
});

test("ProcessAggregator: after the end of a worker and its channel, in any order, nothing comes", async () => {
  for (const order of [["exit", "disconnect"], ["disconnect", "exit"]]) {
    const aggregator = new ProcessAggregator({ deadlineMilliseconds: 1e9 });
    const { primary, worker, counter } = start(aggregator, "a");
    counter.inc(3);
    await aggregator.gather();
    worker.isSilent = true;
    const asked = aggregator.gather();
    await turn();
    for (const event of order) primary.emit(event);
    // Its end is no error, also for those who asked it just before.
    const gathering = await within(5, asked);
    assertEquals([valuesOf(gathering), messagesOf(gathering)], [{ jobs: 3 }, []]);
    primary.emit("message", { edgeprom: "flush", number: 0, families: [] });
    assertEquals(valuesOf(await aggregator.gather()), { jobs: 3 });
  }
});

test("ProcessAggregator: workers whose channels report no end add up too", async () => {
  const aggregator = new ProcessAggregator();
  for (let round = 1; round <= 50; round++) {
    const { primary, counter } = start(aggregator, `w${round}`);
    counter.inc();
    await aggregator.gather();
    primary.emit("exit");
    assertEquals(valuesOf(await aggregator.gather()), { jobs: round });
  }
});

test("ProcessAggregator: a worker whose channel is closed is not waited for", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 1e9 });
  const { primary, worker, counter } = start(aggregator, "a");
  counter.inc(3);
  await aggregator.gather();
  worker.isSilent = true;
  const asked = aggregator.gather();
  await turn();
  primary.emit("disconnect");
  for (const gathering of [await within(5, asked), await within(5, aggregator.gather())]) {
    assertEquals(valuesOf(gathering), { jobs: 3, level: 1 });
    assertEquals(messagesOf(gathering), [
      "worker a: its channel is closed; its last known values are on the page",
    ]);
  }
});

test("ProcessAggregator: a gathering ends with its signal, with the last known values", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 1e9 });
  const { worker, counter } = start(aggregator, "a");
  counter.inc(3);
  await aggregator.gather();
  worker.isSilent = true;
  const controller = new AbortController();
  const gathering = aggregator.gather({ signal: controller.signal });
  await turn();
  controller.abort();
  assertEquals(valuesOf(await within(5, gathering)), { jobs: 3, level: 1 });
  assertEquals((await gathering).errors.length, 1);
});

test("ProcessAggregator: the primary's own collectors get the signal, and may fail", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const own: Gatherer = {
    gather: ({ signal } = {}) => {
      signals.push(signal);
      return Promise.reject(new Error("no disk"));
    },
  };
  const aggregator = new ProcessAggregator({ own });
  start(aggregator, "a").counter.inc();
  const { signal } = new AbortController();
  const gathering = await aggregator.gather({ signal });
  assertEquals(valuesOf(gathering), { jobs: 1, level: 1 });
  assertEquals(messagesOf(gathering), ["the primary's own metrics: no disk"]);
  assertEquals(signals, [signal]);
});

test("ProcessAggregator: an answer that comes too late is what is known of the worker", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 20 });
  const { worker, counter } = start(aggregator, "a");
  worker.held = [];
  counter.inc(3);
  assertEquals((await aggregator.gather()).errors.length, 1);
  worker.release();
  worker.isSilent = true;
  const gathering = await aggregator.gather();
  assertEquals([valuesOf(gathering), gathering.errors.length], [{ jobs: 3, level: 1 }, 1]);
});

test("ProcessAggregator: an answer that took long does not replace what is newer", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 20 });
  const { worker, registry, counter, served } = start(aggregator, "a");
  let finish = () => {};
  const slow: Collector = {
    collect: () => new Promise<[]>((resolve) => finish = () => resolve([])),
  };
  registry.register(slow);
  counter.inc(3);
  const asked = aggregator.gather();
  await turn();
  const finishFirst = finish;
  registry.unregister(slow);
  counter.inc(4);
  // By a clock that is finer than that of some runtimes.
  await new Promise((resolve) => setTimeout(resolve, 2));
  await served.flush();
  finishFirst();
  await asked;
  worker.isSilent = true;
  assertEquals(valuesOf(await aggregator.gather()), { jobs: 7, level: 1 });
});

test("serveProcess(): a collector that hangs loses its own families, with an error", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 2000 });
  const { registry, counter } = start(aggregator, "a");
  registry.register({ collect: () => new Promise(() => {}) });
  counter.inc(3);
  const gathering = await aggregator.gather();
  assertEquals(valuesOf(gathering), { jobs: 3, level: 1 });
  assertEquals(gathering.errors.length, 1);
  const [{ message }] = gathering.errors;
  assert(message.startsWith("worker a: ") && !message.includes("no answer"), message);
});

test("serveProcess(): a scraped worker gets the errors of the others", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 200 });
  const [one, other] = ["a", "b"].map((name) => start(aggregator, name));
  one.counter.inc();
  other.worker.isSilent = true;
  const gathering = await one.served.gather();
  assertEquals(valuesOf(gathering), { jobs: 1, level: 1 });
  assertEquals(messagesOf(gathering), [
    "worker b: no answer within 200 ms; its last known values are on the page",
  ]);
});

test("ProcessAggregator: a message that cannot be read is an error, and nothing is thrown", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 100 });
  const { worker, primary, counter } = start(aggregator, "a");
  counter.inc(3);
  await aggregator.gather();
  const garbage = [null, 5, "edgeprom", { edgeprom: "other" }, { edgeprom: "answer", number: 99 }];
  for (const message of garbage) primary.emit("message", message);
  assertEquals((await aggregator.gather()).errors, []);
  for (const families of [5, [null], [{ type: "counter", name: "x", values: 5 }]]) {
    for (const edgeprom of ["answer", "flush"]) {
      primary.emit("message", { edgeprom, number: 99, families });
      worker.emit("message", { edgeprom, number: 99, families });
    }
    worker.isSilent = true;
    const gathering = await aggregator.gather();
    worker.isSilent = false;
    assertEquals(valuesOf(gathering), { jobs: 3, level: 1 });
    assert(gathering.errors.length > 0);
  }
  assertEquals((await aggregator.gather()).errors, []);
  primary.emit("message", {
    edgeprom: "flush",
    number: 0,
    families: [{ type: "gauge", name: "g" }],
  });
  worker.isSilent = true;
  assert((await aggregator.gather()).errors.some(({ message }) => message.includes("g: ")));
});

test("serveProcess(): an answer that cannot be read is none, and the worker's own counts stay", async () => {
  const { primary, worker } = channel();
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." }).inc(2);
  primary.on("message", ({ number }) => primary.send({ edgeprom: "answer", number, families: 5 }));
  const gathering = await within(5, serveProcess(registry, worker).gather());
  assertEquals([valuesOf(gathering), gathering.errors.length], [{ jobs: 2 }, 1]);
});

test("ProcessAggregator: workers of two versions that have ended count by their definitions", async () => {
  const aggregator = new ProcessAggregator();
  for (const [help, by] of [["Old.", 1], ["New.", 10], ["Old.", 100], ["New.", 1000]] as const) {
    const { counter, end } = start(aggregator, "w", help);
    counter.inc(by);
    await aggregator.gather();
    end();
  }
  const { counter } = start(aggregator, "w", "Old.");
  counter.inc(10_000);
  const gathering = await aggregator.gather();
  assertEquals(valuesOf(gathering), { jobs: 10_101, level: 1 });
  assertEquals(messagesOf(gathering).length, 1);
  assertStringIncludes(messagesOf(gathering)[0], "jobs: worker ended gives it a different help");
});

test("ProcessAggregator: the ten latest definitions of ended workers are retained", async () => {
  const aggregator = new ProcessAggregator();
  for (let version = 1; version <= 15; version++) {
    const { counter, end } = start(aggregator, "w", `Version ${version}.`);
    counter.inc(version);
    await aggregator.gather();
    end();
  }
  const gathering = await aggregator.gather();
  assertEquals([valuesOf(gathering), gathering.errors.length], [{ jobs: 15 }, 9]);
});

test("ProcessAggregator: series of each worker that has ended keep its name", async () => {
  const aggregator = new ProcessAggregator();
  for (const name of ["a", "b", "c"]) {
    const { registry, end } = start(aggregator, name);
    registry.gauge({ name: "all", help: "All.", merge: "all" }).set(name.charCodeAt(0));
    await aggregator.gather();
    if (name !== "c") end();
  }
  const all = (await aggregator.gather()).families.find(({ name }) => name === "all");
  assert(all?.type === "gauge");
  const byWorker = Array.from(all.values, (value, row) => [all.labels.values[row], value]);
  assertEquals(byWorker.toSorted(), [["a", 97], ["b", 98], ["c", 99]]);
});

test("ProcessAggregator: workers without a name or a process id are numbered", async () => {
  const aggregator = new ProcessAggregator();
  for (const pid of [undefined, 77, undefined]) {
    const { primary, worker } = channel();
    const registry = new MetricsRegistry();
    registry.gauge({ name: "all", help: "All.", merge: "all" }).set(1);
    aggregator.add(Object.assign(primary, { pid }));
    serveProcess(registry, worker);
  }
  const [{ labels }] = (await aggregator.gather()).families;
  assertEquals([labels.names, labels.values.toSorted()], [["worker"], ["1", "2", "77"]]);
});

test("ProcessWorker.flush(): it resolves if nobody can be told, and never throws", async () => {
  const registry = new MetricsRegistry();
  const { send: _, ...alone } = new End();
  const withoutSend = Object.assign(new EventEmitter(), alone, { send: undefined });
  const throwing = Object.assign(new EventEmitter(), {
    send: () => {
      throw new Error("disconnected");
    },
  });
  const closed = Object.assign(new End(), { isClosed: true });
  for (const end of [withoutSend, throwing, closed] as ProcessChannel[]) {
    const served = serveProcess(registry, end);
    await within(5, Promise.all([served.flush(), served.flush()]));
    assertEquals((await within(5, served.gather())).errors.length, 1);
  }
  const rejecting = { gather: () => Promise.reject(new Error("no disk")) };
  const throws: Gatherer = {
    gather: () => {
      throw new Error("no disk");
    },
  };
  for (const gatherer of [rejecting, throws]) {
    const { primary, worker } = channel();
    await within(5, serveProcess(gatherer, worker).flush());
    primary.send({ edgeprom: "ask", number: 1 });
    await turn();
  }
});

test("ProcessWorker.flush(): it resolves when the channel ends while the message is on its way", async () => {
  const { worker } = channel();
  worker.isDeaf = true;
  const flushed = serveProcess(new MetricsRegistry(), worker).flush();
  await turn();
  worker.emit("disconnect");
  await within(5, flushed);
});

test("ProcessWorker.flush(): it resolves after 10 s if a message never leaves", async () => {
  const { setTimeout } = globalThis;
  const waits: number[] = [];
  // Time passes twenty times as fast, which leaves a busy machine 0.25 s between the deadlines.
  globalThis.setTimeout = ((action: () => void, milliseconds: number) => {
    waits.push(milliseconds);
    return setTimeout(action, milliseconds / 20);
  }) as typeof setTimeout;
  const { worker } = channel();
  worker.isDeaf = true;
  const registry = new MetricsRegistry();
  registry.register({ collect: () => new Promise(() => {}) });
  const sent: unknown[] = [];
  worker.other.on("message", (message) => sent.push(message));
  try {
    await serveProcess(registry, worker).flush();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  // The collector that hangs did not stop it from sending the rest.
  assertEquals(sent.length, 1);
  assertEquals(waits.filter((milliseconds) => milliseconds > 1000), [5_000, 10_000]);
});

test("ProcessAggregator, serveProcess(): wrong arguments are refused, with what they must be", () => {
  const aggregator = new ProcessAggregator();
  const { primary } = channel();
  const registry = new MetricsRegistry();
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  const wrong: readonly [() => unknown, string][] = [
    [() => new ProcessAggregator(any(null)), "the options null must be an object"],
    [
      () => new ProcessAggregator(any({ own: {} })),
      "own [object Object] must be a MetricsRegistry",
    ],
    [() => new ProcessAggregator({ deadlineMilliseconds: 0 }), "0 must be a number above 0"],
    [
      () => new ProcessAggregator(any({ deadlineMiliseconds: 5 })),
      'called "deadlineMilliseconds" here',
    ],
    [() => aggregator.add(any(undefined)), "channel undefined must be a process of node:cluster"],
    [() => aggregator.add(any(new EventEmitter())), "must be a process of node:cluster or fork()"],
    [() => aggregator.add(any({ send() {} })), "must be a process of node:cluster or fork()"],
    [() => aggregator.add(primary, any(5)), "name 5 must be a string"],
    [() => serveProcess(any(undefined)), "gatherer undefined must be a MetricsRegistry"],
    [
      () => serveProcess(any(primary)),
      "must be a MetricsRegistry, or another object with a method",
    ],
    [() => serveProcess(registry, any({})), "channel [object Object] must be a process"],
    [() => serveProcess(registry, any(null)), "channel null must be a process"],
  ];
  for (const [call, message] of wrong) assertThrows(call, RegistrationError, message);
});
