import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { readAnswer } from "../../../src/push/delivery/answer.ts";
import { within } from "../../support/deferred.ts";
import { watchedSignal } from "../../support/leftovers.ts";

const { signal } = new AbortController();
const bytes = (text: string) => new TextEncoder().encode(text);

/** A body in chunks, which says how it was left. */
function bodyOf(...chunks: readonly (Uint8Array<ArrayBuffer> | "fails" | "hangs")[]) {
  const state = { pulled: 0, canceled: false };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const chunk = chunks[state.pulled++];
      if (chunk === "fails") return controller.error(new TypeError("connection closed"));
      if (chunk === "hangs") return new Promise(() => {});
      if (chunk === undefined) return controller.close();
      controller.enqueue(chunk);
    },
    cancel() {
      state.canceled = true;
    },
  }, { highWaterMark: 0 });
  return { state, stream };
}

test("readAnswer: the body of a success is canceled unread", async () => {
  const { state, stream } = bodyOf(bytes("thanks"));
  const { status, text } = await readAnswer(new Response(stream, { status: 200 }), signal);
  assertEquals([status, text, state], [200, "", { pulled: 0, canceled: true }]);
  assertEquals((await readAnswer(new Response(null, { status: 204 }), signal)).text, "");
});

test("readAnswer: a failure has its words and its headers", async () => {
  const response = new Response(" out of order\n", { status: 400, headers: { "X-A": "b" } });
  const { status, headers, text } = await readAnswer(response, signal);
  assertEquals([status, headers.get("x-a"), text], [400, "b", "out of order"]);
  assertEquals((await readAnswer(new Response(null, { status: 500 }), signal)).text, "");
});

test("readAnswer: a redirect names its location, and its body is not read", async () => {
  const { state, stream } = bodyOf(bytes("<a>"));
  const headers = { Location: "https://other/write" };
  const { text } = await readAnswer(new Response(stream, { status: 307, headers }), signal);
  assertEquals([text, state.canceled], ["moved to https://other/write", true]);
  assertEquals((await readAnswer(new Response("a", { status: 300 }), signal)).text, "a");
});

test("readAnswer: the words have 1,000 characters at most, none of them halved", async () => {
  const endless = bodyOf(...Array.from({ length: 100 }, () => bytes("€".repeat(500))));
  const { text } = await readAnswer(new Response(endless.stream, { status: 500 }), signal);
  assertEquals(text, "€".repeat(1000));
  assertEquals(endless.state, { pulled: 3, canceled: true });

  const pairs = "a" + "😀".repeat(600);
  const cut = await readAnswer(new Response(pairs, { status: 500 }), signal);
  assertEquals(cut.text, "a" + "😀".repeat(499));
});

test("readAnswer: characters may be split between chunks, and bytes that are none are shown", async () => {
  const [first, ...others] = bytes("€a");
  const split = bodyOf(new Uint8Array([first]), new Uint8Array(others), new Uint8Array([255]));
  const { text } = await readAnswer(new Response(split.stream, { status: 500 }), signal);
  assertEquals(text, "€a\ufffd");
});

test("readAnswer: a connection that closes in the middle leaves the status and what was read", async () => {
  const { stream } = bodyOf(bytes("out of "), "fails");
  const { status, text } = await readAnswer(new Response(stream, { status: 503 }), signal);
  assertEquals([status, text], [503, "out of"]);
});

test("readAnswer: the signal ends a body that hangs, and no listener stays", async () => {
  const watched = watchedSignal();
  const { state, stream } = bodyOf(bytes("out of "), "hangs");
  const reading = readAnswer(new Response(stream, { status: 503 }), watched.signal);
  setTimeout(watched.abort, 10);
  const { text } = await within(5, reading);
  assertEquals([text, state.canceled, watched.listeners()], ["out of", true, 0]);
});

test("readAnswer: if replies are read, so is a success, up to a bound", async () => {
  const { text } = await readAnswer(new Response("thanks"), signal, 5000);
  assertEquals(text, "thanks");
  for (const status of [200, 500]) {
    const long = await readAnswer(new Response("a".repeat(6000), { status }), signal, 5000);
    assertEquals(long.text.length, 5000);
  }
});
