// A process of its own: it measures the growth of the heap.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  deliver,
  type Delivery,
  type DeliveryOptions,
} from "../../../src/push/delivery/delivery.ts";
import { Endpoint, type EndpointOptions } from "../../../src/push/delivery/endpoint.ts";
import { never, within } from "../../support/deferred.ts";
import { heapGrowth } from "../../support/garbage.ts";
import { timersOf, watchedSignal } from "../../support/leftovers.ts";
import { withQuickTimers } from "../../support/quick_timers.ts";

type Step = number | "drop" | "hang" | Response;

/** A `fetch` that answers as told, step by step; the last step stays. */
function fetchWith(...steps: readonly Step[]) {
  const inits: RequestInit[] = [];
  const fetch: EndpointOptions["fetch"] = (_, init) => {
    const step = steps[Math.min(inits.push(init), steps.length) - 1];
    if (step === "drop") return Promise.reject(new TypeError("connection reset"));
    if (step === "hang") return never();
    if (step instanceof Response) return Promise.resolve(step);
    const text = step < 300 ? null : `words of ${step}`;
    return Promise.resolve(new Response(text, { status: step }));
  };
  return { fetch, inits };
}

/** A delivery with pauses as short as they get, and the codes of its attempts. */
async function delivered(
  fetch: EndpointOptions["fetch"],
  options: Partial<DeliveryOptions> = {},
): Promise<{ delivery: Delivery; codes: readonly string[] }> {
  const endpoint = new Endpoint("a writer", "http://host/write?token=s3cret", { fetch });
  const message = {
    method: "POST",
    url: endpoint.url,
    headers: { "content-type": "a/b" },
    body: new Uint8Array(3),
  } as const;
  const codes: string[] = [];
  const delivery = await within(
    300,
    deliver(endpoint, message, {
      maxAttempts: 3,
      attemptSeconds: 20,
      seconds: 500,
      random: () => 0,
      onAttempt: (code) => codes.push(code),
      ...options,
    }),
  );
  return { delivery, codes };
}

const failureOf = (delivery: Delivery) => "failure" in delivery ? delivery.failure.message : "";
const statusOf = (delivery: Delivery) => "answer" in delivery ? delivery.answer.status : undefined;

test("deliver: what sending again would not change is an answer at once", async () => {
  for (const status of [200, 204, 301, 308, 400, 401, 404, 413, 415, 422]) {
    const { fetch, inits } = fetchWith(status);
    const { delivery, codes } = await delivered(fetch);
    assertEquals([statusOf(delivery), codes, inits.length], [status, [`${status}`], 1]);
  }
});

test("deliver: 429, 5xx, errors of the network and timeouts are tried again, and say so", async () => {
  await withQuickTimers(async ({ seconds }) => {
    const { fetch, inits } = fetchWith(429, 500, "drop", "hang", 503, 204);
    const { delivery, codes } = await delivered(fetch, { maxAttempts: 9 });
    assertEquals(statusOf(delivery), 204);
    assertEquals(codes, ["429", "500", "error", "timeout", "503", "204"]);
    const retries = inits.map(({ headers }) => new Headers(headers).get("retry-attempt"));
    assertEquals(retries, [null, "1", "2", "3", "4", "5"]);
    assertEquals(seconds.filter((each) => each <= 10), [0.25, 0.5, 1, 2, 4]);
    assertEquals(inits.every(({ body }) => (body as Uint8Array).length === 3), true);
    assertEquals(
      inits.every(({ headers }) => new Headers(headers).get("content-type") === "a/b"),
      true,
    );
  });
});

test("deliver: after the last attempt it fails with what that one was told", async () => {
  await withQuickTimers(async () => {
    const cases: readonly [Step, string][] = [
      [503, "503, words of 503, after 3 attempts"],
      ["drop", "connection reset, after 3 attempts; is the server reachable?"],
      ["hang", "no answer in time, after 3 attempts; is the server reachable?"],
    ];
    for (const [step, words] of cases) {
      const { fetch, inits } = fetchWith(500, step);
      const { delivery } = await delivered(fetch);
      assertEquals(failureOf(delivery), `edgeprom push to http://host/write: ${words}`);
      assertEquals(inits.length, 3);
    }
  });
  const { delivery } = await delivered(fetchWith(500).fetch, { maxAttempts: 1 });
  assertEquals("failure" in delivery && [delivery.failure.status, delivery.failure.answer], [
    500,
    "words of 500",
  ]);
  assertEquals(failureOf(delivery), "edgeprom push to http://host/write: 500, words of 500");
});

test("deliver: Retry-After lengthens the pause", async () => {
  await withQuickTimers(async ({ seconds }) => {
    const busy = new Response("busy", { status: 429, headers: { "Retry-After": "7" } });
    const { delivery } = await delivered(fetchWith(busy, 204).fetch);
    assertEquals([statusOf(delivery), seconds.filter((each) => each <= 10)], [204, [7.25]]);
  });
});

test("deliver: it fails at once if the pause is longer than the time left", async () => {
  const headers = { "Retry-After": "600" };
  const asked = await delivered(fetchWith(new Response("busy", { status: 429, headers })).fetch);
  assertEquals("retryAfter" in asked.delivery && asked.delivery.retryAfter, 600);
  assertEquals(failureOf(asked.delivery), "edgeprom push to http://host/write: 429, busy");
  const { delivery, codes } = await delivered(fetchWith(500).fetch, { seconds: 0.2 });
  assertEquals([failureOf(delivery).includes("words of 500"), codes], [true, ["500"]]);
});

test("deliver: all attempts together end in time", async () => {
  const { delivery, codes } = await delivered(fetchWith("hang").fetch, { seconds: 0.02 });
  assertEquals([codes, "failure" in delivery], [["timeout"], true]);
});

test("deliver: a signal that is aborted already sends nothing", async () => {
  const { fetch, inits } = fetchWith(204);
  const reason = new Error("the user left");
  const { delivery } = await delivered(fetch, { signal: AbortSignal.abort(reason) });
  assertEquals(failureOf(delivery), "edgeprom push to http://host/write: aborted");
  assertEquals("failure" in delivery && delivery.failure.cause, reason);
  assertEquals(inits.length, 0);
});

test("deliver: the signal ends an attempt and a pause at once", async () => {
  for (const step of ["hang", 503] as const) {
    const watched = watchedSignal();
    const { fetch, inits } = fetchWith(step);
    setTimeout(watched.abort, 20);
    const options = { signal: watched.signal, random: () => 100 };
    const { delivery } = await within(5, delivered(fetch, options));
    const words = step === "hang" ? "aborted" : "503, words of 503";
    assertEquals(failureOf(delivery), `edgeprom push to http://host/write: ${words}`);
    assertEquals([inits.length, watched.listeners()], [1, 0]);
  }
});

test("deliver: newer metrics end a pause, but neither the first attempt nor a running one", async () => {
  const superseded = AbortSignal.abort();
  const first = await delivered(fetchWith(204).fetch, { superseded });
  assertEquals(statusOf(first.delivery), 204);

  const none = fetchWith(500, 204);
  const { delivery } = await delivered(none.fetch, { superseded });
  assertEquals([failureOf(delivery).includes("500"), none.inits.length], [true, 1]);

  const watched = watchedSignal();
  setTimeout(watched.abort, 20);
  const paused = fetchWith(500, 204);
  const options = { superseded: watched.signal, random: () => 100 };
  const late = await within(5, delivered(paused.fetch, options));
  assertEquals([failureOf(late.delivery).includes("500"), paused.inits.length], [true, 1]);
  assertEquals(watched.listeners(), 0);
});

test("deliver: no timer and no listener is left, however it ends", async () => {
  for (const steps of [[204], [400], ["drop"], [500, 204], [500]] as const) {
    const [signal, superseded] = [watchedSignal(), watchedSignal()];
    const counts = await timersOf(() =>
      delivered(fetchWith(...steps).fetch, {
        maxAttempts: 2,
        signal: signal.signal,
        superseded: superseded.signal,
        random: () => -0.99,
      })
    );
    assertEquals([counts.set - counts.cleared, signal.listeners(), superseded.listeners()], [
      0,
      0,
      0,
    ]);
  }
});

test("deliver: a thousand deliveries that fail leave nothing in memory", async () => {
  const { signal } = new AbortController();
  const growth = await heapGrowth(async () => {
    for (let time = 0; time < 500; time++) {
      for (const step of ["drop", 500] as const) {
        const endpoint = new Endpoint("a writer", "http://host/", {
          fetch: () =>
            step === "drop"
              ? Promise.reject(new TypeError("connection reset"))
              : Promise.resolve(new Response("a".repeat(10_000), { status: step })),
        });
        const message = { method: "POST", url: endpoint.url, headers: {} } as const;
        const options = { maxAttempts: 1, attemptSeconds: 60, seconds: 60, signal };
        assertEquals("failure" in await deliver(endpoint, message, options), true);
      }
    }
  });
  assertEquals(growth < 1, true, `${growth} MB`);
});

test("deliver: a fetch that throws a thing of its own is a failure", async () => {
  for (const thrown of [undefined, null, "gone", { a: 1 }, Object.create(null)]) {
    const { delivery } = await delivered(() => Promise.reject(thrown), { maxAttempts: 1 });
    assertStringIncludes(failureOf(delivery), "is the server reachable?");
  }
});

test("deliver: a Durable Object that is overloaded is not asked again", async () => {
  const errors = [[{ overloaded: true }, 1], [{ retryable: true }, 3], [null, 3]] as const;
  await withQuickTimers(async () => {
    for (const [error, attempts] of errors) {
      const { codes } = await delivered(() => Promise.reject(error));
      assertEquals(codes.length, attempts);
    }
  });
});

test("deliver: before each attempt it asks whether it may, and tells how each ended", async () => {
  const { fetch, inits } = fetchWith(503, 200);
  const results: unknown[] = [];
  let asked = 0;
  const options: Partial<DeliveryOptions> = {
    mayBegin: () => ++asked < 2,
    onResult: (result) => results.push("answer" in result && result.answer.text),
  };
  const quick = { delivery: {} as Delivery };
  await withQuickTimers(async () => void Object.assign(quick, await delivered(fetch, options)));
  assertStringIncludes(failureOf(quick.delivery), "another push goes on");
  assertEquals([asked, inits.length, results], [2, 1, ["words of 503"]]);
});
