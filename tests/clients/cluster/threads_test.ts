import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { Threads } from "../../../src/clients/cluster/threads.ts";
import { asOnWorkers, withBuiltIns, withoutPatience } from "../../support/built_ins.ts";
import { homeWith, listOf } from "../../support/cluster_home.ts";

// deno-lint-ignore no-explicit-any -- messages of any kind
type Message = any;

const type = (name: string) => `@prometheus-io/client:${name}`;
const announcements = type("announce");
const home = homeWith((aggregator) => Promise.resolve(listOf(100, aggregator)));

/** Channels that reach all others of their name. */
function network() {
  const channels = new Set<Channel>();
  class Channel {
    readonly name: string;
    readonly listeners: ((event: { data: Message }) => void)[] = [];

    constructor(name: string) {
      this.name = name;
      channels.add(this);
    }

    addEventListener(event: string, listener: (event: { data: Message }) => void): void {
      assertEquals(event, "message");
      this.listeners.push(listener);
    }

    postMessage(message: Message): void {
      const data = structuredClone(message);
      for (const channel of channels) {
        if (channel === this || channel.name !== this.name) continue;
        queueMicrotask(() => {
          for (const listener of channel.listeners) listener({ data });
        });
      }
    }

    close(): void {
      channels.delete(this);
    }
  }
  return Object.assign(Channel, { open: () => channels.size });
}

type Network = ReturnType<typeof network>;

/** Another thread: what it hears on a channel, and what it does then. */
function hear(
  Channel: Network,
  name: string,
  listener: (message: Message) => void = () => {},
): { readonly channel: InstanceType<Network>; readonly heard: Message[] } {
  const channel = new Channel(name);
  const heard: Message[] = [];
  channel.addEventListener("message", ({ data }) => {
    heard.push(data);
    listener(data);
  });
  return { channel, heard };
}

/** Another thread, which answers requests. */
function join(Channel: Network, threadId: number, answer: object | undefined) {
  const name = type(`worker:${threadId}`);
  const own = hear(Channel, name);
  const all = hear(Channel, announcements, (message) => {
    if (message.type !== type("getMetricsReq") || answer === undefined) return;
    const { requestId } = message;
    own.channel.postMessage({ type: type("getMetricsRes"), requestId, threadId, ...answer });
  });
  const announce = () =>
    all.channel.postMessage({ type: type("announcement"), name, threadId, primary: false });
  announce();
  return { own, all, announce };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await null;
}

function asThread(
  threadId: number,
  action: (threads: Threads, Channel: Network) => unknown,
): Promise<void> {
  const BroadcastChannel = network();
  const module = { isMainThread: threadId === 0, threadId, BroadcastChannel };
  return withBuiltIns({ "node:worker_threads": module }, {}, async () => {
    await action(new Threads(home), BroadcastChannel);
  });
}

test("a page has the metrics of all other threads, by their numbers", () =>
  asThread(0, async (threads, Channel) => {
    assertEquals(threads.isMain, true);
    threads.listen(true);
    threads.listen(true);
    assertEquals(await threads.metrics("text"), "");
    const late = join(Channel, 12, { metrics: [listOf(1), listOf(2)] });
    join(Channel, 2, { metrics: [listOf(3)] });
    late.announce();
    await turns();
    assertEquals(threads.count, 2);
    assertEquals(await threads.metrics("text"), "3 + 1 + 2 as text");
    // An answer to nothing changes nothing.
    late.own.channel.postMessage({ type: type("getMetricsRes"), requestId: 9, metrics: [] });
    late.all.channel.postMessage("text");
    await turns();
    assertEquals(await threads.metrics("text"), "3 + 1 + 2 as text");
  }));

test("a thread that fails, or does not answer, is the error of the page", () =>
  asThread(0, async (threads, Channel) => {
    threads.listen(true);
    join(Channel, 1, { metrics: [listOf(1)] });
    join(Channel, 2, undefined);
    await turns();
    await withoutPatience(async () => {
      const error = await assertRejects(() => threads.metrics("text"), Error);
      assertEquals(error.message, "Operation timed out. 1 outstanding responses.");
    });
    join(Channel, 3, { error: "no metrics" });
    await turns();
    const error = await assertRejects(() => threads.metrics("text"), Error);
    assertEquals(error.message, "no metrics");
  }));

test("a thread that says goodbye leaves its totals", () =>
  asThread(0, async (threads, Channel) => {
    threads.listen(true);
    const { own } = join(Channel, 1, { metrics: [listOf(1)] });
    await turns();
    const goodbye = { type: type("goodbye"), requestId: 7, threadId: 1, metrics: [listOf(40)] };
    const open = Channel.open();
    own.channel.postMessage(goodbye);
    own.channel.postMessage(goodbye);
    await turns();
    assertEquals(Channel.open(), open - 1);
    assertEquals(own.heard, [{ type: type("ack"), requestId: 7, threadId: 0 }]);
    assertEquals(threads.count, 0);
    assertEquals(await threads.metrics("text"), "40 as text");
    await threads.shutdown(true);
    assertEquals(await threads.metrics("text"), "40 as text");
  }));

test("a thread announces itself, also to a primary that comes later, and answers", () =>
  asThread(3, async (threads, Channel) => {
    assertEquals(threads.isMain, false);
    const primary = hear(Channel, announcements);
    const answers = hear(Channel, type("worker:3"));
    threads.listen(false);
    await turns();
    const announcement = {
      type: type("announcement"),
      name: type("worker:3"),
      threadId: 3,
      primary: false,
    };
    assertEquals(primary.heard.splice(0), [announcement]);
    const { name } = announcement;
    primary.channel.postMessage({ type: type("announcement"), name, threadId: 4, primary: false });
    await turns();
    assertEquals(primary.heard, []);
    assertEquals(threads.count, 0);
    primary.channel.postMessage({ type: type("announcement"), name, threadId: 0, primary: true });
    await turns();
    assertEquals(primary.heard, [announcement]);
    const ask = async () => {
      primary.channel.postMessage({ type: type("getMetricsReq"), requestId: 5, threadId: 0 });
      await turns();
      return answers.heard.splice(0);
    };
    const answer = { type: type("getMetricsRes"), requestId: 5, threadId: 3 };
    const metrics = structuredClone([listOf(100)]);
    assertEquals(await ask(), [{ ...answer, metrics }]);
    threads.setRegistries({ getMetricsAsJSON: () => Promise.reject(new Error("no metrics")) });
    assertEquals(await ask(), [{ ...answer, error: "no metrics" }]);
    // A value that cannot be sent.
    threads.setRegistries({ getMetricsAsJSON: () => Promise.resolve([() => {}]) });
    assertEquals((await ask()).map(({ metrics, error }) => [metrics, typeof error]), [
      [undefined, "string"],
    ]);
  }));

test("a thread that shuts down leaves its totals, and waits until they have arrived", () =>
  asThread(3, async (threads, Channel) => {
    threads.listen(false);
    const { channel, heard } = hear(Channel, type("worker:3"));
    let isDone = false;
    const end = threads.shutdown(false).then(() => isDone = true);
    await turns();
    assertEquals(heard, [
      { type: type("goodbye"), requestId: 0, threadId: 3, metrics: [listOf(100, "sum")] },
    ]);
    assertEquals(isDone, false);
    channel.postMessage({ type: type("ack"), requestId: 0, threadId: 0 });
    await end;
  }));

test("totals that do not arrive in time are an error", () =>
  asThread(3, async (threads) => {
    threads.listen(false);
    const error = await assertRejects(() => threads.shutdown(false, 1), Error);
    assertEquals(error.message, "Timeout");
  }));

test("a runtime without threads has one that never has others", () =>
  withBuiltIns({}, {}, async () => {
    const threads = new Threads(home);
    threads.listen(threads.isMain);
    assertEquals([threads.isMain, threads.count], [true, 0]);
    assertEquals(await threads.metrics("text"), "");
    await threads.shutdown(false);
  }));

test("on Workers there are no threads", () =>
  asThread(3, (threads, Channel) =>
    asOnWorkers(async () => {
      threads.listen(threads.isMain);
      assertEquals([threads.isMain, threads.count, Channel.open()], [true, 0, 0]);
      assertEquals(await threads.metrics("text"), "");
    })));
