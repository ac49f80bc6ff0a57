import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, scrape } from "../../../mod.ts";
import { ConcurrencyLimit } from "../../../src/http/scrape/concurrency_limit.ts";

/** The permits that this many attempts get. */
function acquire(limiter: ConcurrencyLimit, times: number, limit: number) {
  return Array.from({ length: times }, () => limiter.acquire(limit))
    .filter((permit) => permit !== undefined);
}

test("ConcurrencyLimit: there are as many permits as the limit says, and each is free once released", () => {
  const limiter = new ConcurrencyLimit();
  const permits = acquire(limiter, 5, 3);
  assertEquals(permits.length, 3);
  permits[1]();
  permits[1]();
  assertEquals(acquire(limiter, 5, 3).length, 1);
  assertEquals(acquire(limiter, 5, 5).length, 2);
  assertEquals(acquire(limiter, 1, 0).length, 0);
});

test("ConcurrencyLimit: readers that stall hold no permit, however many", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "long", help: "Long.", labels: ["a"] });
  for (let a = 0; a < 10_000; a++) counter.inc({ a: `value number ${a}` });
  const ask = () =>
    scrape(new Request("http://localhost/metrics"), registry, { maxRequestsInFlight: 1 });
  const stalled: (ReadableStream | null)[] = [];
  for (let time = 0; time < 5; time++) {
    const { status, body } = await ask();
    assertEquals(status, 200);
    stalled.push(body);
  }
  const page = await (await ask()).text();
  assert(page.includes('long{a="value number 9999"} 1\n'));
  for (const body of stalled) await body?.cancel().catch(() => {});
});
