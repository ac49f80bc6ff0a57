import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, scrape } from "../../../mod.ts";
import { ConcurrencyLimit } from "../../../src/http/scrape/concurrency_limit.ts";

/** The permits that these pages get. */
function acquire(limiter: ConcurrencyLimit, limit: number, ...pages: readonly string[]) {
  return pages.map((page) => limiter.acquire(page, limit)).filter((permit) => permit !== undefined);
}

test("ConcurrencyLimit: there are as many permits as the limit says, and each is free once released", () => {
  const limiter = new ConcurrencyLimit();
  const permits = acquire(limiter, 3, "a", "b", "c", "d", "e");
  assertEquals(permits.length, 3);
  permits[1]();
  permits[1]();
  assertEquals(acquire(limiter, 3, "d", "e").length, 1);
  assertEquals(acquire(limiter, 5, "f", "g", "h").length, 2);
  assertEquals(acquire(limiter, 0, "i").length, 0);
});

test("ConcurrencyLimit: scrapes of one page share a permit until the last gives it back", () => {
  const limiter = new ConcurrencyLimit();
  const permits = acquire(limiter, 1, "a", "a", "b", "a");
  assertEquals(permits.length, 3);
  permits[0]();
  permits[0]();
  permits[1]();
  assertEquals(acquire(limiter, 1, "b").length, 0);
  permits[2]();
  assertEquals(acquire(limiter, 1, "b").length, 1);
});

test("ConcurrencyLimit: a thousand scrapes may wait, of however few pages, or as many as the limit", () => {
  const limiter = new ConcurrencyLimit();
  const thousand = Array.from({ length: 1001 }, () => "a");
  assertEquals(acquire(limiter, 40, ...thousand).length, 1000);
  assertEquals(acquire(limiter, 40, "b").length, 0);
  assertEquals(acquire(limiter, 1001, "b", "c").length, 1);
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
