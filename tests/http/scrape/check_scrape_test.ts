import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { MetricsError, MetricsRegistry, scrape } from "../../../mod.ts";

const request = new Request("http://localhost/metrics");
const registry = new MetricsRegistry();

async function refusal(...args: readonly unknown[]): Promise<string> {
  const error = await assertRejects(
    () => (scrape as (...args: readonly unknown[]) => Promise<Response>)(...args),
  );
  assert(error instanceof MetricsError, String(error));
  return error.message;
}

/** The request of `node:http`, the context of Hono, and others that are no `Request`. */
const requests: readonly unknown[] = [
  { headers: { accept: "*/*" }, method: "GET", url: "/metrics" },
  { req: { raw: request }, header: () => "" },
  { headers: new Headers(), method: "GET" },
  { headers: new Headers(), url: "/metrics" },
  "http://localhost/metrics",
  null,
  undefined,
];

test("scrape: what is no Request is refused with what to do", async () => {
  for (const given of requests) {
    const message = await refusal(given, registry);
    assertStringIncludes(message, "must be a Request");
    assertStringIncludes(message, "getRequestListener(createMetricsApp({ registry }).fetch)");
    assertStringIncludes(message, "context.req.raw");
  }
});

test("scrape: what is no gatherer is refused", async () => {
  for (const given of [{}, undefined, null, "metrics", { collect: () => [] }]) {
    assertStringIncludes(await refusal(request, given), "scrape: the registry ");
  }
});

const options: readonly (readonly [options: unknown, ...parts: readonly string[]])[] = [
  [null, "null", "must be an object"],
  ["gzip", '"gzip"', "must be an object"],
  [{ timeoutSecond: 5 }, 'unknown option "timeoutSecond"', '"timeoutSeconds" here'],
  [{ registry }, 'unknown option "registry"'],
  [{ compression: "gzip" }, 'compression "gzip" must be true or false'],
  [{ timeoutSeconds: "5" }, 'timeoutSeconds "5" must be a number of seconds from 0 up'],
  [{ timeoutSeconds: -1 }, "timeoutSeconds -1 must be a number"],
  [{ timeoutSeconds: NaN }, "timeoutSeconds NaN must be a number"],
  [{ timeoutOffsetSeconds: -0.5 }, "timeoutOffsetSeconds -0.5 must be a number"],
  [{ maxRequestsInFlight: 0 }, "maxRequestsInFlight 0 must be a whole number from 1 up"],
  [{ maxRequestsInFlight: 1.5 }, "maxRequestsInFlight 1.5 must be"],
  [{ errorMode: "thrw" }, 'errorMode "thrw" must be one of "continue", "http", "throw"'],
  [{ selfMetrics: 1 }, "selfMetrics 1 must be true or false"],
  [{ logger: { info() {} } }, "logger [object Object] must be an object with the methods info()"],
  [{ formats: true }, "formats true must be an object"],
  [{ formats: { openmetrics: true } }, 'unknown option "openmetrics"', '"openMetrics" here'],
  [{ formats: { protobuf: 1 } }, "scrape: formats: protobuf 1 must be true or false"],
  [{ formats: { openMetrics: { counters: "append" } } }, "openMetrics", "counters and created"],
  [{ formats: { openMetrics: { counter: "unknown" } } }, "openMetrics", "counters and created"],
  [{ formats: { openMetrics: [] } }, "openMetrics", "true, false, or an object"],
];

test("scrape: an option that is unknown or wrong is refused by its name, at each request", async () => {
  for (const [given, ...parts] of options) {
    for (const part of [...parts, ...parts]) {
      assertStringIncludes(await refusal(request, registry, given), part);
    }
  }
});

test("scrape: options that are right are taken", async () => {
  const right = [
    undefined,
    {},
    { timeoutSeconds: undefined },
    { timeoutSeconds: Infinity, timeoutOffsetSeconds: 0, maxRequestsInFlight: 1 },
    { compression: false, selfMetrics: false, errorMode: "http", logger: console },
    { formats: { protobuf: false, openMetrics: { counters: "append-total", created: true } } },
    { formats: { openMetrics: { created: undefined }, openMetrics2: true } },
  ] as const;
  for (const options of right) {
    assertEquals((await scrape(request, registry, options)).status, 200);
  }
});
