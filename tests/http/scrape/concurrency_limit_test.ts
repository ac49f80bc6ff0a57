import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, scrape } from "../../../mod.ts";
import { ConcurrencyLimit, type Permit } from "../../../src/http/scrape/concurrency_limit.ts";
import { withClock } from "../../support/clock.ts";
import { pause } from "../../support/deferred.ts";

/** The permits that this many attempts get. */
function acquire(limiter: ConcurrencyLimit, times: number, limit: number): readonly Permit[] {
  return Array.from({ length: times }, () => limiter.acquire(limit))
    .filter((permit) => permit !== undefined);
}

function readerOf(permit: Permit, length: number, seconds = 10) {
  const body = permit.bodyOf(new Uint8Array(length), seconds);
  assert(body instanceof ReadableStream);
  return body.getReader();
}

/** What is left of a body: its bytes, or why there are no more. */
async function rest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<number | string> {
  let bytes = 0;
  for (;;) {
    const read = await reader.read().catch((error: Error) => error.message);
    if (typeof read === "string") return read;
    if (read.done) return bytes;
    bytes += read.value.length;
  }
}

test("ConcurrencyLimit: there are as many permits as the limit says, and each is free once released", () => {
  const limiter = new ConcurrencyLimit();
  const permits = acquire(limiter, 5, 3);
  assertEquals(permits.length, 3);
  permits[1].release();
  permits[1].release();
  assertEquals(acquire(limiter, 5, 3).length, 1);
  assertEquals(acquire(limiter, 5, 5).length, 2);
  assertEquals(acquire(limiter, 1, 0).length, 0);
});

test("Permit: a short page is sent as a whole, and its permit released", () => {
  const limiter = new ConcurrencyLimit();
  const page = new Uint8Array(65_536);
  for (const permit of acquire(limiter, 2, 2)) assertStrictEquals(permit.bodyOf(page, 10), page);
  assertEquals(acquire(limiter, 2, 2).length, 2);
});

test("Permit: a long page is sent in chunks, which are no copies", async () => {
  for (const [length, expected] of [[65_537, [65_536, 1]], [131_072, [65_536, 65_536]]] as const) {
    const page = new Uint8Array(length);
    const chunks: number[] = [];
    const body = new ConcurrencyLimit().acquire(1)!.bodyOf(page, 10) as ReadableStream<Uint8Array>;
    const reader = body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      assertStrictEquals(read.value.buffer, page.buffer);
      chunks.push(read.value.length);
    }
    assertEquals(chunks, [...expected]);
  }
});

test("Permit: a long page holds its permit until it is read, or its reader cancels", async () => {
  const limiter = new ConcurrencyLimit();
  for (let time = 0; time < 3; time++) {
    const reader = readerOf(limiter.acquire(1)!, 200_000);
    assertEquals(limiter.acquire(1), undefined);
    assertEquals(await rest(reader), 200_000);
    const left = readerOf(limiter.acquire(1)!, 200_000);
    await left.read();
    assertEquals(limiter.acquire(1), undefined);
    await left.cancel();
  }
});

test("ConcurrencyLimit: a stalled reader loses its permit if another needs it, an active one does not", async () => {
  await withClock(async (clock) => {
    const limiter = new ConcurrencyLimit();
    const [slow, stalled] = acquire(limiter, 2, 2).map((permit) => readerOf(permit, 200_000));
    await Promise.all([slow.read(), stalled.read()]);
    clock.advance(0.9);
    assertEquals(limiter.acquire(2), undefined);
    await slow.read();
    clock.advance(0.2);
    assert(limiter.acquire(2) !== undefined);
    assertEquals(limiter.acquire(2), undefined);
    assertEquals(
      await rest(stalled),
      "the page was not read to its end: its reader stalls, and others wait",
    );
    assertEquals(await rest(slow), 200_000 - 2 * 65_536);
  });
});

test("ConcurrencyLimit: a scrape that is still being gathered is not stalled", async () => {
  await withClock((clock) => {
    const limiter = new ConcurrencyLimit();
    acquire(limiter, 1, 1);
    clock.advance(60);
    assertEquals(limiter.acquire(1), undefined);
  });
});

test("Permit: a page that is not read in time is aborted", async () => {
  const limiter = new ConcurrencyLimit();
  const reader = readerOf(limiter.acquire(1)!, 200_000, 0.02);
  await reader.read();
  await pause(0.05);
  assertEquals(await rest(reader), "the page was not read to its end: it took more than 0.02 s");
  assert(limiter.acquire(1) !== undefined);
});

test("ConcurrencyLimit: stalled readers cost others a second of their permit, and no page", async () => {
  await withClock(async (clock) => {
    const registry = new MetricsRegistry();
    const counter = registry.counter({ name: "long", help: "Long.", labels: ["a"] });
    for (let a = 0; a < 10_000; a++) counter.inc({ a: `value number ${a}` });
    const ask = () =>
      scrape(new Request("http://localhost/metrics"), registry, { maxRequestsInFlight: 3 });
    for (let time = 0; time < 3; time++) assertEquals((await ask()).status, 200);
    assertEquals((await ask()).status, 503);
    clock.advance(1.1);
    const { status, body } = await ask();
    assertEquals(status, 200);
    const page = await new Response(body).text();
    assertStringIncludes(page, 'long{a="value number 9999"} 1\n');
  });
});
