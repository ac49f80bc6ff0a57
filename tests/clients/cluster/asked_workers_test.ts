import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { AskedWorkers } from "../../../src/clients/cluster/asked_workers.ts";
import { asOnWorkers, withBuiltIns, withoutPatience } from "../../support/built_ins.ts";
import { homeWith, listOf } from "../../support/cluster_home.ts";

interface Sent {
  readonly type?: string;
  readonly requestId?: number;
  readonly metrics?: unknown;
  readonly error?: string;
}

const home = homeWith(() => Promise.resolve(listOf(100)));
const response = "prom-client:getMetricsRes";

/** A primary whose workers do with a request what they are told. */
class Primary extends EventEmitter {
  readonly isPrimary = true;
  readonly workers: Record<string, unknown> = {};

  add(id: number, onRequest: (requestId: number) => object | undefined, isConnected = true): void {
    const worker = {
      id,
      isConnected: () => isConnected,
      send: ({ type, requestId }: Sent) => {
        assertEquals(type, "prom-client:getMetricsReq");
        const answer = onRequest(requestId!);
        if (answer) queueMicrotask(() => this.emit("message", worker, answer));
      },
    };
    this.workers[id] = worker;
  }
}

function asPrimary(
  prepare: (primary: Primary) => void,
  action: (workers: AskedWorkers, primary: Primary) => unknown,
): Promise<void> {
  const primary = new Primary();
  prepare(primary);
  return withBuiltIns({ "node:cluster": primary }, {}, () => {
    const workers = new AskedWorkers(home);
    workers.listen();
    return action(workers, primary);
  });
}

const answering = (value: number) => (requestId: number) => ({
  type: response,
  requestId,
  metrics: [listOf(value), listOf(value)],
});

test("a primary without workers, or without a cluster, has an empty page", async () => {
  await asPrimary(() => {}, async (workers) => assertEquals(await workers.metrics(), ""));
  await withBuiltIns({}, {}, async () => {
    const workers = new AskedWorkers(home);
    workers.listen();
    assertEquals(await workers.metrics(), "");
  });
});

test("on Workers nobody listens to a cluster", () => {
  const primary = new Primary();
  return withBuiltIns({ "node:cluster": primary }, {}, () =>
    asOnWorkers(async () => {
      const workers = new AskedWorkers(home);
      workers.listen();
      assertEquals(primary.listenerCount("message"), 0);
      primary.add(1, answering(10));
      assertEquals(await workers.metrics(), "");
    }));
});

test("a primary asks all workers that are connected, in the order of their numbers", () =>
  asPrimary((primary) => {
    primary.add(2, answering(20));
    primary.add(1, answering(10));
    primary.add(3, answering(30), false);
  }, async (workers) => {
    const pages = await Promise.all([workers.metrics(), workers.metrics()]);
    assertEquals(pages, ["10 + 10 + 20 + 20", "10 + 10 + 20 + 20"]);
  }));

test("messages that are no answers to a request are left alone", () =>
  asPrimary((primary) => primary.add(1, answering(10)), async (workers, primary) => {
    const page = workers.metrics();
    for (const message of [null, "text", {}, { type: response, requestId: 7 }]) {
      primary.emit("message", { id: 1 }, message);
    }
    primary.emit("message", { id: 1 }, { type: "other:getMetricsRes", requestId: 0, metrics: [] });
    assertEquals(await page, "10 + 10");
    primary.emit("message", { id: 1 }, { type: response, requestId: 0, error: "late" });
  }));

test("the error of a worker is that of the page", () =>
  asPrimary((primary) => {
    primary.add(1, (requestId) => ({ type: response, requestId, error: "no metrics" }));
    primary.add(2, answering(20));
  }, async (workers) => {
    const error = await assertRejects(() => workers.metrics(), Error);
    assertEquals(error.message, "no metrics");
  }));

test("a worker that does not answer is waited for no longer than five seconds", () =>
  asPrimary((primary) => primary.add(1, () => undefined), (workers) =>
    withoutPatience(async () => {
      const error = await assertRejects(() => workers.metrics(), Error);
      assertEquals(error.message, "Operation timed out.");
    })));

test("a request that cannot be sent fails, and nothing is waited for", async () => {
  const unhandled: unknown[] = [];
  const { process } = globalThis as never as { process: EventEmitter };
  const onRejection = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", onRejection);
  try {
    await asPrimary((primary) => {
      primary.add(1, () => undefined);
      primary.add(2, () => {
        throw new Error("no channel");
      });
    }, (workers) =>
      withoutPatience(async () => {
        const error = await assertRejects(() => workers.metrics(), Error);
        assertEquals(error.message, "no channel");
        await new Promise((resolve) => setTimeout(resolve, 10));
      }));
    assertEquals(unhandled, []);
  } finally {
    process.off("unhandledRejection", onRejection);
  }
});

test("listening twice is listening once", () =>
  asPrimary(() => {}, (workers, primary) => {
    workers.listen();
    assertEquals(primary.listenerCount("message"), 1);
  }));

test("a worker answers with the metrics of its registries, or with what failed", async () => {
  const primary = new EventEmitter();
  const sent: Sent[] = [];
  const process = {
    connected: true,
    on: (event: string, listener: () => void) => primary.on(event, listener),
    send: (message: Sent) => sent.push(message),
  };
  await withBuiltIns({ "node:cluster": { isPrimary: false } }, process, async () => {
    const workers = new AskedWorkers(home);
    workers.listen();
    const ask = async (requestId: number) => {
      primary.emit("message", { type: "prom-client:getMetricsReq", requestId });
      for (let turn = 0; turn < 10; turn++) await null;
      return sent.splice(0);
    };
    assertEquals(await ask(4), [{ type: response, requestId: 4, metrics: [listOf(100)] }]);
    primary.emit("message", { type: "@prometheus-io/client:getMetricsReq", requestId: 4 });
    const other = { getMetricsAsJSON: () => Promise.resolve(listOf(7)) };
    workers.setRegistries([other, other]);
    assertEquals(await ask(5), [
      { type: response, requestId: 5, metrics: [listOf(7), listOf(7)] },
    ]);
    workers.setRegistries({ getMetricsAsJSON: () => Promise.reject(new Error("no metrics")) });
    assertEquals(await ask(6), [{ type: response, requestId: 6, error: "no metrics" }]);
    workers.setRegistries({ getMetricsAsJSON: () => Promise.reject("text") });
    assertEquals(await ask(7), [{ type: response, requestId: 7, error: "text" }]);
  });
});

test("what is no registry is refused", () => {
  const workers = new AskedWorkers(home);
  const error = assertThrows(() => workers.setRegistries([home.register, "text"]), TypeError);
  assertEquals(error.message, "Expected Registry, got string");
});
