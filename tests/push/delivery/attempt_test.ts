import { assertEquals, assertMatch } from "@std/assert";
import { test } from "node:test";
import { type Attempt, attempt } from "../../../src/push/delivery/attempt.ts";
import { Endpoint, type EndpointOptions } from "../../../src/push/delivery/endpoint.ts";
import { deferred, never, pause, within } from "../../support/deferred.ts";
import { timersOf, watchedSignal } from "../../support/leftovers.ts";
import type { Deadline } from "../../../src/model/platform/deadline.ts";

/** One attempt, and what of its timers and listeners is left. */
async function attemptWith(
  fetch: EndpointOptions["fetch"],
  deadline: Deadline = {},
): Promise<Attempt> {
  const endpoint = new Endpoint("a writer", "http://host/", { fetch });
  const message = { method: "POST", url: endpoint.url, headers: {} } as const;
  let result: Attempt;
  const counts = await timersOf(async () => {
    result = await within(5, attempt(endpoint, message, { seconds: 60, ...deadline }));
  });
  assertEquals(counts.set - counts.cleared, 0);
  return result!;
}

/** A body that never ends and says whether it was canceled. */
function hangingBody() {
  const state = { canceled: false };
  const stream = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("no room")),
    cancel: () => void (state.canceled = true),
  });
  return { state, stream };
}

test("attempt: an answer", async () => {
  const watched = watchedSignal();
  const result = await attemptWith(() => Promise.resolve(new Response("no", { status: 400 })), {
    signal: watched.signal,
  });
  assertEquals("answer" in result && [result.answer.status, result.answer.text], [400, "no"]);
  assertEquals(watched.listeners(), 0);
});

test("attempt: an answer that repeats the URL does not show its query", async () => {
  const url = "http://host/write?token=s3cret";
  for (const response of [new Response(`no ${url}`, { status: 404 }), moved(url)]) {
    const endpoint = new Endpoint("a writer", url, { fetch: () => Promise.resolve(response) });
    const result = await attempt(endpoint, { method: "POST", url, headers: {} }, {});
    assertMatch("answer" in result ? result.answer.text : "", /host\/write$/);
  }
});

function moved(location: string): Response {
  return new Response(null, { status: 308, headers: { location } });
}

test("attempt: an error of the network, and of a fetch that gives no response", async () => {
  const broken = new TypeError("no network");
  assertEquals(await attemptWith(() => Promise.reject(broken)), { thrown: broken });
  const nothing = (() => Promise.resolve(null)) as unknown as EndpointOptions["fetch"];
  assertEquals("thrown" in await attemptWith(nothing), true);
});

test("attempt: the time is over, and fetch is told", async () => {
  let told = false;
  const result = await attemptWith((_, { signal }) => {
    signal!.addEventListener("abort", () => told = true);
    return never();
  }, { seconds: 0.01 });
  assertEquals([result, told], [{ expired: "timeout" }, true]);
});

test("attempt: a fetch that rejects when it is told is no error of the network", async () => {
  const result = await attemptWith((_, { signal }) =>
    new Promise((_, reject) => {
      signal!.addEventListener("abort", () => reject(signal!.reason));
    }), { seconds: 0.01 });
  assertEquals(result, { expired: "timeout" });
});

test("attempt: the signal ends it at once", async () => {
  const watched = watchedSignal();
  setTimeout(watched.abort, 10);
  const result = await attemptWith(() => never(), { signal: watched.signal });
  assertEquals([result, watched.listeners()], [{ expired: "aborted" }, 0]);
});

test("attempt: the body of an answer that comes too late is canceled", async () => {
  const late = deferred<Response>();
  const { state, stream } = hangingBody();
  const result = await attemptWith(() => late.promise, { seconds: 0.01 });
  late.resolve(new Response(stream));
  await pause(0.01);
  assertEquals([result, state.canceled], [{ expired: "timeout" }, true]);
});

test("attempt: an error that comes too late is not unhandled", async () => {
  const late = deferred<Response>();
  const result = await attemptWith(() => late.promise, { seconds: 0.01 });
  late.reject(new TypeError("no network"));
  await pause(0.01);
  assertEquals(result, { expired: "timeout" });
});

test("attempt: the status counts if the words take too long, or the signal ends them", async () => {
  for (const ending of ["time", "signal"]) {
    const watched = watchedSignal();
    const { state, stream } = hangingBody();
    if (ending === "signal") setTimeout(watched.abort, 10);
    const result = await attemptWith(
      () => Promise.resolve(new Response(stream, { status: 507 })),
      { signal: watched.signal, seconds: ending === "time" ? 0.01 : 60 },
    );
    const told = "answer" in result && [result.answer.status, result.answer.text];
    assertEquals([told, state.canceled, watched.listeners()], [[507, "no room"], true, 0]);
  }
});
