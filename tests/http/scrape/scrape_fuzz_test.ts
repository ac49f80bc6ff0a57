import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { type Gatherer, MetricsRegistry, scrape, type ScrapeOptions } from "../../../mod.ts";
import { collectorAfter, collectorThrowing } from "../../support/collectors.ts";
import { pause } from "../../support/deferred.ts";

const statuses = [200, 405, 414, 500, 503];

/** Text that a header may have: bytes, but no control characters. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map(String.fromCharCode),
});

const media = fc.constantFrom(
  "text/plain",
  "*/*",
  "application/openmetrics-text",
  "application/vnd.google.protobuf",
  "gzip",
  "x-gzip",
  "identity",
  "*",
);
const parameter = fc.constantFrom(
  ";q=0",
  ";q=1",
  ";q=0.5",
  ";q=-1",
  ";q=1e9",
  ";q=",
  ";version=1.0.0",
  ";version=0.0.4",
  ";escaping=dots",
  ";escaping=__proto__",
  ";proto=io.prometheus.client.MetricFamily",
  ";encoding=delimited",
  ';a="\\',
  ";",
  ",",
);
const accept = fc.oneof(
  headerText,
  fc.array(fc.oneof(media, parameter), { maxLength: 12 }).map((parts) => parts.join("")),
  fc.constantFrom("", ",".repeat(5000), "a/b;".repeat(3000), '"'.repeat(2000)),
);

const seconds = fc.oneof(
  headerText,
  fc.double().map(String),
  fc.constantFrom(
    "0",
    "-1",
    "1e-9",
    "0.2",
    "10",
    "1e400",
    "0x10",
    "NaN",
    "Infinity",
    "1_0",
    "\xb3",
  ),
);

const query = fc.oneof(
  fc.constantFrom("", "?", "?name[]=jobs", "?name[]=", "?name[]=%", "?name[]=%ff%00", "?&&=&"),
  fc.webQueryParameters().map((text) => `?${text}`),
  fc.constant(`?${"name[]=jobs&".repeat(10_000)}`),
);

const requests = fc.record({
  method: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("GET", "HEAD") },
    fc.constantFrom("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW", "get", "heaD", "M-SEARCH"),
  ),
  path: fc.oneof(fc.constant("/metrics"), fc.webPath()),
  query,
  headers: fc.record({
    "Accept": accept,
    "Accept-Encoding": accept,
    "X-Prometheus-Scrape-Timeout-Seconds": seconds,
  }, { requiredKeys: [] }),
});

const gatherers: readonly (() => Gatherer)[] = [
  () => registryWith({ collect: () => [] }),
  () => registryWith(collectorThrowing(new Error("no database"))),
  () => registryWith(collectorAfter(pause(0.01), "slow")),
  () => ({ gather: () => Promise.reject(new Error("out of order")) }),
];

function registryWith(collector: { collect: () => never[] } | ReturnType<typeof collectorAfter>) {
  const registry = new MetricsRegistry({ utf8Names: true });
  registry.counter({ name: "jobs", help: "Jobs.", labels: ["a.b"] }).inc({ "a.b": 'x\n"\\' });
  registry.histogram({ name: "took.seconds", help: "Time." }).observe(0.1);
  registry.register(collector);
  return registry;
}

const options = fc.record({
  errorMode: fc.constantFrom("continue" as const, "http" as const),
  formats: fc.constant({ openMetrics: true, openMetrics2: true }),
  maxRequestsInFlight: fc.constantFrom(1, 40),
  compression: fc.boolean(),
  selfMetrics: fc.boolean(),
}, { requiredKeys: [] });

/** What a stack, a path of a file or a piece of code would have. */
const inside = /\bat .*:\d+:\d+|file:\/\/|node_modules|\.(ts|mjs|js)\b|=>|function|\/src\//;

async function check(request: Request, gatherer: Gatherer, options: ScrapeOptions): Promise<void> {
  const { status, headers, body } = await scrape(request, gatherer, options);
  assert(statuses.includes(status), `status ${status}`);
  assert(headers.has("Content-Type"));
  assertEquals(headers.get("Cache-Control"), "no-store");
  const bytes = await new Response(body).arrayBuffer();
  if (request.method === "HEAD") assertEquals(bytes.byteLength, 0);
  if (status === 200) return;
  const text = new TextDecoder().decode(bytes);
  assert(text.length < 1200 && !inside.test(text), text);
  if (request.method !== "HEAD") assert(/^[^\n]+\n$/.test(text), JSON.stringify(text));
}

test("scrape: whatever is asked, it answers with a documented status, and tells nothing of its code", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(requests, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...gatherers),
      options,
      async (asked, gathererOf, options) => {
        const gatherer = gathererOf();
        await Promise.all(asked.map(({ method, path, query, headers }) => {
          const request = new Request(`http://localhost${path}${query}`, { method, headers });
          return check(request, gatherer, options);
        }));
      },
    ),
    { numRuns: 300 },
  );
});
