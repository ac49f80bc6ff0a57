import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  type Collector,
  type Gatherer,
  type Gathering,
  MetricsRegistry,
  scrape,
  type ScrapeOptions,
} from "../../../mod.ts";
import { secondsFor } from "../../../src/http/scrape/scrape_request.ts";
import { withClock } from "../../support/clock.ts";
import { collectorThrowing } from "../../support/collectors.ts";
import { deferred, never, pause } from "../../support/deferred.ts";
import { gaugeOf } from "../../support/families.ts";
import { sampleLines } from "../../support/pages.ts";
import { recordingLogger } from "../../support/recording_logger.ts";

const address = "http://localhost/metrics";

function ask(
  gatherer: Gatherer,
  options?: ScrapeOptions,
  { query = "", ...init }: RequestInit & { readonly query?: string } = {},
): Promise<Response> {
  return scrape(new Request(address + query, init), gatherer, options);
}

/** A gatherer that gathers on demand, and how often it was asked. */
function heldGatherer() {
  const go = deferred();
  const asked = { times: 0 };
  const gatherer: Gatherer = {
    async gather() {
      asked.times++;
      await go.promise;
      return { families: [gaugeOf("a", {})], errors: [] };
    },
  };
  return { gatherer, go, asked };
}

test("scrape: with more pages than the limit, the others get 503 and Retry-After", async () => {
  const { gatherer, go } = heldGatherer();
  const options = { maxRequestsInFlight: 2 };
  const held = ["?name[]=a", "?name[]=b"].map((query) => ask(gatherer, options, { query }));
  for (const method of ["GET", "HEAD"]) {
    const refused = await ask(gatherer, options, { method });
    assertEquals([refused.status, refused.headers.get("Retry-After")], [503, "1"]);
    const reason = "Limit of concurrent requests reached (2), try again later\n";
    assertEquals(await refused.text(), method === "HEAD" ? "" : reason);
    const length = refused.headers.get("Content-Length");
    assertEquals(length, method === "HEAD" ? String(reason.length) : null);
  }
  go.resolve();
  assertEquals((await Promise.all(held)).map(({ status }) => status), [200, 200]);
  const next = await ask(gatherer, options);
  assertEquals(next.status, 200);
  assertStringIncludes(await next.text(), 'edgeprom_scrapes_total{code="503"} 2\n');
});

test("scrape: 40 pages may be made at the same time by default", async () => {
  const { gatherer, go } = heldGatherer();
  const asked = Array.from(
    { length: 45 },
    (_, at) => ask(gatherer, {}, { query: `?name[]=${at}` }),
  );
  go.resolve();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  assertEquals(statuses.filter((status) => status === 503).length, 5);
});

test("scrape: scrapes that share a page are one of those that the limit counts", async () => {
  const { gatherer, go } = heldGatherer();
  const options = { maxRequestsInFlight: 1 };
  const sharing = Array.from({ length: 100 }, () => ask(gatherer, options));
  const other = await ask(gatherer, options, { query: "?name[]=a" });
  assertEquals(other.status, 503);
  go.resolve();
  const statuses = new Set((await Promise.all(sharing)).map(({ status }) => status));
  assertEquals([...statuses], [200]);
});

test("scrape: a scrape that would ask the collectors again needs a permit of its own", async () => {
  const { gatherer, asked } = heldGatherer();
  await withClock(async (clock) => {
    const options = { maxRequestsInFlight: 1 };
    ask(gatherer, options);
    clock.advance(1.1);
    assertEquals((await ask(gatherer, options)).status, 503);
    assertEquals(asked.times, 1);
  });
});

test("scrape: a scrape that fails releases its permit too", async () => {
  const options: ScrapeOptions = { maxRequestsInFlight: 1 };
  const failing: Gatherer = { gather: () => Promise.reject(new Error("out of order")) };
  for (let time = 0; time < 5; time++) {
    assertEquals((await ask(failing, options)).status, 500);
    await ask(failing, { ...options, errorMode: "throw" }).catch(() => {});
    assertEquals((await ask(failing, options, { method: "HEAD" })).status, 500);
  }
});

test("scrape: concurrent scrapes share one gathering, and a later one has its own", async () => {
  const { gatherer, go, asked } = heldGatherer();
  const together = Array.from({ length: 10 }, () => ask(gatherer));
  go.resolve();
  for (const response of await Promise.all(together)) {
    assertEquals(response.status, 200);
    assertStringIncludes(await response.text(), "a 1\n");
  }
  assertEquals(asked.times, 1);
  await ask(gatherer);
  assertEquals(asked.times, 2);
});

test("scrape: a gathering that fails fails for all that share it, and for no later one", async () => {
  let broken = true;
  const gatherer: Gatherer = {
    gather: () =>
      pause(0.01).then((): Gathering => {
        if (broken) throw new Error("out of order");
        return { families: [], errors: [] };
      }),
  };
  const statuses = async () =>
    (await Promise.all([ask(gatherer), ask(gatherer)])).map(({ status }) => status);
  assertEquals(await statuses(), [500, 500]);
  broken = false;
  assertEquals(await statuses(), [200, 200]);
});

test("scrape: a gatherer that does not end when its time is up is not waited for", async () => {
  let signal: AbortSignal | undefined;
  const gatherer: Gatherer = {
    gather(options) {
      signal = options?.signal;
      return never<Gathering>();
    },
  };
  const logger = recordingLogger();
  const response = await ask(gatherer, { timeoutSeconds: 0.05, logger });
  assertEquals([response.status, signal?.aborted], [503, true]);
  assertEquals(await response.text(), "Exceeded configured timeout of 0.05 s\n");
  assertEquals(logger.messages, ["error: scrape: Exceeded configured timeout of 0.05 s"]);
});

const waits: readonly (readonly [asked: string, own: number, offset: number, seconds: number])[] = [
  ["10", 10, 0.5, 9.5],
  ["10", 5, 0.5, 5],
  ["60", 100, 2, 58],
  ["1", 10, 0.5, 0.5],
  ["0.5", 10, 0.5, 0.25],
  ["10", 10, 60, 5],
  ["0.15", 10, 0.5, 0.1],
  ["0.000001", 10, 0.5, 0.1],
  ["5e-324", 10, 0.5, 0.1],
  ["0.000001", 0.05, 0.5, 0.05],
  ["1e308", 10, 0.5, 10],
  ["10", 10, 0, 10],
  ["", 10, 0.5, 10],
  ["0", 10, 0.5, 10],
  ["-3", 10, 0.5, 10],
  ["soon", 10, 0.5, 10],
  ["Infinity", 10, 0.5, 10],
  [`1${"0".repeat(5000)}`, 10, 0.5, 10],
];

test("secondsFor: collectors have the timeout of Prometheus less an offset, or less", () => {
  for (const [asked, own, offset, seconds] of waits) {
    const headers = { "X-Prometheus-Scrape-Timeout-Seconds": asked };
    assertEquals(secondsFor(new Request(address, { headers }), own, offset), seconds, asked);
  }
  assertEquals(secondsFor(new Request(address), 10, 0.5), 10);
});

test("scrape: the signal of an asynchronous collector is aborted when its time is up", async () => {
  const registry = new MetricsRegistry();
  const reasons: unknown[] = [];
  const collector: Collector = {
    collect: (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          reasons.push(signal.aborted);
          reject(new Error("gave up"));
        });
      }),
  };
  registry.register(collector);
  assertEquals((await ask(registry, { timeoutSeconds: 0.1 })).status, 200);
  assertEquals(reasons, [true]);
});

/** A registry with one collector that works and two that do not. */
function brokenRegistry(): MetricsRegistry {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." });
  registry.register(collectorThrowing(new Error("no database")));
  registry.register(collectorThrowing(new Error("no network")));
  return registry;
}

test("scrape with errors serves what was gathered by default", async () => {
  for (const options of [{}, { errorMode: "continue" }] as const) {
    const response = await ask(brokenRegistry(), options);
    assertEquals(response.status, 200);
    assertStringIncludes(await response.text(), "jobs 0\n");
  }
});

test("scrape with errors can answer 500 with the reasons", async () => {
  const logger = recordingLogger();
  const registry = brokenRegistry();
  const response = await ask(registry, { errorMode: "http", logger });
  assertEquals(response.status, 500);
  const text = await response.text();
  for (const part of ["could not be gathered", "no database", "no network"]) {
    assertStringIncludes(text, part);
  }
  assertEquals(logger.messages.map((message) => message.split(":")[0]), ["warn", "warn", "error"]);
  const next = await (await ask(registry)).text();
  assertStringIncludes(next, 'edgeprom_scrapes_total{code="500"} 1\n');
  assertStringIncludes(next, 'edgeprom_scrape_errors_total{cause="collector"} 4\n');
});

test("scrape: a response with 500 is a line of bearable length", async () => {
  const failure = collectorThrowing(new Error("x".repeat(1e6)));
  const registry = new MetricsRegistry();
  registry.register(failure);
  const text = await (await ask(registry, { errorMode: "http" })).text();
  assert(text.length < 2000);
});

test("scrape with errors can throw them, for the host to answer, and counts them", async () => {
  const registry = brokenRegistry();
  const error = await ask(registry, { errorMode: "throw" }).catch((error) => error);
  assertStringIncludes(error.message, "no database");
  const next = sampleLines(await (await ask(registry)).text());
  const scrapes = next.filter((line) => line.startsWith("edgeprom_scrapes_total"));
  assertEquals(scrapes, [
    'edgeprom_scrapes_total{code="200"} 0',
    'edgeprom_scrapes_total{code="500"} 1',
    'edgeprom_scrapes_total{code="503"} 0',
  ]);
  const own = new Error("out of order");
  const gatherer: Gatherer = { gather: () => Promise.reject(own) };
  assertStrictEquals(await ask(gatherer, { errorMode: "throw" }).catch((error) => error), own);
});

test("scrape without errors is the same in all error modes", async () => {
  const registry = new MetricsRegistry();
  for (const errorMode of ["continue", "http", "throw"] as const) {
    assertEquals((await ask(registry, { errorMode })).status, 200);
  }
});
