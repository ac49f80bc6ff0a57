import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { openChannel, ThreadChannel } from "../../../src/threads/group/runtime_threads.ts";
import { until } from "../../support/until.ts";

/** Channels of which the first so many are deaf: they throw, as Deno's do. */
function channels(deaf: number) {
  const opened: { isOpen: boolean; posted: unknown[] }[] = [];
  const open = () => {
    const channel = { isOpen: true, posted: [] as unknown[] };
    opened.push(channel);
    const isDeaf = opened.length <= deaf;
    return {
      onmessage: null,
      postMessage: (message: unknown) => {
        if (isDeaf) throw new TypeError("expected i32");
        channel.posted.push(message);
      },
      close: () => channel.isOpen = false,
    };
  };
  return { opened, open };
}

test("ThreadChannel: one that is deaf is opened anew, and nothing is lost", () => {
  const { opened, open } = channels(1);
  let reopened = 0;
  const channel: ThreadChannel = new ThreadChannel(open, () => {
    reopened++;
    channel.postMessage("announced");
  });
  channel.postMessage("first");
  channel.postMessage("second");
  assertEquals([opened.map(({ isOpen }) => isOpen), reopened], [[false, true], 1]);
  assertEquals(opened[1].posted, ["announced", "first", "second"]);
  channel.close();
  assertEquals(opened[1].isOpen, false);
});

test("ThreadChannel: one that stays deaf throws nothing, and is tried again with each message", () => {
  const { opened, open } = channels(3);
  const channel: ThreadChannel = new ThreadChannel(open, () => channel.postMessage("announced"));
  for (const message of ["first", "second"]) channel.postMessage(message);
  assertEquals([opened.length, opened.map(({ isOpen }) => isOpen)], [3, [false, false, true]]);
  channel.postMessage("third");
  assertEquals(opened[3].posted, ["announced", "third"]);
  channel.close();
});

test("ThreadChannel: on Deno it is checked soon after it was opened, unless it was closed", async () => {
  const [used, closed] = [channels(1), channels(1)];
  const reopened: string[] = [];
  const channel = new ThreadChannel(used.open, () => reopened.push("used"));
  new ThreadChannel(closed.open, () => reopened.push("closed")).close();
  if ("Deno" in globalThis) {
    await until(() => used.opened.length, (count) => count === 2);
    // Of no protocol, so that nobody reads it.
    assertEquals(used.opened[1].posted, [{}]);
  }
  await new Promise((resolve) => setTimeout(resolve, 60));
  assertEquals(reopened, "Deno" in globalThis ? ["used"] : []);
  assertEquals(closed.opened.length, 1);
  channel.close();
});

test("openChannel(): messages reach all others of the name", async () => {
  const name = `channel ${crypto.randomUUID()}`;
  const heard: unknown[] = [];
  const [one, other, stranger] = [name, name, `${name} 2`].map((each, at) =>
    // Without the empty messages with which Deno's channels are checked.
    openChannel(each, (message) =>
      Object.keys(message!).length > 0 && heard.push([at, message]), () => {})!
  );
  one.postMessage({ a: 1 });
  other.postMessage({ b: 2 });
  stranger.postMessage({ c: 3 });
  await until(() => heard.length, (count) => count === 2);
  assertEquals(heard.toSorted(), [[0, { b: 2 }], [1, { a: 1 }]]);
  for (const channel of [one, other, stranger]) channel.close();
});
