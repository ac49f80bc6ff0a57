/** A request that several middlewares meet: counted once in each registry, by its whole route. */
import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { test } from "node:test";
import { httpMetrics, MetricsRegistry } from "../../../mod.ts";
import type { HttpContext } from "../../../src/http/requests/http_context.ts";
import { markMeasured, measuredRequest } from "../../../src/http/requests/measured_request.ts";
import * as secondCopy from "../../../src/http/requests/measured_request.ts?copy=2";
import { deferred } from "../../support/deferred.ts";
import { samplesOf } from "../../support/pages.ts";

/** Counted requests by method, route and status, and the number of those in flight. */
async function seen(registry: MetricsRegistry): Promise<readonly string[]> {
  const samples = await samplesOf(registry);
  return samples.flatMap((sample) => {
    const [, labels, count] = sample.match(/^http_requests_total\{(.*)\} (\d+)$/) ?? [];
    const values = labels?.match(/(?<=")[^",]+(?=")/g)?.join(" ");
    const [, inFlight] = sample.match(/^http_requests_in_flight (\d+)$/) ?? [];
    return values ? [`${values}: ${count}`] : inFlight ? [`in flight: ${inFlight}`] : [];
  }).sort();
}

/** An app that is measured, within which others are. */
function apps(registry = new MetricsRegistry()) {
  const measured = () => new Hono().use(httpMetrics({ registry })) as Hono;
  return { registry, measured };
}

/** What the servers of the runtimes pass besides the request. */
const environments: Readonly<Record<string, () => unknown>> = {
  "nothing": () => undefined,
  "bindings": () => ({ DATABASE: {} }),
  "Node's request": () => ({ incoming: {} }),
  "Deno's information": () => new Information(),
};

class Information {
  get completed(): Promise<void> {
    return Promise.reject(new Error("to be read by whoever handles it"));
  }
}

const mounted: readonly (readonly [path: string, counted: string])[] = [
  ["/api/users/7", "GET /api/users/:id 200"],
  ["/api/users/7?query=1", "GET /api/users/:id 200"],
  ["/api", "GET /api 200"],
  ["/api/", "GET /api 200"],
  ["/api/none", "GET unmatched 404"],
  ["/api/gone/7", "GET /api/gone/:id 404"],
  ["/api/broken", "GET /api/broken 500"],
  ["/api/deep/down/7", "GET /api/deep/down/:id 200"],
  ["/tenants/a/users/7", "GET /tenants/:tenant/users/:id 200"],
  ["/same/users/7", "GET /same/users/:id 200"],
  ["/by/hand/7", "GET /by/hand/:id 200"],
];

for (const [what, environment] of Object.entries(environments)) {
  test(`httpMetrics: a request through app.mount() is counted once, with ${what}`, async () => {
    for (const [path, counted] of mounted) {
      const { registry, measured } = apps();
      const deep = measured().get("/down/:id", (context) => context.text("deep"));
      const inner = measured();
      inner.get("/", (context) => context.text("root"));
      inner.get("/users/:id", (context) => context.text("Ada"));
      inner.get("/hand/:id", (context) => context.text("by hand"));
      inner.get("/gone/:id", (context) => context.text("gone", 404));
      inner.get("/broken", () => {
        throw new Error("broken");
      });
      inner.onError((_error, context) => context.text("broken", 500));
      inner.mount("/deep", deep.fetch);
      const same = measured().get("/same/users/:id", (context) => context.text("same"));
      const outer = measured();
      outer.use(async (context, next) => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        await next();
        context.header("X-Outer", "touches every response");
      });
      outer.mount("/api", inner.fetch);
      outer.mount("/tenants/:tenant", inner.fetch);
      outer.mount("/same", same.fetch, { replaceRequest: false });
      outer.get("/by/hand/:id", (context) => {
        const { pathname } = new URL(context.req.url);
        const url = new URL(pathname.replace("/by", ""), context.req.url);
        return inner.fetch(new Request(url, context.req.raw), context.env);
      });
      await (await outer.request(path, undefined, environment() as object)).text();
      assertEquals(await seen(registry), [`${counted}: 1`, "in flight: 0"], path);
    }
  });
}

test("httpMetrics: a request that is mounted is in flight once", async () => {
  const { registry, measured } = apps();
  const [arrived, go] = [deferred(), deferred()];
  const inner = measured().get("/", async (context) => {
    arrived.resolve();
    await go.promise;
    return context.text("done");
  });
  const outer = measured().mount("/api", inner.fetch);
  const asked = outer.request("/api");
  await arrived.promise;
  assertEquals(await seen(registry), ["in flight: 1"]);
  go.resolve();
  await asked;
  assertEquals(await seen(registry), ["GET /api 200: 1", "in flight: 0"]);
});

test("httpMetrics: what an app asks itself, or another, is a request of its own", async () => {
  for (const environment of Object.values(environments)) {
    const { registry, measured } = apps();
    const app = measured();
    app.get("/users", (context) => context.json([]));
    app.get("/page", async (context) => {
      const users = app.request("/users", undefined, context.env as object);
      const posted = app.request("/page", { method: "POST" }, context.env as object);
      return context.text(await (await users).text() + (await posted).status);
    });
    assertEquals(await (await app.request("/page", {}, environment() as object)).text(), "[]404");
    assertEquals(await seen(registry), [
      "GET /page 200: 1",
      "GET /users 200: 1",
      "POST unmatched 404: 1",
      "in flight: 0",
    ]);
  }
});

test("httpMetrics: requests beside each other are each counted", async () => {
  for (const environment of Object.values(environments)) {
    const { registry, measured } = apps();
    const outer = measured().mount("/", measured().get("/", (context) => context.text("")).fetch);
    const ask = () => outer.request("/", undefined, environment() as object);
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    assertEquals(await seen(registry), ["GET / 200: 4", "in flight: 0"]);
  }
});

test("httpMetrics: registries that take turns each count a request once", async () => {
  const [first, second] = [new MetricsRegistry(), new MetricsRegistry()];
  const app = new Hono();
  for (const registry of [first, second, first, second]) app.use(httpMetrics({ registry }));
  app.get("/", (context) => context.text("hello"));
  await app.request("/");
  for (const registry of [first, second]) {
    assertEquals(await seen(registry), ["GET / 200: 1", "in flight: 0"]);
  }
});

test("httpMetrics: an app between two of one registry has another one", async () => {
  for (const environment of Object.values(environments)) {
    const [{ registry, measured }, between] = [apps(), apps()];
    const innermost = measured().get("/users/:id", (context) => context.text("Ada"));
    const middle = between.measured().mount("/v1", innermost.fetch);
    const outer = measured().mount("/api", middle.fetch);
    await outer.request("/api/v1/users/7", undefined, environment() as object);
    // What the app between knows is lost: it has told its own registry.
    assertEquals(await seen(registry), ["GET /api/users/:id 200: 1", "in flight: 0"]);
    assertEquals(await seen(between.registry), ["GET /v1/* 200: 1", "in flight: 0"]);
  }
});

test("httpMetrics: an app may ask itself before it lets another answer", async () => {
  for (const environment of Object.values(environments)) {
    const { registry, measured } = apps();
    const outer = measured();
    const inner = measured().get("/users/:id", (context) => context.text("Ada"));
    outer.get("/rights", (context) => context.text("all"));
    outer.use("/api/*", async (context, next) => {
      await outer.request("/rights", undefined, context.env as object);
      await next();
    });
    outer.mount("/api", inner.fetch);
    await outer.request("/api/users/7", undefined, environment() as object);
    assertEquals(await seen(registry), [
      "GET /api/users/:id 200: 1",
      "GET /rights 200: 1",
      "in flight: 0",
    ]);
  }
});

test("httpMetrics: an app within one that excludes the request measures it", async () => {
  const { registry, measured } = apps();
  const outer = new Hono();
  outer.use(httpMetrics({ registry, exclude: ["/api/*"] }));
  outer.mount("/api", measured().get("/users", (context) => context.text("")).fetch);
  await outer.request("/api/users");
  assertEquals(await seen(registry), ["GET /users 200: 1", "in flight: 0"]);
});

test("httpMetrics: what a server passes may be frozen", async () => {
  const { registry, measured } = apps();
  const app = measured().get("/", (context) => context.text("hello"));
  const env = { incoming: Object.freeze({}) };
  assertEquals(await (await app.request("/", undefined, env)).text(), "hello");
  assertEquals(await seen(registry), ["GET / 200: 1", "in flight: 0"]);
});

test("markMeasured: copies of the package see each other's marks", () => {
  const context = (path: string, env: unknown): HttpContext =>
    ({ env, req: { raw: new Request("http://host/"), method: "GET", path } }) as HttpContext;
  const counter = {};
  const env = { incoming: {} };
  const outer = context("/api/users", env);
  markMeasured(outer, counter);
  for (const { measuredRequest: find } of [{ measuredRequest }, secondCopy]) {
    assertEquals(find(outer, counter)?.isMounted, false);
    assertEquals(find(context("/users", env), counter)?.isMounted, true);
    assertEquals(find(context("/other", env), counter), undefined);
    assertEquals(find(context("/users", { incoming: {} }), counter), undefined);
    assertEquals(find(outer, {}), undefined);
  }
});
