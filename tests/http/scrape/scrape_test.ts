import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  type Collector,
  type Gatherer,
  type MetricFamily,
  MetricsRegistry,
  scrape,
  type ScrapeOptions,
} from "../../../mod.ts";
import { collectorAfter, collectorGiving, collectorThrowing } from "../../support/collectors.ts";
import { never, pause } from "../../support/deferred.ts";
import { gaugeOf } from "../../support/families.ts";
import { pageOf } from "../../support/pages.ts";
import { recordingLogger } from "../../support/recording_logger.ts";

const address = "http://localhost/metrics";

function registryOf(...collectors: readonly Collector[]): MetricsRegistry {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." });
  for (const collector of collectors) registry.register(collector);
  return registry;
}

/** A registry whose page is worth to be compressed. */
function largeRegistry(): MetricsRegistry {
  const registry = registryOf();
  const sizes = registry.histogram({ name: "sizes", help: "Sizes.", labels: ["a"] });
  for (let a = 0; a < 20; a++) sizes.observe({ a }, a);
  return registry;
}

function ask(
  gatherer: Gatherer,
  headers: Readonly<Record<string, string>> = {},
  options?: ScrapeOptions,
): Promise<Response> {
  return scrape(new Request(address, { headers }), gatherer, options);
}

/** How often scrapes failed, as the page says. */
function errorsOn(page: string): readonly number[] {
  const samples = page.matchAll(/^edgeprom_scrape_errors_total\{.*\} (\d+)$/gm);
  return Array.from(samples, ([, value]) => Number(value));
}

test("scrape answers with the page of the registry", async () => {
  const registry = registryOf();
  const response = await ask(registry, {}, { selfMetrics: false });
  assertEquals([response.status, response.ok], [200, true]);
  assertEquals(Object.fromEntries(response.headers), {
    "cache-control": "no-store",
    "content-type": "text/plain; version=0.0.4; charset=utf-8",
    "vary": "Accept, Accept-Encoding",
  });
  assertEquals(await response.text(), await pageOf(registry));
});

test("scrape takes a custom gatherer as it does a registry", async () => {
  const gatherer: Gatherer = {
    gather: () => Promise.resolve({ families: [gaugeOf("a", {})], errors: [] }),
  };
  assertEquals(
    await (await ask(gatherer, {}, { selfMetrics: false })).text(),
    "# HELP a Help.\n# TYPE a gauge\na 1\n",
  );
});

test("scrape serves the text format whatever is accepted", async () => {
  for (const Accept of ["*/*", "text/html", "application/json", "text/plain;q=0", '"', ""]) {
    const { status, headers } = await ask(registryOf(), { Accept });
    assertEquals(status, 200);
    assertEquals(headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  }
});

test("scrape compresses a page for a request that accepts gzip, and the page is the same inside", async () => {
  const registry = largeRegistry();
  const options = { selfMetrics: false };
  const plain = await (await ask(registry, {}, options)).text();
  const response = await ask(registry, { "Accept-Encoding": "br, gzip;q=0.5" }, options);
  assertEquals(response.headers.get("Content-Encoding"), "gzip");
  assertEquals(response.headers.get("Vary"), "Accept, Accept-Encoding");
  assert(response.body !== null);
  const inside = response.body.pipeThrough(new DecompressionStream("gzip"));
  assertEquals(await new Response(inside).text(), plain);
});

const plainRequests: [string | undefined, MetricsRegistry, ScrapeOptions?][] = [
  [undefined, largeRegistry()],
  ["", largeRegistry()],
  ["identity", largeRegistry()],
  ["gzip;q=0", largeRegistry()],
  ["*;q=0", largeRegistry()],
  ["identity;q=1, gzip;q=0.5", largeRegistry()],
  ["gzip", registryOf()],
  ["gzip", largeRegistry(), { compression: false }],
];

test("scrape does not compress if gzip is not accepted, not worth it or switched off", async () => {
  for (const [encoding, registry, options] of plainRequests) {
    const headers = encoding === undefined ? undefined : { "Accept-Encoding": encoding };
    const response = await ask(registry, headers, options);
    assertEquals(response.headers.get("Content-Encoding"), null);
    assertStringIncludes(await response.text(), "jobs 0\n");
  }
});

test("scrape: HEAD has the headers of GET, the length of its body, and no body", async () => {
  for (const encoding of ["identity", "gzip"]) {
    const registry = largeRegistry();
    const init = { headers: { "Accept-Encoding": encoding } };
    const options = { selfMetrics: false };
    const get = await scrape(new Request(address, init), registry, options);
    const head = await scrape(new Request(address, { ...init, method: "HEAD" }), registry, options);
    assertEquals([head.status, head.body], [200, null]);
    get.headers.set("Content-Length", String((await get.arrayBuffer()).byteLength));
    assertEquals(Object.fromEntries(head.headers), Object.fromEntries(get.headers));
  }
});

test("scrape: the wish of the client itself decides on compression, if the platform tells it", async () => {
  const wishes = [
    ["", false],
    ["identity", false],
    ["br, gzip", true],
    ["x".repeat(5000), false],
    [undefined, true],
    [null, true],
    [5, true],
  ] as const;
  for (const [clientAcceptEncoding, compressed] of wishes) {
    const headers = { "Accept-Encoding": "br, gzip" };
    const request = Object.assign(new Request(address, { headers }), {
      cf: { clientAcceptEncoding },
    });
    const response = await scrape(request, largeRegistry());
    const encoding = response.headers.get("Content-Encoding");
    assertEquals(encoding, compressed ? "gzip" : null, String(clientAcceptEncoding));
  }
  const without = Object.assign(new Request(address), { cf: { clientAcceptEncoding: "gzip" } });
  const response = await scrape(without, largeRegistry());
  assertEquals(response.headers.get("Content-Encoding"), "gzip");
});

test("scrape: other methods are not allowed, and nothing is gathered for them", async () => {
  const gatherer: Gatherer = {
    gather: () => {
      throw new Error("nobody asked");
    },
  };
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
    const response = await scrape(new Request(address, { method }), gatherer);
    assertEquals([response.status, response.headers.get("Allow")], [405, "GET, HEAD"]);
    assertStringIncludes(await response.text(), `${method} is not allowed`);
  }
});

const all = [
  "a",
  "b",
  "edgeprom_scrape_duration_seconds",
  "edgeprom_scrape_errors_total",
  "edgeprom_scrapes_total",
  "edgeprom_series",
  "jobs",
];

const filters: [query: string, names: readonly string[]][] = [
  ["", all],
  ["?name[]=a", ["a"]],
  ["?name%5B%5D=a", ["a"]],
  ["?name[]=b&name[]=a", ["a", "b"]],
  ["?name[]=a&name[]=a", ["a"]],
  ["?name[]=a&name[]=unknown", ["a"]],
  ["?name[]=unknown", []],
  ["?name[]=", []],
  ["?name[]=A", []],
  ["?name[]=edgeprom_scrape_errors_total", ["edgeprom_scrape_errors_total"]],
  ["?other=a", all],
  ["?name=a", all],
];

test("scrape: name[] selects families by name", async () => {
  const registry = registryOf(collectorGiving([gaugeOf("b", {}), gaugeOf("a", {})]));
  for (const [query, names] of filters) {
    const response = await scrape(new Request(address + query), registry);
    const page = await response.text();
    assertEquals(response.status, 200);
    const found = [...page.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
    assertEquals(found.sort(), names, query);
    if (names.length === 0) assertEquals(page, "");
  }
});

test("scrape: a collector that fails is left out, logged and counted, at each scrape", async () => {
  const logger = recordingLogger();
  const registry = registryOf(
    collectorThrowing(new Error("no database")),
    { collect: () => Promise.reject(new Error("no network")) },
    collectorGiving(null),
  );
  for (const time of [1, 2]) {
    const response = await ask(registry, {}, { logger });
    const page = await response.text();
    assertEquals(response.status, 200);
    assertStringIncludes(page, "jobs 0\n");
    assertEquals(errorsOn(page), [3 * time, 0]);
    assertEquals(logger.messages.length, 3 * time);
  }
  for (const [at, part] of [[0, "no database"], [1, "no network"], [2, "array"]] as const) {
    assertStringIncludes(logger.messages[at], "warn: scrape: ");
    assertStringIncludes(logger.messages[at], part);
  }
});

test("scrape: a successful scrape is not logged", async () => {
  const logger = recordingLogger();
  await ask(registryOf(), {}, { logger });
  assertEquals(logger.messages, []);
});

test("scrape: a family that cannot be encoded is left out, logged and counted", async () => {
  const logger = recordingLogger();
  const unwritable = { ...gaugeOf("bad", {}), type: "timer" } as unknown as MetricFamily;
  const gatherer: Gatherer = {
    gather: () => Promise.resolve({ families: [unwritable, gaugeOf("a", {})], errors: [] }),
  };
  const first = await (await ask(gatherer, {}, { logger })).text();
  assertStringIncludes(first, "a 1\n");
  assertEquals(first.includes("TYPE bad"), false);
  assertEquals(logger.messages.length, 1);
  assertStringIncludes(logger.messages[0], "warn: scrape: bad: ");
  // The page that it was left out of is written already.
  assertEquals(errorsOn(first), [0, 0]);
  assertEquals(errorsOn(await (await ask(gatherer)).text()), [0, 1]);
});

for (
  const [what, failing] of [
    ["rejects", () => Promise.reject(new Error("out of order"))],
    ["throws", () => {
      throw new Error("out of order");
    }],
    ["gives nothing", () => Promise.resolve(undefined as never)],
  ] as const
) {
  test(`scrape: a gatherer that ${what} is answered with 500, and the next scrape is right`, async () => {
    const logger = recordingLogger();
    let broken = true;
    const gatherer: Gatherer = {
      gather: () => broken ? failing() : Promise.resolve({ families: [], errors: [] }),
    };
    const response = await ask(gatherer, {}, { logger });
    assertEquals(response.status, 500);
    assertEquals(Object.fromEntries(response.headers), {
      "cache-control": "no-store",
      "content-type": "text/plain; charset=utf-8",
    });
    assertStringIncludes(await response.text(), "The metrics could not be gathered: ");
    assertEquals(logger.messages.length, 1);
    assertStringIncludes(logger.messages[0], "error: scrape: ");

    broken = false;
    const next = await ask(gatherer, {}, { logger });
    assertEquals([next.status, errorsOn(await next.text())], [200, [1, 0]]);
    assertEquals(logger.messages.length, 1);
  });
}

test("scrape: a HEAD request that fails has no body", async () => {
  const gatherer: Gatherer = { gather: () => Promise.reject(new Error("out of order")) };
  const response = await scrape(new Request(address, { method: "HEAD" }), gatherer);
  assertEquals([response.status, await response.text()], [500, ""]);
});

const hanging: Collector = { collect: () => never() };

test("scrape: a collector that hangs is cut off after timeoutSeconds", async () => {
  const logger = recordingLogger();
  const registry = registryOf(hanging, collectorAfter(pause(0.01), "slow"));
  const response = await ask(registry, {}, { timeoutSeconds: 0.1, logger });
  const page = await response.text();
  assertEquals([response.status, errorsOn(page)], [200, [1, 0]]);
  for (const sample of ["jobs 0\n", "slow 1\n"]) assertStringIncludes(page, sample);
  assertEquals(logger.messages, [
    "warn: scrape: an unnamed collector: it did not answer before the deadline",
  ]);
});

test("scrape: a collector that hangs is cut off after the timeout of Prometheus", async () => {
  const headers = { "X-Prometheus-Scrape-Timeout-Seconds": "0.1" };
  const page = await (await ask(registryOf(hanging), headers)).text();
  assertStringIncludes(page, "jobs 0\n");
  assertEquals(errorsOn(page), [1, 0]);
});

test("scrape: the timeout of Prometheus does not extend our own", async () => {
  const headers = { "X-Prometheus-Scrape-Timeout-Seconds": "3600" };
  const page = await (await ask(registryOf(hanging), headers, { timeoutSeconds: 0.05 })).text();
  assertEquals(errorsOn(page), [1, 0]);
});

const slow: Collector = { collect: () => pause(0.05).then(() => [gaugeOf("slow", {})]) };

test("scrape: a timeout that makes no sense is ignored", async () => {
  for (const value of ["0", "-1", "soon", "", "NaN", "Infinity", "1e400"]) {
    const headers = { "X-Prometheus-Scrape-Timeout-Seconds": value };
    const page = await (await ask(registryOf(slow), headers)).text();
    assertStringIncludes(page, "slow 1\n", value);
  }
});

test("scrape: a timeout of more than 24 days does not end a scrape at once", async () => {
  for (const timeoutSeconds of [Infinity, 1e9, 2 ** 31 / 1000]) {
    const page = await (await ask(registryOf(slow), {}, { timeoutSeconds })).text();
    assertStringIncludes(page, "slow 1\n", String(timeoutSeconds));
  }
});

test("scrape: a logger that fails does not spoil the scrape", async () => {
  const fail = () => {
    throw new Error("disk full");
  };
  const logger = { info: fail, warn: fail, error: fail };
  const response = await ask(registryOf(collectorGiving(null)), {}, { logger });
  assertEquals(response.status, 200);
  assertStringIncludes(await response.text(), "jobs 0\n");
});

test("scrape: concurrent scrapes each get a whole page", async () => {
  const registry = registryOf(slow);
  const pages = await Promise.all(
    Array.from({ length: 10 }, async () => (await ask(registry)).text()),
  );
  assertEquals(new Set(pages).size, 1);
  assertStringIncludes(pages[0], "slow 1\n");
});

test("scrape: a family with the name of the error count is on the page once", async () => {
  const registry = registryOf(collectorGiving([gaugeOf("edgeprom_scrape_errors_total", {})]));
  const page = await (await ask(registry)).text();
  assertEquals(page.match(/^# TYPE edgeprom_scrape_errors_total /gm)?.length, 1);
});
