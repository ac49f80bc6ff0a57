import { assertEquals, assertRejects } from "@std/assert";
import { EventEmitter } from "node:events";
import { mock, test } from "node:test";
import { AnnouncedWorkers } from "../../../src/clients/cluster/announced_workers.ts";
import type { ClusterHome } from "../../../src/clients/cluster/home.ts";
import { withBuiltIns, withoutPatience } from "../../support/built_ins.ts";
import { homeWith, listOf } from "../../support/cluster_home.ts";

// deno-lint-ignore no-explicit-any -- messages of any kind
type Sent = any;

const type = (name: string) => `@prometheus-io/client:${name}`;
const home = homeWith(() => Promise.resolve(listOf(100)));

/** A worker that records what it is sent, and answers requests with a number. */
class Worker {
  readonly id: number;
  readonly primary: EventEmitter;
  readonly answer: object | null;
  readonly sent: Sent[] = [];
  connected = true;

  constructor(
    id: number,
    primary: EventEmitter,
    answer: object | null = { metrics: [listOf(id)] },
  ) {
    this.id = id;
    this.primary = primary;
    this.answer = answer;
  }

  isConnected(): boolean {
    return this.connected;
  }

  send(message: Sent): void {
    this.sent.push(message);
    const { requestId } = message;
    if (message.type === type("announcement")) this.say({ type: type("announcement") });
    if (message.type === type("getMetricsReq") && this.answer) {
      this.say({ type: type("getMetricsRes"), requestId, ...this.answer });
    }
  }

  say(message: Sent): void {
    queueMicrotask(() => this.primary.emit("message", this, message));
  }
}

async function asPrimary(
  action: (workers: AnnouncedWorkers) => unknown,
  of: ClusterHome = home,
  present: (primary: EventEmitter) => Record<string, Worker> = () => ({}),
): Promise<void> {
  const primary = Object.assign(new EventEmitter(), { isPrimary: true, workers: {} });
  primary.workers = present(primary);
  await withBuiltIns({ "node:cluster": primary }, {}, async () => {
    const workers = new AnnouncedWorkers(of);
    workers.listen();
    workers.listen();
    assertEquals(primary.listenerCount("message"), 1);
    await turns();
    await action(workers);
  });
}

test("a page has the primary's metrics, then those of workers, also those that were there before", () => {
  let made: Record<string, Worker> = {};
  return asPrimary(
    async (workers) => {
      assertEquals(await workers.metrics("text"), "100 + 1 + 2 as text");
      made["1"]!.connected = false;
      assertEquals(await workers.metrics("text"), "100 + 2 as text");
      made["2"]!.primary.emit("disconnect", made["2"]);
      assertEquals(await workers.metrics("text"), "100 as text");
    },
    home,
    (primary) => made = { 2: new Worker(2, primary), 1: new Worker(1, primary) },
  );
});

test("workers are in the order of their numbers, and not of their announcements", () => {
  const ids = [12, 3];
  return asPrimary(
    async (workers) => assertEquals(await workers.metrics("text"), "100 + 3 + 12 as text"),
    home,
    (primary) => {
      for (const id of ids) new Worker(id, primary).say({ type: type("announcement") });
      // Nobody listens yet: what is said here arrives afterwards.
      return {};
    },
  );
});

test("the error of a worker is that of the page", () => {
  const failing = { error: "no metrics" };
  return asPrimary(
    async (workers) => {
      const error = await assertRejects(() => workers.metrics("text"), Error);
      assertEquals(error.message, "no metrics");
    },
    home,
    (primary) => ({ 1: new Worker(1, primary, failing), 2: new Worker(2, primary) }),
  );
});

test("workers that do not answer are counted after five seconds", () =>
  asPrimary(
    (workers) =>
      withoutPatience(async () => {
        const error = await assertRejects(() => workers.metrics("text"), Error);
        assertEquals(error.message, "Operation timed out. 1 outstanding responses.");
      }),
    home,
    (primary) => ({ 1: new Worker(1, primary), 2: new Worker(2, primary, null) }),
  ));

test("a worker that says goodbye leaves its totals, once", () => {
  let worker: Worker;
  return asPrimary(
    async (workers) => {
      const goodbye = { type: type("goodbye"), requestId: 3, metrics: [listOf(40), listOf(2)] };
      for (let time = 0; time < 2; time++) {
        worker.say(goodbye);
        await turns();
      }
      assertEquals(worker.sent.at(-1), { type: type("ack"), requestId: 3 });
      assertEquals(worker.sent.filter((message) => message.type === type("ack")).length, 1);
      assertEquals(await workers.metrics("text"), "40 + 2 + 100 as text");
      worker.say({ type: type("announcement") });
      await turns();
      assertEquals(await workers.metrics("text"), "40 + 2 + 100 + 1 as text");
    },
    home,
    (primary) => ({ 1: worker = new Worker(1, primary) }),
  );
});

test("totals that cannot be added up are reported, and the worker is gone", async () => {
  const reported = mock.method(console, "error", () => {});
  const failing: ClusterHome = {
    ...home,
    aggregate: (lists, contentType) => {
      if (contentType === undefined) throw new Error("unknown aggregator");
      return home.aggregate(lists, contentType);
    },
  };
  let worker: Worker;
  try {
    await asPrimary(
      async (workers) => {
        worker.say({ type: type("goodbye"), requestId: 3, metrics: [listOf(40)] });
        await turns();
        assertEquals(await workers.metrics("text"), "100 as text");
        assertEquals(reported.mock.callCount(), 1);
      },
      failing,
      (primary) => ({ 1: worker = new Worker(1, primary) }),
    );
  } finally {
    reported.mock.restore();
  }
});

test("a primary that shuts down waits for its requests", () =>
  asPrimary(
    async (workers) => {
      await workers.shutdown();
      let isDone = false;
      const page = workers.metrics("text").then(() => isDone = true);
      await workers.shutdown();
      await null;
      assertEquals(isDone, true);
      await page;
    },
    home,
    (primary) => ({ 1: new Worker(1, primary) }),
  ));

async function asWorker(
  action: (
    workers: AnnouncedWorkers,
    primary: EventEmitter,
    sent: Sent[],
    process: { connected: boolean },
  ) => unknown,
): Promise<void> {
  const primary = new EventEmitter();
  const sent: Sent[] = [];
  const process = {
    connected: true,
    on: (event: string, listener: () => void) => primary.on(event, listener),
    send: (message: Sent) => sent.push(message),
  };
  await withBuiltIns({ "node:cluster": { isPrimary: false } }, process, async () => {
    const json = (aggregator?: string) => Promise.resolve(listOf(100, aggregator));
    const workers = new AnnouncedWorkers(homeWith(json));
    workers.listen();
    await action(workers, primary, sent, globalThis.process as unknown as typeof process);
  });
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await null;
}

test("a worker announces itself, also when it is asked to, and gives its metrics", () =>
  asWorker(async (workers, primary, sent, process) => {
    assertEquals(sent.splice(0), [{ type: type("announcement") }]);
    primary.emit("message", { type: type("announcement") });
    assertEquals(sent.splice(0), [{ type: type("announcement") }]);
    const ask = async () => {
      primary.emit("message", { type: type("getMetricsReq"), requestId: 5 });
      await turns();
      return sent.splice(0);
    };
    const answer = { type: type("getMetricsRes"), requestId: 5 };
    assertEquals(await ask(), [{ ...answer, metrics: [listOf(100)] }]);
    workers.setRegistries({ getMetricsAsJSON: () => Promise.reject(new Error("no metrics")) });
    assertEquals(await ask(), [{ ...answer, error: "no metrics" }]);
    process.connected = false;
    assertEquals(await ask(), []);
    primary.emit("message", null);
  }));

test("a worker that shuts down leaves its totals, once, and waits until they have arrived", () =>
  asWorker(async (workers, primary, sent) => {
    sent.splice(0);
    let done = 0;
    const ends = [workers.shutdown(), workers.shutdown()].map((end) => end.then(() => done++));
    await turns();
    assertEquals(sent, [
      { type: type("goodbye"), requestId: 0, metrics: [listOf(100, "sum")] },
    ]);
    primary.emit("message", { type: type("ack"), requestId: 1 });
    await turns();
    assertEquals(done, 0);
    primary.emit("message", { type: type("ack"), requestId: 0 });
    await Promise.all(ends);
  }));

test("a worker that has asked for a page still leaves its totals", () =>
  asWorker(async (workers, _, sent) => {
    assertEquals(await workers.metrics("text"), "100 as text");
    sent.splice(0);
    const end = assertRejects(() => workers.shutdown(1), Error);
    await turns();
    assertEquals(sent.map(({ type }) => type), [type("goodbye")]);
    await end;
  }));

test("totals that do not arrive in time are an error", () =>
  asWorker(async (workers) => {
    const error = await assertRejects(() => workers.shutdown(1), Error);
    assertEquals(error.message, "Timeout");
  }));

test("without a cluster a page has the metrics of this process", () =>
  withBuiltIns({}, {}, async () => {
    const workers = new AnnouncedWorkers(home);
    workers.listen();
    assertEquals(await workers.metrics("text"), "100 as text");
    await workers.shutdown();
  }));
