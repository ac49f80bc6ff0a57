import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { PageReaders } from "../../../src/http/scrape/page_readers.ts";
import { type Clock, withClock } from "../../support/clock.ts";
import { pause } from "../../support/deferred.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const length = 300_000;
const stalls = "the page was not read to its end: its reader stalls, and others need the memory";

function readerOf(readers: PageReaders, page = new Uint8Array(length), seconds = 10) {
  const body = readers.bodyOf(page, seconds);
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

test("PageReaders: a short page is sent as a whole", () => {
  const page = new Uint8Array(65_536);
  assertStrictEquals(new PageReaders().bodyOf(page, 10), page);
});

test("PageReaders: a long page is sent in chunks, which are no copies", async () => {
  for (const [length, expected] of [[65_537, [65_536, 1]], [131_072, [65_536, 65_536]]] as const) {
    const page = new Uint8Array(length);
    const chunks: number[] = [];
    const reader = readerOf(new PageReaders(), page);
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      assertStrictEquals(read.value.buffer, page.buffer);
      chunks.push(read.value.length);
    }
    assertEquals(chunks, [...expected]);
  }
});

test("PageReaders: each of several readers of one page gets all its bytes", async () => {
  const page = new Uint8Array(length).map((_, at) => at % 251);
  const readers = new PageReaders();
  const bodies = Array.from({ length: 5 }, () => readers.bodyOf(page, 10));
  await (bodies.pop() as ReadableStream).cancel();
  const read = bodies.map(async (body) => new Uint8Array(await new Response(body).arrayBuffer()));
  for (const bytes of await Promise.all(read)) assertEquals(bytes, page);
});

test("PageReaders: a page that is not read in time is aborted", async () => {
  const reader = readerOf(new PageReaders(), undefined, 0.02);
  await reader.read();
  await pause(0.05);
  assertEquals(await rest(reader), "the page was not read to its end: it took more than 0.02 s");
});

/** Five pages, one more than there may be; each of their readers reads a chunk, in this order. */
async function fivePages(clock: Clock, order: readonly number[]) {
  const readers = new PageReaders();
  const four = Array.from({ length: 4 }, () => readerOf(readers));
  for (const at of order) {
    clock.advance(0.001);
    await four[at].read();
  }
  return [...four, readerOf(readers)];
}

const all = length;
const left = length - 65_536;

test("PageReaders: with too many pages, the one that nobody has read for longest is given up", () =>
  withClock(async (clock) => {
    const outcomes = async (...order: readonly number[]) => {
      const readers = await fivePages(clock, order);
      return await Promise.all(readers.map(rest));
    };
    assertEquals(await outcomes(0, 1, 2, 3), [stalls, left, left, left, all]);
    assertEquals(await outcomes(3, 2, 1, 0), [left, left, left, stalls, all]);
    assertEquals(await outcomes(1, 2, 3), [stalls, left, left, left, all]);
  }));

test("PageReaders: the time of day does not decide whose page is given up", () =>
  withWallClock((day) =>
    withClock(async (clock) => {
      const stepping: Clock = {
        advance(seconds) {
          clock.advance(seconds);
          day.advance(day.now % 2 === 0 ? -3601 : 7201);
        },
      };
      const readers = await fivePages(stepping, [2, 0, 3, 1]);
      assertEquals(await Promise.all(readers.map(rest)), [left, left, stalls, left, all]);
    })
  ));

test("PageReaders: a page stays as long as one of its readers reads", () =>
  withClock(async (clock) => {
    const readers = new PageReaders();
    const page = new Uint8Array(length);
    const [stalled, active] = [readerOf(readers, page), readerOf(readers, page)];
    const others = Array.from({ length: 3 }, () => readerOf(readers));
    clock.advance(1);
    await active.read();
    const newest = readerOf(readers);
    assertEquals(await rest(others[0]), stalls);
    for (const reader of [stalled, others[1], others[2], newest]) {
      assertEquals(await rest(reader), all);
    }
    assertEquals(await rest(active), left);
  }));

test("PageReaders: pages that were read to their end, or left, or aborted, do not count", async () => {
  const readers = new PageReaders();
  const stalled = Array.from({ length: 3 }, () => readerOf(readers));
  for (let time = 0; time < 20; time++) {
    assertEquals(await rest(readerOf(readers)), all);
    const leaving = readerOf(readers);
    await leaving.read();
    await leaving.cancel();
    await rest(readerOf(readers, undefined, 0));
  }
  for (const reader of stalled) assertEquals(await rest(reader), all);
});

test("PageReaders: with too many readers of one page, the one that is idle for longest is given up", () =>
  withClock(async (clock) => {
    const readers = new PageReaders();
    const page = new Uint8Array(length);
    const many = Array.from({ length: 256 }, () => readerOf(readers, page));
    clock.advance(1);
    await Promise.all(many.map((reader, at) => at !== 100 && reader.read()));
    assertEquals(await rest(readerOf(readers, page)), all);
    const outcomes = await Promise.all([readerOf(readers, page), ...many].map(rest));
    assertEquals(outcomes.filter((outcome) => outcome === stalls).length, 1);
    assertEquals(outcomes[101], stalls);
  }));
