import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { type Context, Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { every } from "hono/combine";
import { HTTPException } from "hono/http-exception";
import { stream, streamText } from "hono/streaming";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import {
  createMetricsApp,
  httpMetrics,
  type HttpMetricsOptions,
  MetricsRegistry,
  RegistrationError,
} from "../../../mod.ts";
import { getSampleValue } from "../../../src/testing.ts";
import { withClock } from "../../support/clock.ts";
import { deferred, pause } from "../../support/deferred.ts";
import { samplesOf } from "../../support/pages.ts";
import { recordingLogger } from "../../support/recording_logger.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { handmadeSchema } from "../../support/schemas.ts";
import { withWallClock } from "../../support/wall_clock.ts";

/** A registry, and an app that measures into it. */
function measured(options: Omit<HttpMetricsOptions<Context>, "registry"> = {}) {
  const registry = new MetricsRegistry();
  const app = new Hono();
  app.use(httpMetrics({ registry, ...options }));
  return { registry, app };
}

/** Asks and reads the answer to its end. */
async function get(app: Hono, path: string, init?: RequestInit): Promise<string> {
  const response = await app.request(path, init);
  return `${response.status} ${await response.text()}`;
}

/** The samples of a family, without its name. */
async function counts(registry: MetricsRegistry, name = "http_requests_total") {
  const samples = await samplesOf(registry);
  return samples.filter((sample) => sample.startsWith(`${name}{`) || sample.startsWith(`${name} `))
    .map((sample) => sample.slice(name.length)).sort();
}

test("httpMetrics: a request is counted, timed and no longer in flight", async () => {
  const { registry, app } = measured();
  app.get("/", (context) => context.text("hello"));
  assertEquals(await get(app, "/"), "200 hello");
  const labels = { method: "GET", route: "/", status: "200" };
  assertEquals(await getSampleValue(registry, "http_requests_total", labels), 1);
  assertEquals(await getSampleValue(registry, "http_request_duration_seconds_count", labels), 1);
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
  assertEquals(await counts(registry, "http_requests_aborted_total"), []);
});

test("httpMetrics has four families, and more if sizes are wanted", async () => {
  const families = async (options: HttpMetricsOptions) => {
    const registry = new MetricsRegistry();
    httpMetrics({ registry, ...options });
    return (await registry.gather()).families.map(({ name, type }) => `${type} ${name}`);
  };
  const four = [
    "histogram http_request_duration_seconds",
    "counter http_requests_aborted_total",
    "gauge http_requests_in_flight",
    "counter http_requests_total",
  ];
  assertEquals(await families({}), four);
  assertEquals(await families({ requestSize: false, responseSize: false }), four);
  assertEquals(await families({ requestSize: true, responseSize: { native: true } }), [
    four[0],
    "histogram http_request_size_bytes",
    ...four.slice(1),
    "histogram http_response_size_bytes",
  ]);
});

test("httpMetrics measures into the default registry if it is given none", async () => {
  try {
    const app = new Hono();
    app.use(httpMetrics());
    await get(app, "/");
    const labels = { method: "GET", route: "unmatched", status: "404" };
    const registry = MetricsRegistry.global();
    assertEquals(await getSampleValue(registry, "http_requests_total", labels), 1);
  } finally {
    MetricsRegistry.global().clear();
  }
});

/** Paths asked for, and the route that each is counted by. */
const routes: readonly (readonly [path: string, route: string])[] = [
  ["/", "/"],
  ["/users/1", "/users/:id"],
  ["/users/2?query=3", "/users/:id"],
  ["/users/%2e%2e", "/"],
  ["/users/%2F%00%0A", "/users/:id"],
  ["/files/a/b/c", "/files/*"],
  ["/any", "/any"],
  ["/optional", "/optional/:id?"],
  ["/optional/1", "/optional/:id?"],
  ["/digits/12", "/digits/:number{[0-9]+}"],
  ["/digits/ab", "unmatched"],
  ["/api/v1/orders/7", "/api/v1/orders/:id"],
  ["/api/v1/orders/7/lines/8", "/api/v1/orders/:id/lines/:line"],
  ["/api/v1/nothing", "unmatched"],
  ["/api/failing/9", "/api/failing/:id"],
  ["/based/on/this", "/based/on/:what"],
  ["/other-app/deep/inside", "/other-app/*"],
  ["/served/by/middleware", "/served/*"],
  ["/chain", "/chain"],
  ["/nowhere", "unmatched"],
  ["/nowhere/else", "unmatched"],
  ["//", "unmatched"],
];

function routedApp() {
  const { registry, app } = measured();
  app.get("/", (context) => context.text("root"));
  app.get("/users/:id", (context) => context.text(context.req.param("id")));
  app.get("/files/*", (context) => context.text("file"));
  app.all("/any", (context) => context.text("any"));
  app.get("/optional/:id?", (context) => context.text("optional"));
  app.get("/digits/:number{[0-9]+}", (context) => context.text("digits"));
  const lines = new Hono().get("/lines/:line", (context) => context.text("line"));
  const orders = new Hono();
  orders.get("/:id", (context) => context.text("order"));
  orders.route("/:id", lines);
  app.use("/api/*", (_context, next) => next());
  app.route("/api/v1/orders", orders);
  const failing = new Hono();
  failing.onError((_error, context) => context.text("contained", 502));
  failing.get("/:id", () => {
    throw new Error("failing");
  });
  app.route("/api/failing", failing);
  app.basePath("/based").get("/on/:what", (context) => context.text("based"));
  app.mount("/other-app", () => new Response("from elsewhere"));
  app.use("/served/*", async (context, next) => {
    context.header("X-Served", "yes");
    if (context.req.path === "/served/by/middleware") return context.text("served");
    await next();
  });
  app.get(
    "/chain",
    async (_context, next) => await next(),
    (context, _next) => Promise.resolve(context.text("last of the chain")),
  );
  return { registry, app };
}

test("httpMetrics: the route is the template, wherever it was registered, and never the path", async () => {
  for (const [path, route] of routes) {
    const { registry, app } = routedApp();
    const response = await app.request(path);
    await response.text();
    assertEquals(await counts(registry), [
      `{method="GET",route="${route}",status="${response.status}"} 1`,
    ], path);
  }
});

test("httpMetrics: no path, whatever is in it, makes a series of its own", async () => {
  const { registry, app } = routedApp();
  const known = new Set(routes.map(([, route]) => route));
  await fc.assert(
    fc.asyncProperty(fc.webPath(), fc.webQueryParameters(), async (path, query) => {
      const response = await app.request(`http://localhost${path || "/"}?${query}`);
      await response.text();
    }),
    { numRuns: 200 },
  );
  const found = (await counts(registry)).map((sample) => sample.match(/route="(.*?)",st/)?.[1]);
  assertEquals(found.filter((route) => !known.has(route ?? "")), []);
});

test("httpMetrics: a request that middleware turns away has the route that it would have reached", async () => {
  const { registry, app } = measured();
  const auth = basicAuth({ username: "ada", password: "secret" });
  app.use("/private/*", every(auth, (_context, next) => next()));
  app.get("/private/*", (_context, next) => next());
  app.get("/private/users/:id", (context) => context.text("user"));
  app.use("/closed/*", auth);
  const Authorization = `Basic ${btoa("ada:secret")}`;
  await get(app, "/private/users/1");
  await get(app, "/private/users/1", { headers: { Authorization } });
  await get(app, "/private/none");
  await get(app, "/closed/none");
  await get(app, "/closed/none", { headers: { Authorization } });
  assertEquals(await counts(registry), [
    '{method="GET",route="/closed/*",status="401"} 1',
    '{method="GET",route="/private/*",status="401"} 1',
    '{method="GET",route="/private/users/:id",status="200"} 1',
    '{method="GET",route="/private/users/:id",status="401"} 1',
    '{method="GET",route="unmatched",status="404"} 1',
  ]);
});

test("httpMetrics: methods are counted by name, and unknown ones as one", async () => {
  const { registry, app } = measured();
  app.all("/", (context) => context.text("any"));
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    await get(app, "/", { method });
  }
  for (const method of ["PURGE", "PROPFIND", "M-SEARCH"]) await get(app, "/", { method });
  const methods = (await counts(registry)).map((sample) => sample.match(/"(.*?)".* (\d+)$/)!);
  assertEquals(methods.map(([, method, count]) => `${method} ${count}`), [
    "DELETE 1",
    "GET 1",
    "HEAD 1",
    "OPTIONS 1",
    "PATCH 1",
    "POST 1",
    "PUT 1",
    "other 3",
  ]);
});

/** Handlers that end in a status, on the way that is in the name. */
function failingApp(options: HttpMetricsOptions = {}) {
  const { registry, app } = measured(options);
  app.get("/ok", (context) => context.text("ok"));
  app.get("/created", (context) => context.json({}, 201));
  app.get("/empty", (context) => context.body(null, 204));
  app.get("/redirect", (context) => context.redirect("/ok"));
  app.get("/missing", (context) => context.notFound());
  app.get("/exception", () => {
    throw new HTTPException(418, { message: "a teapot" });
  });
  app.get("/error", () => {
    throw new Error("broken");
  });
  app.get("/rejection", () => Promise.reject(new Error("broken")));
  app.get("/no-error", () => {
    throw "not an Error";
  });
  app.get("/nothing", (() => undefined) as never);
  app.onError((error, context) =>
    error instanceof HTTPException ? error.getResponse() : context.text("broken", 500)
  );
  return { registry, app };
}

const statuses: Readonly<Record<string, number>> = {
  "/ok": 200,
  "/created": 201,
  "/empty": 204,
  "/redirect": 302,
  "/missing": 404,
  "/exception": 418,
  "/error": 500,
  "/rejection": 500,
  "/no-error": 500,
  "/nothing": 500,
};

test("httpMetrics: a request is counted with its status, errors and exceptions too", async () => {
  for (const [path, status] of Object.entries(statuses)) {
    const { registry, app } = failingApp();
    const answered = await get(app, path).catch((error) => error);
    if (path === "/no-error") assertEquals(answered, "not an Error");
    else assertStringIncludes(answered, String(status));
    assertEquals(await counts(registry), [`{method="GET",route="${path}",status="${status}"} 1`]);
    assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
  }
});

test("httpMetrics: statuses can be counted by class", async () => {
  const { registry, app } = failingApp({ status: "class" });
  for (const path of ["/ok", "/created", "/redirect", "/exception", "/error"]) await get(app, path);
  const found = (await counts(registry)).map((sample) => sample.match(/status="(.*)"/)?.[1]);
  assertEquals(found.sort(), ["2xx", "2xx", "3xx", "4xx", "5xx"]);
});

test("httpMetrics: the duration is in seconds, in the configured buckets", async () => {
  await withClock(async (clock) => {
    const { registry, app } = measured({ duration: { buckets: [0.1, 1] } });
    app.get("/", (context) => {
      clock.advance(0.25);
      return context.text("late");
    });
    await get(app, "/");
    const labels = 'method="GET",route="/",status="200"';
    assertEquals(await counts(registry, "http_request_duration_seconds_bucket"), [
      `{${labels},le="+Inf"} 1`,
      `{${labels},le="0.1"} 0`,
      `{${labels},le="1.0"} 1`,
    ]);
    assertEquals(await counts(registry, "http_request_duration_seconds_sum"), [`{${labels}} 0.25`]);
  });
});

test("httpMetrics: a duration is what passed, whatever becomes of the time of day", async () => {
  for (const step of [-3600, 3600]) {
    await withWallClock((wall) =>
      withClock(async (clock) => {
        const { registry, app } = measured({ duration: { buckets: [1] } });
        app.get("/", (context) => {
          wall.advance(step);
          clock.advance(0.25);
          return context.text("late");
        });
        await get(app, "/");
        const [sum] = await counts(registry, "http_request_duration_seconds_sum");
        assertEquals(sum, '{method="GET",route="/",status="200"} 0.25');
      })
    );
  }
});

test("httpMetrics: a clock that goes back makes no negative duration", async () => {
  await withClock(async (clock) => {
    const { registry, app } = measured();
    app.get("/", (context) => {
      clock.advance(-5);
      return context.text("early");
    });
    await get(app, "/");
    const [sum] = await counts(registry, "http_request_duration_seconds_sum");
    assertEquals(sum, '{method="GET",route="/",status="200"} 0');
  });
});

test("httpMetrics refuses a wrong option at once, by name", () => {
  const wrong: readonly (readonly [options: unknown, ...parts: string[]])[] = [
    [{ registry: {} }, "registry", "MetricsRegistry"],
    [{ registry: null }, "registry null", "MetricsRegistry"],
    [new MetricsRegistry(), "{ registry }"],
    [null, "null", "object"],
    [5, "5", "object"],
    [{ excludes: [] }, '"excludes"', '"exclude"'],
    [{ exclude: "/health" }, 'exclude "/health"', "list"],
    [{ exclude: [/health/] }, "exclude [/health/]", "routes"],
    [{ status: "codes" }, 'status "codes"', '"code", "class"'],
    [{ labels: ["plan"] }, "labels", "object"],
    [{ logger: {} }, "logger", "warn()"],
    [{ logger: { warn() {} } }, "logger", "info(), warn() and error()"],
    [{ duration: [0.1, 1] }, "duration [0.1,1]", "object"],
    [{ requestSize: "yes" }, 'requestSize "yes"', "true"],
    [{ responseSize: null }, "responseSize null", "true"],
    [{ buckets: [1] }, '"buckets"', "duration"],
  ];
  for (const [options, ...parts] of wrong) {
    assertThrowsWith(
      () => httpMetrics(options as never),
      RegistrationError,
      "httpMetrics: ",
      ...parts,
    );
  }
});

test("httpMetrics: the duration can be counted in native buckets, with or without classic ones", async () => {
  for (const [duration, bounds] of [[{ native: true }, 0], [{ native: true, buckets: [1] }, 1]]) {
    const { registry, app } = measured({ duration: duration as { native: true } });
    await get(app, "/");
    const { families } = await registry.gather();
    const family = families.find(({ name }) => name === "http_request_duration_seconds");
    assert(family?.type === "histogram");
    assertEquals([family.native?.length, family.bounds.length], [1, bounds as number]);
  }
});

const streamed: readonly [string, (context: Context, go: Promise<void>) => Response][] = [
  ["a stream by Hono", (context, go) =>
    stream(context, async (writer) => {
      await writer.write("one");
      await go;
      await writer.write("two");
    })],
  ["a stream of text by Hono", (context, go) =>
    streamText(context, async (writer) => {
      await writer.write("one");
      await go;
      await writer.write("two");
    })],
  ["a body of one's own", (context, go) => context.body(streamOf("one", go, "two"))],
  ["a bare response", (_context, go) => new Response(streamOf("one", go, "two"))],
];

function streamOf(first: string, go: Promise<void>, second: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode(first));
      await go;
      controller.enqueue(encoder.encode(second));
      controller.close();
    },
  });
}

for (const [what, respond] of streamed) {
  test(`httpMetrics measures ${what} to its end`, async () => {
    await withClock(async (clock) => {
      const { registry, app } = measured();
      const go = deferred();
      app.get("/", (context) => {
        context.header("X-Own", "kept");
        return respond(context, go.promise);
      });
      const response = await app.request("/");
      if (what !== "a bare response") assertEquals(response.headers.get("X-Own"), "kept");
      const reading = response.text();
      assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 1);
      assertEquals(await counts(registry), []);
      clock.advance(2);
      go.resolve();
      assertEquals(await reading, "onetwo");
      const labels = { method: "GET", route: "/", status: "200" };
      assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
      assertEquals(await getSampleValue(registry, "http_requests_total", labels), 1);
      assertEquals(
        await getSampleValue(registry, "http_request_duration_seconds_sum", labels),
        2,
      );
      assertEquals(await counts(registry, "http_requests_aborted_total"), []);
    });
  });
}

test("httpMetrics counts a client that disconnects during a stream, and the source is canceled", async () => {
  const { registry, app } = measured();
  const cancelled = deferred<unknown>();
  app.get("/", (context) =>
    context.body(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(8)),
        cancel: (reason) => cancelled.resolve(reason),
      }),
    ));
  const { body } = await app.request("/");
  const reader = body!.getReader();
  await reader.read();
  await reader.cancel("gone");
  assertEquals(await cancelled.promise, "gone");
  assertEquals(await counts(registry), ['{method="GET",route="/",status="200"} 1']);
  assertEquals(await counts(registry, "http_requests_aborted_total"), [
    '{method="GET",route="/"} 1',
  ]);
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
});

test("httpMetrics counts a stream that fails, and its reader gets the error", async () => {
  const { registry, app } = measured();
  app.get("/", (context) =>
    context.body(
      new ReadableStream({
        pull: () => Promise.reject(new Error("source failed")),
      }),
    ));
  const response = await app.request("/");
  const error = await response.text().then(() => undefined, (error) => error);
  assertStringIncludes(String(error), "source failed");
  assertEquals(await counts(registry, "http_requests_aborted_total"), [
    '{method="GET",route="/"} 1',
  ]);
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
});

test("httpMetrics counts a client that disconnected before the response", async () => {
  const { registry, app } = measured();
  // Deno is asked only during requests that are not over in no time.
  app.use(async (_context, next) => {
    await pause(0.1);
    await next();
  });
  app.get("/", (context) => context.text("nobody reads this"));
  app.get("/stream", (context) => context.body(new ReadableStream()));
  const gone = AbortSignal.abort();
  for (const path of ["/", "/stream"]) await app.request(path, { signal: gone });
  await get(app, "/");
  assertEquals(await counts(registry), [
    '{method="GET",route="/",status="200"} 2',
    '{method="GET",route="/stream",status="200"} 1',
  ]);
  assertEquals(await counts(registry, "http_requests_aborted_total"), [
    '{method="GET",route="/"} 1',
    '{method="GET",route="/stream"} 1',
  ]);
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
});

test("httpMetrics: a HEAD request ends with its headers", async () => {
  const { registry, app } = measured();
  app.get("/", (context) => context.body(new ReadableStream()));
  const response = await app.request("/", { method: "HEAD" });
  assertEquals([response.status, response.body], [200, null]);
  assertEquals(await counts(registry), ['{method="HEAD",route="/",status="200"} 1']);
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
});

/** Node's response, as Hono's server for Node hands it down. */
function nodeResponse() {
  let close = () => {};
  const outgoing = {
    destroyed: false,
    writableFinished: false,
    errored: null as unknown,
    once: (_event: string, listener: () => void) => void (close = listener),
  };
  const end = async (how: Partial<typeof outgoing>) => {
    Object.assign(outgoing, how);
    close();
    // The end is a promise, which comes a turn later.
    await Promise.resolve();
  };
  return { outgoing, end };
}

test("httpMetrics on Node: a request ends when its response is sent, of whatever kind", async () => {
  for (
    const [how, aborted] of [
      [{ writableFinished: true }, 0],
      [{ destroyed: true }, 1],
      [{ writableFinished: true, errored: new Error("source failed") }, 1],
    ] as const
  ) {
    for (const path of ["/text", "/stream"]) {
      const { registry, app } = measured();
      app.get("/text", (context) => context.text("hello"));
      app.get("/stream", (context) => context.body(new ReadableStream()));
      const { outgoing, end } = nodeResponse();
      const response = await app.request(path, undefined, { outgoing });
      assertEquals([response.status, response.bodyUsed], [200, false]);
      assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 1);
      await end(how);
      const labels = { method: "GET", route: path };
      const whole = { ...labels, status: "200" };
      assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
      assertEquals(await getSampleValue(registry, "http_requests_total", whole), 1);
      const count = await getSampleValue(registry, "http_requests_aborted_total", labels);
      assertEquals(count ?? 0, aborted);
    }
  }
});

test("httpMetrics on Node: a client that disconnected before is known from the response", async () => {
  const { registry, app } = measured();
  const { outgoing } = nodeResponse();
  await app.request("/", undefined, { outgoing: { ...outgoing, destroyed: true } });
  await Promise.resolve();
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
  assertEquals(await counts(registry, "http_requests_aborted_total"), [
    '{method="GET",route="unmatched"} 1',
  ]);
});

test("httpMetrics: concurrent requests are all in flight", async () => {
  const { registry, app } = measured();
  const go = deferred();
  app.get("/", async (context) => {
    await go.promise;
    return context.text("done");
  });
  const asked = Array.from({ length: 5 }, () => get(app, "/"));
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 5);
  go.resolve();
  await Promise.all(asked);
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
  assertEquals(await counts(registry), ['{method="GET",route="/",status="200"} 5']);
});

test("httpMetrics: sizes are those of the bodies", async () => {
  const { registry, app } = measured({ requestSize: true, responseSize: { buckets: [10] } });
  app.post("/", async (context) => context.text(`got ${(await context.req.text()).length}`));
  app.get("/", (context) => context.body(null, 204));
  app.get("/stream", (context) =>
    stream(context, async (writer) => {
      for (let part = 0; part < 3; part++) await writer.write(new Uint8Array(100));
    }));
  await get(app, "/", { method: "POST", body: "12345", headers: { "Content-Length": "5" } });
  await get(app, "/");
  await get(app, "/stream");
  await get(app, "/stream", { method: "HEAD" });
  assertEquals(await counts(registry, "http_request_size_bytes_sum"), [
    '{method="GET",route="/",status="204"} 0',
    '{method="GET",route="/stream",status="200"} 0',
    '{method="HEAD",route="/stream",status="200"} 0',
    '{method="POST",route="/",status="200"} 5',
  ]);
  assertEquals(await counts(registry, "http_response_size_bytes_sum"), [
    '{method="GET",route="/",status="204"} 0',
    '{method="GET",route="/stream",status="200"} 300',
    '{method="HEAD",route="/stream",status="200"} 0',
    '{method="POST",route="/",status="200"} 5',
  ]);
});

test("httpMetrics: a body of unknown size and an invalid length are not observed", async () => {
  const { registry, app } = measured({ requestSize: true });
  app.post("/", async (context) => context.text(await context.req.text()));
  await get(app, "/", { method: "POST", body: "abc" });
  await get(app, "/", { method: "POST", body: "abc", headers: { "Content-Length": "1e3" } });
  assertEquals(await counts(registry, "http_request_size_bytes_count"), []);
  assertEquals(await counts(registry), ['{method="POST",route="/",status="200"} 2']);
});

test("httpMetrics: a custom label has the allowed values, and one for all others", async () => {
  const header = (name: string) => ({ req }: Context) => req.header(name);
  const short = handmadeSchema((value) =>
    typeof value === "string" && value.length < 4
      ? { value: value.toUpperCase() }
      : { issues: [{ message: "too long" }] }
  );
  const { registry, app } = measured({
    labels: {
      plan: { from: header("X-Plan"), allowed: ["free", "paid"] },
      team: { from: header("X-Team"), allowed: short },
    },
  });
  app.get("/", (context) => context.text("hello"));
  await get(app, "/", { headers: { "X-Plan": "free", "X-Team": "abc" } });
  await get(app, "/", { headers: { "X-Plan": "gold", "X-Team": "abcdef" } });
  await get(app, "/", { headers: { "X-Plan": "other" } });
  const start = '{method="GET",route="/",status="200"';
  assertEquals(await counts(registry), [
    `${start},plan="free",team="ABC"} 1`,
    `${start},plan="other",team="other"} 2`,
  ]);
});

test("httpMetrics: a custom label may come from other middleware", async () => {
  type Environment = { Variables: { plan: string } };
  const registry = new MetricsRegistry();
  const app = new Hono<Environment>();
  app.use(httpMetrics({
    registry,
    labels: {
      plan: { from: (context: Context<Environment>) => context.get("plan"), allowed: ["free"] },
    },
  }));
  app.use((context, next) => {
    context.set("plan", "free");
    return next();
  });
  app.get("/", (context) => context.text("hello"));
  await (await app.request("/")).text();
  assertEquals(await counts(registry), [
    '{method="GET",route="/",status="200",plan="free"} 1',
  ]);
});

test("httpMetrics: an error of the host's functions costs the value, is logged once, and no more", async () => {
  const logger = recordingLogger();
  const fail = () => {
    throw new Error("no such tenant");
  };
  const { registry, app } = measured({
    logger,
    labels: {
      tenant: { from: fail, allowed: ["a"] },
      later: {
        from: () => "x",
        allowed: handmadeSchema(() => Promise.reject(new Error("asynchronous"))),
      },
    },
    exclude: fail,
  });
  app.get("/", (context) => context.text("hello"));
  for (let time = 0; time < 3; time++) assertEquals(await get(app, "/"), "200 hello");
  assertEquals(await counts(registry), [
    '{method="GET",route="/",status="200",tenant="other",later="other"} 3',
  ]);
  assertEquals(logger.messages, ["warn: httpMetrics: no such tenant"]);
});

test("httpMetrics: a schema that throws loses the record and not the response", async () => {
  const logger = {
    info: () => {},
    error: () => {},
    warn: () => {
      throw new Error("disk full");
    },
  };
  const { registry, app } = measured({
    logger,
    labels: {
      a: {
        from: () => "x",
        allowed: handmadeSchema(() => {
          throw new Error("broken schema");
        }),
      },
    },
  });
  app.get("/", (context) => context.text("hello"));
  assertEquals(await get(app, "/"), "200 hello");
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
});

test("httpMetrics refuses a wrong label at once, by name", () => {
  const from = () => "x";
  for (
    const [labels, ...parts] of [
      [{ method: { from, allowed: ["a"] } }, '"method"', "already"],
      [{ route: { from, allowed: ["a"] } }, '"route"', "already"],
      [{ status: { from, allowed: ["a"] } }, '"status"', "already"],
      [{ le: { from, allowed: ["a"] } }, '"le"', "reserved"],
      [{ "not a name": { from, allowed: ["a"] } }, "not a name"],
      [{ plan: { from, allowed: [] } }, '"plan"'],
      [{ plan: { from } }, '"plan"'],
      [{ plan: { from, allowed: { optional: true } } }, '"plan" allows any value', "clients"],
      [{ plan: { from, allowed: { optional: false } } }, '"plan" allows any value', "schema"],
      [{ plan: { allowed: ["a"] } }, '"plan"', '"from"'],
      [{ plan: undefined }, '"plan"'],
    ] as unknown as readonly [never, ...string[]][]
  ) {
    const registry = new MetricsRegistry();
    assertThrowsWith(() => httpMetrics({ registry, labels }), RegistrationError, ...parts);
  }
});

test("httpMetrics: routes and requests can be excluded", async () => {
  for (
    const exclude of [
      ["/health", "/assets/*"],
      ({ req }: Context) => req.path === "/health" || req.path.startsWith("/assets/"),
    ]
  ) {
    const { registry, app } = measured({ exclude });
    app.get("/health", (context) => context.text("healthy"));
    app.use("/assets/*", (context) => Promise.resolve(context.text("asset")));
    app.get("/", (context) => context.text("hello"));
    for (const path of ["/health", "/assets/a.css", "/"]) await get(app, path);
    assertEquals(await counts(registry), ['{method="GET",route="/",status="200"} 1']);
    assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
  }
});

test("httpMetrics does not measure what is registered before it, such as the metrics themselves", async () => {
  const registry = new MetricsRegistry();
  const app = new Hono();
  app.route("/", createMetricsApp({ registry }));
  app.use(httpMetrics({ registry }));
  for (const path of ["/metrics", "/health", "/ready"]) await get(app, path);
  assertEquals(await counts(registry), []);
});

test("httpMetrics: a page of metrics that is measured is the same page", async () => {
  const registry = new MetricsRegistry();
  const app = new Hono();
  app.use(httpMetrics({ registry }));
  app.route("/", createMetricsApp({ registry }));
  assertMatch(await get(app, "/metrics"), /http_requests_in_flight 1\n/);
  assertEquals(await counts(registry), ['{method="GET",route="/metrics",status="200"} 1']);
});

test("httpMetrics counts a request once, however often the middleware is in its way", async () => {
  const registry = new MetricsRegistry();
  const app = new Hono();
  app.use(httpMetrics({ registry }));
  app.use(httpMetrics({ registry }));
  const inner = new Hono();
  inner.use(httpMetrics({ registry }));
  inner.get("/", (context) => context.text("inner"));
  app.route("/inner", inner);
  await get(app, "/inner");
  assertEquals(await counts(registry), ['{method="GET",route="/inner",status="200"} 1']);
  assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
});

test("httpMetrics: two registries each count a request", async () => {
  const [first, second] = [new MetricsRegistry(), new MetricsRegistry()];
  const app = new Hono();
  app.use(httpMetrics({ registry: first }), httpMetrics({ registry: second }));
  app.get("/", (context) => context.text("hello"));
  await get(app, "/");
  for (const registry of [first, second]) {
    assertEquals(await counts(registry), ['{method="GET",route="/",status="200"} 1']);
  }
});

test("httpMetrics: exemplars come from the registry's source", async () => {
  const registry = new MetricsRegistry({ exemplarSource: () => ({ trace_id: "4bf92f35" }) });
  const app = new Hono();
  app.use(httpMetrics({ registry }));
  await get(app, "/");
  const { families } = await registry.gather();
  const exemplars = families.flatMap((family) =>
    "exemplars" in family
      ? family.exemplars?.filter((exemplar) => exemplar !== undefined) ?? []
      : []
  );
  assertEquals(exemplars.map((exemplar) => exemplar?.labels), [
    { trace_id: "4bf92f35" },
    { trace_id: "4bf92f35" },
  ]);
});

test("httpMetrics: the exemplar of a stream is of its request, whoever reads it", async () => {
  const traces = new AsyncLocalStorage<string>();
  const registry = new MetricsRegistry({
    exemplarSource: () => ({ trace_id: traces.getStore() ?? "none" }),
  });
  const app = new Hono();
  app.use((_context, next) => traces.run("4bf92f35", next));
  app.use(httpMetrics({ registry }));
  app.get("/", (context) => context.body(streamOf("one", Promise.resolve(), "two")));
  const response = await app.request("/");
  await traces.run("another", () => response.text());
  const { families } = await registry.gather();
  const [requests] = families.filter(({ name }) => name === "http_requests_total");
  assert(requests.type === "counter");
  assertEquals(requests.exemplars?.map((exemplar) => exemplar?.labels), [{ trace_id: "4bf92f35" }]);
});

test("httpMetrics: counts are those of the requests, in any order of events", async () => {
  const kinds = ["/ok", "/created", "/exception", "/error", "/no-error", "/nothing", "/nowhere"];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { maxLength: 40 }), async (paths) => {
      const { registry, app } = failingApp();
      await Promise.all(paths.map((path) => get(app, path).catch(() => "")));
      const total = (await counts(registry)).reduce(
        (sum, sample) => sum + Number(sample.split(" ").at(-1)),
        0,
      );
      assertEquals(total, paths.length);
      assertEquals(await getSampleValue(registry, "http_requests_in_flight"), 0);
    }),
    { numRuns: 30 },
  );
});
