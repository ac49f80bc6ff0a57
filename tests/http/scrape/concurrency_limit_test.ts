import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, scrape } from "../../../mod.ts";
import { ConcurrencyLimit, type Permit } from "../../../src/http/scrape/concurrency_limit.ts";
import { withClock } from "../../support/clock.ts";
import { pause } from "../../support/deferred.ts";

/** How many of these many can enter. */
function enter(places: ConcurrencyLimit, times: number, limit: number): readonly Permit[] {
  return Array.from({ length: times }, () => places.acquire(limit))
    .filter((place) => place !== undefined);
}

function readerOf(place: Permit, length: number, seconds = 10) {
  const body = place.bodyOf(new Uint8Array(length), seconds);
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

test("there are as many places as the limit says, and each is free again once left", () => {
  const places = new ConcurrencyLimit();
  const taken = enter(places, 5, 3);
  assertEquals(taken.length, 3);
  taken[1].release();
  taken[1].release();
  assertEquals(enter(places, 5, 3).length, 1);
  assertEquals(enter(places, 5, 5).length, 2);
  assertEquals(enter(places, 1, 0).length, 0);
});

test("a short page goes out as it is, and its place is left", () => {
  const places = new ConcurrencyLimit();
  const page = new Uint8Array(65_536);
  for (const place of enter(places, 2, 2)) assertStrictEquals(place.bodyOf(page, 10), page);
  assertEquals(enter(places, 2, 2).length, 2);
});

test("a long page goes out in pieces, which are no copies", async () => {
  for (const [length, expected] of [[65_537, [65_536, 1]], [131_072, [65_536, 65_536]]] as const) {
    const page = new Uint8Array(length);
    const pieces: number[] = [];
    const body = new ConcurrencyLimit().acquire(1)!.bodyOf(page, 10) as ReadableStream<Uint8Array>;
    const reader = body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      assertStrictEquals(read.value.buffer, page.buffer);
      pieces.push(read.value.length);
    }
    assertEquals(pieces, [...expected]);
  }
});

test("a long page keeps its place until it is read, or its reader leaves", async () => {
  const places = new ConcurrencyLimit();
  for (let time = 0; time < 3; time++) {
    const reader = readerOf(places.acquire(1)!, 200_000);
    assertEquals(places.acquire(1), undefined);
    assertEquals(await rest(reader), 200_000);
    const left = readerOf(places.acquire(1)!, 200_000);
    await left.read();
    assertEquals(places.acquire(1), undefined);
    await left.cancel();
  }
});

test("a reader who stalls loses the place where others want it, one who reads does not", async () => {
  await withClock(async (clock) => {
    const places = new ConcurrencyLimit();
    const [slow, stalled] = enter(places, 2, 2).map((place) => readerOf(place, 200_000));
    await Promise.all([slow.read(), stalled.read()]);
    clock.advance(0.9);
    assertEquals(places.acquire(2), undefined);
    await slow.read();
    clock.advance(0.2);
    assert(places.acquire(2) !== undefined);
    assertEquals(places.acquire(2), undefined);
    assertEquals(
      await rest(stalled),
      "the page was not read to its end: its reader stalls, and others wait",
    );
    assertEquals(await rest(slow), 200_000 - 2 * 65_536);
  });
});

test("a scrape that is still being gathered is not one whose reader stalls", async () => {
  await withClock((clock) => {
    const places = new ConcurrencyLimit();
    enter(places, 1, 1);
    clock.advance(60);
    assertEquals(places.acquire(1), undefined);
  });
});

test("a page that is not read in time is given up", async () => {
  const places = new ConcurrencyLimit();
  const reader = readerOf(places.acquire(1)!, 200_000, 0.02);
  await reader.read();
  await pause(0.05);
  assertEquals(await rest(reader), "the page was not read to its end: it took more than 0.02 s");
  assert(places.acquire(1) !== undefined);
});

test("readers who do not read cost others a second of their place, and no page", async () => {
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
