// A process of its own: it measures the growth of the heap.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { createMetricsApp, MetricsRegistry, scrape } from "../../../mod.ts";
import { heapGrowth } from "../../support/garbage.ts";

const address = "http://localhost/metrics";
const textType = "text/plain; version=0.0.4; charset=utf-8";

/** An app whose page has a counter. */
function hostileApp() {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." });
  return createMetricsApp({ registry });
}

type App = ReturnType<typeof hostileApp>;

/** Asserts that an ordinary scrape gets the ordinary page. */
async function assertOrdinary(app: App): Promise<void> {
  const response = await app.request("/metrics");
  assertEquals([response.status, response.headers.get("Content-Type")], [200, textType]);
  assertMatch(await response.text(), /^# HELP jobs Jobs\.\n# TYPE jobs counter\njobs 0\n/);
}

const megabyte = 1 << 20;

/** Values that are long, and hard to read for patterns that go back. */
const longValues: Readonly<Record<string, string>> = {
  "one word": "a".repeat(megabyte),
  "commas": ",".repeat(megabyte),
  "semicolons": "a" + ";".repeat(megabyte),
  "spaces": "a;" + " ".repeat(megabyte) + "b",
  "quotes": '"'.repeat(megabyte),
  "a quote that does not end": '"' + "a".repeat(megabyte),
  "escaped quotes that do not end": '"' + '\\"'.repeat(megabyte / 2),
  "parameters": "text/plain" + ";version=0.0.4".repeat(megabyte / 16),
  "weights": "text/plain;q=0.1,".repeat(megabyte / 16),
  "weights that are none": "gzip;q=" + "9".repeat(megabyte),
};

for (const [what, value] of Object.entries(longValues)) {
  test(`GET /metrics: headers of a megabyte are ignored: ${what}`, async () => {
    const app = hostileApp();
    const names = ["Accept", "Accept-Encoding", "X-Prometheus-Scrape-Timeout-Seconds"];
    for (const name of names) {
      const response = await app.request("/metrics", { headers: { [name]: value } });
      assertEquals([response.status, response.headers.get("Content-Type")], [200, textType]);
      assertEquals(response.headers.get("Content-Encoding"), null);
      assertStringIncludes(await response.text(), "jobs 0\n");
    }
    await assertOrdinary(app);
  });
}

test("GET /metrics: a header of a common length is read, however odd", async () => {
  const app = hostileApp();
  const Accept = '"\\"", ;;q=x, */*;q=2, application/vnd.google.protobuf;' +
    "proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.1";
  const { headers } = await app.request("/metrics", { headers: { Accept } });
  assertStringIncludes(headers.get("Content-Type") ?? "", "protobuf");
});

test("GET /metrics: a query that is too long is refused, others are answered", async () => {
  const app = hostileApp();
  const queries: readonly (readonly [query: string, status: number, found: boolean])[] = [
    ["?name[]=jobs" + "&name[]=x".repeat(5000), 200, true],
    ["?name[]=jobs" + "&name[]=x".repeat(10_000), 414, false],
    ["?name[]=" + "a".repeat(megabyte), 414, false],
    ["?" + "a".repeat(megabyte), 414, false],
    ["?" + "&".repeat(50_000), 200, true],
    ["?" + "name[]&".repeat(9000), 200, false],
    ["?name[]=%E0%A4%A&name[]=%", 200, false],
    ["?name[]=jobs&name[]=%00%0d%0a", 200, true],
    ["?name[]=__proto__&name[]=constructor", 200, false],
    ["?" + "%".repeat(60_000), 200, true],
  ];
  for (const [query, status, found] of queries) {
    const response = await app.request(`/metrics${query}`);
    assertEquals(response.status, status, query.slice(0, 40));
    assertEquals((await response.text()).includes("jobs 0\n"), found, query.slice(0, 40));
  }
  await assertOrdinary(app);
});

test("MetricsServer: methods other than GET and HEAD have no effect", async () => {
  const app = hostileApp();
  const methods = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PURGE", "LOCK"];
  for (const path of ["/metrics", "/health", "/ready"]) {
    for (const method of methods) {
      const body = ["POST", "PUT", "PATCH"].includes(method) ? "x".repeat(100_000) : undefined;
      const response = await app.request(path, { method, body });
      assertEquals([response.status, response.headers.get("Allow")], [405, "GET, HEAD"]);
      await response.body?.cancel();
    }
  }
  await assertOrdinary(app);
});

test("MetricsServer: paths that are nearly those of the endpoints are not found", async () => {
  const app = hostileApp();
  const paths = [
    "/metrics/",
    "//metrics",
    "/metrics//",
    "/METRICS",
    "/metrics%2f",
    "/metrics%00",
    "/metrics;x",
    "/metrics/../../etc/passwd%00",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2fmetrics",
    "/metrics\\..\\health\\x",
    "/health/metrics",
    `/${"a".repeat(megabyte)}`,
    "/",
  ];
  for (const path of paths) {
    const response = await app.request(path);
    assertEquals(response.status, 404, path.slice(0, 40));
    await response.text();
  }
  for (const path of ["/x/../metrics", "/./metrics", "/metrics?", "/metrics#x"]) {
    assertEquals((await app.request(path)).status, 200, path);
  }
  await assertOrdinary(app);
});

const injections = [
  "a\r\nSet-Cookie: evil=1",
  'a"} 1\nevil 1\n# EOF\n',
  "a\\",
  'a\\"',
  "\u2028\u2029",
  "\0",
  "</script><script>alert(1)</script>",
];

test("GET /metrics: the text of a label, a help text or a version cannot leave its place", async () => {
  for (const text of injections) {
    const registry = new MetricsRegistry();
    registry.counter({ name: "jobs", help: text, labels: ["a"] }).inc({ a: text });
    const app = createMetricsApp({ registry, version: text, selfMetrics: false });
    const page = await app.request("/metrics");
    assertEquals([...page.headers.keys()].sort(), ["cache-control", "content-type", "vary"]);
    const lines = (await page.text()).split("\n");
    assertEquals(lines.length, 4);
    assertMatch(lines[2], /^jobs\{a="(?:[^"\\\n]|\\["\\n])*"\} 1$/);
    const health = await app.request("/health");
    assertEquals([...health.headers.keys()].sort(), ["cache-control", "content-type"]);
    assertEquals((await health.json()).version, text);
  }
});

test("GET /metrics: an oddly written Accept header smuggles nothing into the response", async () => {
  const app = hostileApp();
  for (const escaping of ["allow-utf-8\t", "evil", "__proto__", "values, evil"]) {
    const Accept = `text/plain;version=1.0.0;escaping="${escaping}"`;
    const { headers } = await app.request("/metrics", { headers: { Accept } });
    assertMatch(headers.get("Content-Type") ?? "", /^text\/plain; version=(0\.0\.4|1\.0\.0); /);
    assertEquals(headers.get("Content-Type")?.includes(escaping), false);
  }
});

/** Text that a header may hold. */
const headerText = fc.string({
  unit: fc.constantFrom(...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))),
  maxLength: 200,
});

/** Pieces of real headers, put together wrongly. */
const nearlyAccept = fc.array(
  fc.constantFrom(
    "text/plain",
    "application/openmetrics-text",
    "application/vnd.google.protobuf",
    ";version=",
    "0.0.4",
    "1.0.0",
    ";q=",
    "0.5",
    ",",
    "*/*",
    '"',
    "\\",
    ";escaping=",
    "allow-utf-8",
    "proto=",
    "io.prometheus.client.MetricFamily",
    ";encoding=delimited",
    " ",
    "gzip",
    "identity",
  ),
  { maxLength: 30 },
).map((parts) => parts.join(""));

test("MetricsServer answers any request, and the next ordinary scrape gets its page", async () => {
  const app = hostileApp();
  const header = fc.oneof(headerText, nearlyAccept);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        path: fc.oneof(fc.constantFrom("/metrics", "/health", "/ready"), fc.webPath()),
        query: fc.oneof(fc.webQueryParameters(), fc.string(), fc.constant("name[]=jobs")),
        method: fc.constantFrom("GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS", "PURGE"),
        accept: header,
        encoding: header,
        timeout: fc.oneof(headerText, fc.double().map(String)),
      }),
      async ({ path, query, method, accept, encoding, timeout }) => {
        const url = `http://localhost${path}?${encodeURI(query.toWellFormed())}`;
        const headers = {
          "Accept": accept,
          "Accept-Encoding": encoding,
          "X-Prometheus-Scrape-Timeout-Seconds": timeout,
        };
        const response = await app.request(url, { method, headers });
        assert([200, 404, 405].includes(response.status), String(response.status));
        await response.arrayBuffer();
      },
    ),
    { numRuns: 300 },
  );
  await assertOrdinary(app);
});

test("MetricsServer: a hundred thousand connections leave nothing behind", async () => {
  const app = hostileApp();
  const ask = async (at: number) => {
    const headers = { "Accept": `x/${at};q=0.${at}`, "X-Odd": String(at) };
    const response = await app.request(`/metrics?name[]=jobs${at}&at=${at}`, { headers });
    if (at % 3 === 0) await response.body?.cancel();
    else await response.text();
  };
  // Shortened: what each leaves behind would show after a thousand as well.
  const growth = await heapGrowth(async () => {
    for (let at = 0; at < 1500; at++) await ask(at);
  });
  assert(growth < 1, `${growth} MB`);
  await assertOrdinary(app);
});

test("MetricsServer: long pages that nobody reads to their end leave nothing behind", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "long", help: "Long.", labels: ["a"] });
  for (let a = 0; a < 3000; a++) counter.inc({ a: `value number ${a}` });
  const growth = await heapGrowth(async () => {
    for (let time = 0; time < 20; time++) {
      const response = await scrape(new Request(address), registry, { maxRequestsInFlight: 5 });
      if (time % 2 === 0) continue;
      const reader = response.body!.getReader();
      await reader.read();
      if (time % 3 === 0) await reader.cancel();
    }
  });
  assert(growth < 3, `${growth} MB`);
});
