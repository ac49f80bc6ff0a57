/** Every way in which a response can end: counted once, and nothing stays in flight. */
import { assertEquals, assertRejects } from "@std/assert";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { contextStorage } from "hono/context-storage";
import { etag } from "hono/etag";
import { streamSSE } from "hono/streaming";
import { test } from "node:test";
import { httpMetrics, type HttpMetricsOptions, MetricsRegistry } from "../../../mod.ts";
import { withClock } from "../../support/clock.ts";
import { pause } from "../../support/deferred.ts";
import { garbageCollector } from "../../support/garbage.ts";
import { samplesOf } from "../../support/pages.ts";
import { until } from "../../support/until.ts";

/** An app whose responses pass through other middleware after they are measured. */
function measured(
  outer: MiddlewareHandler | undefined,
  options: Omit<HttpMetricsOptions, "registry"> = {},
) {
  const registry = new MetricsRegistry();
  const app = new Hono();
  if (outer !== undefined) app.use(outer);
  app.use(httpMetrics({ registry, ...options }));
  return { registry, app };
}

/** Requests that were counted by route and status, those that were aborted, and those in flight. */
async function seen(registry: MetricsRegistry) {
  const samples = await samplesOf(registry);
  const family = (name: string) =>
    samples.filter((sample) => sample.startsWith(`${name}{`) || sample.startsWith(`${name} `));
  const counted = family("http_requests_total").map((sample) =>
    sample.replace(/^.*route="(.*?)",status="(.*?)".* (\d+)$/, "$1 $2: $3")
  );
  const aborted = family("http_requests_aborted_total").map((sample) => sample.split(" ").at(-1));
  const [inFlight] = family("http_requests_in_flight").map((sample) => sample.split(" ")[1]);
  return { counted, aborted: aborted.join(), inFlight };
}

const once = { counted: ["/ 200: 1"], aborted: "", inFlight: "0" };
const abortedOnce = { ...once, aborted: "1" };
const never = { counted: [], aborted: "", inFlight: "1" };

/** A stream of parts, one for each read, and what became of it. */
function source(parts: readonly string[] = ["one", "two"], init: ResponseInit = {}) {
  const state: { cancelled?: unknown } = {};
  const left = parts.map((part) => new TextEncoder().encode(part));
  const response = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          const part = left.shift();
          if (part === undefined) controller.close();
          else controller.enqueue(part);
        },
        cancel: (reason) => void (state.cancelled = reason),
      }, { highWaterMark: 0 }),
      init,
    );
  return { state, response };
}

const html = { headers: { "Content-Type": "text/css" } };
const gzip = { headers: { "Accept-Encoding": "gzip" } };

/** What middleware further out does with a stream, and what is seen of the request afterwards. */
interface Replacement {
  readonly what: string;
  readonly outer: MiddlewareHandler;
  readonly answer: string;
  readonly unread: typeof once | typeof never;
}

const replacements: readonly Replacement[] = [
  {
    what: "set in the place of",
    outer: async (context, next) => {
      await next();
      context.res = new Response("an error page", { status: 502 });
    },
    answer: "an error page",
    unread: once,
  },
  {
    what: "set in the place of, without its headers,",
    outer: async (context, next) => {
      await next();
      context.res = undefined;
      context.res = new Response("an error page", { status: 502 });
    },
    answer: "an error page",
    unread: once,
  },
  {
    what: "set in the place of, which it cancels,",
    outer: async (context, next) => {
      await next();
      await context.res.body?.cancel();
      context.res = new Response("an error page");
    },
    answer: "an error page",
    unread: abortedOnce,
  },
  {
    what: "an error page in the place of",
    outer: async (_context, next) => {
      await next();
      throw new Error("broken");
    },
    answer: "by onError",
    unread: once,
  },
  {
    what: "a stream in the place of",
    outer: async (context, next) => {
      await next();
      context.res = source(["another"]).response();
    },
    answer: "another",
    unread: once,
  },
  {
    what: "the second in the place of",
    outer: async (context, next) => {
      await next();
      context.res = new Response(context.res.body!.pipeThrough(new TransformStream()));
      context.res = new Response("the second");
    },
    answer: "the second",
    unread: once,
  },
  {
    what: "made of",
    outer: async (context, next) => {
      await next();
      context.res = new Response(context.res.body!.pipeThrough(new TransformStream()), context.res);
    },
    answer: "onetwo",
    unread: never,
  },
  {
    what: "with other headers and the body of",
    outer: async (context, next) => {
      await next();
      context.header("X-Own", "yes");
      context.res = new Response(context.res.body, context.res);
      context.header("X-Own", "no");
    },
    answer: "onetwo",
    unread: never,
  },
  {
    what: "the clone of",
    outer: async (context, next) => {
      await next();
      context.res = context.res.clone();
    },
    answer: "onetwo",
    unread: never,
  },
];

for (const { what, outer, answer, unread } of replacements) {
  test(`httpMetrics: a response ${what} a stream`, async () => {
    const { registry, app } = measured(outer);
    app.onError((_error, context) => context.text("by onError", 500));
    app.get("/", () => source(undefined, html).response());
    const response = await app.request("/");
    assertEquals(await seen(registry), unread);
    assertEquals(await response.text(), answer);
    assertEquals(await seen(registry), unread === never ? once : unread);
  });
}

test("httpMetrics: a replaced stream took as long as until it was replaced", async () => {
  await withClock(async (clock) => {
    const { registry, app } = measured(async (context, next) => {
      await next();
      clock.advance(3);
      context.res = new Response("late");
    });
    app.get("/", () => {
      clock.advance(0.5);
      return source().response();
    });
    await app.request("/");
    const [sum] = (await samplesOf(registry)).filter((line) => line.includes("seconds_sum"));
    assertEquals(sum.split(" ")[1], "0.5");
  });
});

test("httpMetrics: two registries see a stream that is replaced, and one that is read", async () => {
  const registries = [new MetricsRegistry(), new MetricsRegistry()];
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    if (context.req.query("replace")) context.res = new Response("replaced");
  });
  for (const registry of registries) app.use(httpMetrics({ registry }));
  app.get("/", () => source().response());
  const response = await app.request("/");
  assertEquals(await Promise.all(registries.map(seen)), [never, never]);
  assertEquals(await response.text(), "onetwo");
  assertEquals(await Promise.all(registries.map(seen)), [once, once]);
  await app.request("/?replace=1");
  // The stream of the inner one is within that of the outer one, which is what was replaced.
  const twice = { ...once, counted: ["/ 200: 2"] };
  assertEquals(await Promise.all(registries.map(seen)), [twice, twice]);
});

test("httpMetrics: a compressed stream ends when it has been read", async () => {
  const { registry, app } = measured(compress());
  app.get("/", () => source(["a".repeat(2000), "b"], html).response());
  const response = await app.request("/", gzip);
  assertEquals(response.headers.get("Content-Encoding"), "gzip");
  assertEquals(await seen(registry), never);
  const text = new Response(response.body!.pipeThrough(new DecompressionStream("gzip"))).text();
  assertEquals((await text).length, 2001);
  assertEquals(await seen(registry), once);
});

test("httpMetrics: a compressed stream that is cancelled is aborted, if its source is told", async () => {
  const { registry, app } = measured(compress());
  const { state, response } = source(Array.from({ length: 99 }, () => "a".repeat(99_000)), html);
  app.get("/", response);
  const { body } = await app.request("/", gzip);
  await body!.cancel("gone");
  await until(async () => (await seen(registry)).inFlight === "0");
  // Node 20 compresses on to the end.
  assertEquals(await seen(registry), state.cancelled === "gone" ? abortedOnce : once);
});

test("httpMetrics: a stream that a tag replaces by a 304 is counted", async () => {
  const { registry, app } = measured(etag());
  app.get("/", () => source(["tagged"]).response());
  const tag = (await app.request("/")).headers.get("ETag")!;
  const response = await app.request("/", { headers: { "If-None-Match": tag } });
  assertEquals(response.status, 304);
  // The tag is that of the whole body, which has been read for it.
  await until(async () => (await seen(registry)).inFlight === "0");
  assertEquals(await seen(registry), { ...once, counted: ["/ 200: 2"] });
});

test("httpMetrics: a response that was set twice is the last one", async () => {
  const { registry, app } = measured(undefined);
  app.get("/", (context) => {
    context.res = source(["first"]).response();
    context.res = source(["second"]).response();
    return context.res;
  });
  assertEquals(await (await app.request("/")).text(), "second");
  assertEquals(await seen(registry), once);
});

test("httpMetrics: a handler that throws after its response was set", async () => {
  const { registry, app } = measured(undefined);
  app.onError((_error, context) => context.text("by onError", 500));
  app.get("/", (context) => {
    context.res = source().response();
    throw new Error("broken");
  });
  assertEquals(await (await app.request("/")).text(), "by onError");
  assertEquals(await seen(registry), { ...once, counted: ["/ 500: 1"] });
});

test("httpMetrics: events from the server end when they are cancelled", async () => {
  const { registry, app } = measured(undefined);
  app.get("/", (context) =>
    streamSSE(context, async (stream) => {
      while (!stream.aborted && !stream.closed) {
        await stream.writeSSE({ data: "event" });
        await stream.sleep(1);
      }
    }));
  const reader = (await app.request("/")).body!.getReader();
  await reader.read();
  assertEquals(await seen(registry), never);
  await reader.cancel();
  assertEquals(await seen(registry), abortedOnce);
});

const bodiless: readonly (readonly [name: string, respond: (context: Context) => Response])[] = [
  ["204", (context) => context.body(null, 204)],
  ["304", (context) => context.body(null, 304)],
  ["404", (context) => context.body(null, 404)],
];

for (const [status, respond] of bodiless) {
  for (const responseSize of [false, true]) {
    test(`httpMetrics: a ${status} without a body, sizes ${responseSize}, is over at once`, async () => {
      const { registry, app } = measured(undefined, { responseSize });
      app.get("/", respond);
      const response = await app.request("/");
      assertEquals([response.status, response.body], [Number(status), null]);
      assertEquals(await seen(registry), { ...once, counted: [`/ ${status}: 1`] });
    });
  }
}

/** Whether the runtime lets a response without a body have one. */
function isRefused(status: number): boolean {
  try {
    return source(undefined, { status }).response().body === null;
  } catch {
    return true;
  }
}

for (const status of [204, 304]) {
  const skip = isRefused(status) && "the runtime refuses such a response";
  test(
    `httpMetrics: a ${status} with a body is over at once, as that is never sent`,
    { skip },
    async () => {
      for (const responseSize of [false, true]) {
        const { registry, app } = measured(undefined, { responseSize });
        app.get("/", () => source(undefined, { status }).response());
        await app.request("/");
        assertEquals(await seen(registry), { ...once, counted: [`/ ${status}: 1`] });
      }
    },
  );
}

test("httpMetrics: HEAD ends with its headers, sizes or not, and sends no body", async () => {
  for (const responseSize of [false, true]) {
    const { registry, app } = measured(undefined, { responseSize });
    app.get("/", () => source().response());
    const response = await app.request("/", { method: "HEAD" });
    assertEquals(response.body, null);
    assertEquals(await seen(registry), once);
  }
});

test("httpMetrics: a stream that nobody has any more is counted when it is collected", async () => {
  const collect = await garbageCollector();
  for (const outer of [undefined, contextStorage()]) {
    const { registry, app } = measured(outer);
    app.get("/", () => source(undefined, html).response());
    const drop = async () => {
      for (let time = 0; time < 20; time++) await app.request("/");
    };
    await drop();
    assertEquals((await seen(registry)).counted, []);
    // A collector that looks for what is alive by the stack may take the last ones for that.
    const { counted, aborted } = await until(async () => {
      collect();
      await pause(0.01);
      return await seen(registry);
    }, ({ inFlight }) => Number(inFlight) <= 2);
    assertEquals(Number(counted[0].split(" ").at(-1)) >= 18, true);
    assertEquals(aborted, "");
  }
});

test("httpMetrics: a stream that is being read is not taken for one that nobody has", async () => {
  const collect = await garbageCollector();
  const { registry, app } = measured(undefined);
  app.get("/", () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await pause(0.02);
          collect();
          controller.enqueue(new Uint8Array(8));
          if (--left === 0) controller.close();
        },
      }),
    ));
  let left = 5;
  assertEquals((await (await app.request("/")).bytes()).length, 40);
  assertEquals(await seen(registry), once);
});

test("httpMetrics: sizes of a response on Node are those that were read when it was sent", async () => {
  for (const [how, bytes] of [["text", "3"], ["stream", "6"], ["empty", "0"]] as const) {
    const { registry, app } = measured(undefined, { responseSize: true });
    app.get(
      "/",
      (context) =>
        how === "stream"
          ? source().response()
          : how === "text"
          ? context.text("one")
          : context.body(null),
    );
    let close = () => {};
    const once = (_event: string, listener: () => void) => void (close = listener);
    const outgoing = { once, destroyed: false, writableFinished: true, errored: null };
    const response = await app.request("/", undefined, { outgoing });
    await response.text();
    assertEquals((await seen(registry)).inFlight, "1");
    close();
    await pause(0.001);
    assertEquals((await seen(registry)).inFlight, "0");
    const [sum] = (await samplesOf(registry)).filter((line) => line.includes("bytes_sum"));
    assertEquals(sum.split(" ").at(-1), bytes);
  }
});

test("httpMetrics: what is no Error, thrown further out, leaves nothing in flight", async () => {
  const { registry, app } = measured(undefined);
  app.get("/", () => {
    throw "no Error";
  });
  await assertRejects(async () => await app.request("/"));
  assertEquals(await seen(registry), { ...once, counted: ["/ 500: 1"] });
});

test("httpMetrics(): a request that a reset meets on its way leaves none in flight", async () => {
  const { registry, app } = measured(undefined);
  let end!: () => void;
  const slow = new Promise<void>((resolve) => end = resolve);
  app.get("/", async (context) => {
    await slow;
    return context.text("done");
  });
  const response = app.request("/");
  assertEquals(await seen(registry), never);
  registry.reset();
  end();
  await (await response).text();
  assertEquals(await seen(registry), once);
});
