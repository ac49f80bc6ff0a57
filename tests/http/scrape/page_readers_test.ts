import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { PageReaders } from "../../../src/http/scrape/page_readers.ts";
import { type Clock, withClock } from "../../support/clock.ts";
import { pause, within } from "../../support/deferred.ts";
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

test("PageReaders: no timer is left when a page was read, or left", async () => {
  const { setTimeout, clearTimeout } = globalThis;
  let [begun, running] = [0, 0];
  globalThis.setTimeout = ((action: () => void, milliseconds: number) => {
    begun++;
    running++;
    return setTimeout(action, milliseconds);
  }) as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    running--;
    clearTimeout(timer as number);
  };
  try {
    const readers = new PageReaders();
    await rest(readerOf(readers));
    assertEquals([begun, running], [1, 0]);
    await readerOf(readers).cancel();
    assertEquals([begun, running], [2, 0]);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
});

/** Four pages, as many as there may be; readers read a chunk of them, in this order. */
async function fourPages(clock: Clock, order: readonly number[]) {
  const readers = new PageReaders();
  const four = Array.from({ length: 4 }, () => readerOf(readers));
  for (const at of order) {
    clock.advance(0.001);
    await four[at].read();
  }
  return { readers, four };
}

const all = length;
const left = length - 65_536;

test("PageReaders: with too many pages, the one that nobody has read for longest is given up", () =>
  withClock(async (clock) => {
    const outcomes = async (...order: readonly number[]) => {
      const { readers, four } = await fourPages(clock, order);
      clock.advance(0.1);
      await readers.makeRoom();
      return await Promise.all(four.map(rest));
    };
    assertEquals(await outcomes(0, 1, 2, 3), [stalls, left, left, left]);
    assertEquals(await outcomes(3, 2, 1, 0), [left, left, left, stalls]);
    assertEquals(await outcomes(1, 2, 3), [stalls, left, left, left]);
  }));

test("PageReaders: nothing is given up while there is room", () =>
  withClock(async (clock) => {
    const { readers, four } = await fourPages(clock, [0, 1, 2, 3]);
    assertEquals(await rest(four[0]), left);
    clock.advance(5);
    await readers.makeRoom();
    assertEquals(await Promise.all(four.slice(1).map(rest)), [left, left, left]);
  }));

test("PageReaders: a page that was read a moment ago is waited for, and may end", () =>
  withClock(async (clock) => {
    const { readers, four } = await fourPages(clock, [0, 1, 2, 3]);
    let hasRoom = false;
    const room = readers.makeRoom().then(() => hasRoom = true);
    await pause(0.05);
    assertEquals(hasRoom, false);
    assertEquals(await rest(four[3]), left);
    await within(1, room);
    assertEquals(await Promise.all(four.slice(0, 3).map(rest)), [left, left, left]);
  }));

test("PageReaders: readers that read a bit now and then keep others waiting for 0.1 s", () =>
  withClock(async (clock) => {
    const { readers, four } = await fourPages(clock, [0, 1, 2, 3]);
    const room = readers.makeRoom();
    for (const at of [1, 2, 3, 0]) {
      clock.advance(0.024);
      await four[at].read();
    }
    await pause(0.05);
    assertEquals(await Promise.race([room, "waits"]), "waits");
    clock.advance(0.005);
    await within(1, room);
    const outcomes = await Promise.all(four.map(rest));
    assertEquals(outcomes.map((outcome) => outcome === stalls), [false, true, false, false]);
  }));

test("PageReaders: the time of day does not decide whose page is given up, nor when", () =>
  withWallClock((day) =>
    withClock(async (clock) => {
      const stepping: Clock = {
        advance(seconds) {
          clock.advance(seconds);
          day.advance(day.now % 2 === 0 ? -3601 : 7201);
        },
      };
      const { readers, four } = await fourPages(stepping, [2, 0, 3, 1]);
      let hasRoom = false;
      const room = readers.makeRoom().then(() => hasRoom = true);
      day.advance(3600);
      await pause(0.05);
      assertEquals(hasRoom, false);
      stepping.advance(0.1);
      day.advance(-7200);
      await within(1, room);
      assertEquals(await Promise.all(four.map(rest)), [left, left, stalls, left]);
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
    await readers.makeRoom();
    assertEquals(await rest(others[0]), stalls);
    for (const reader of [stalled, others[1], others[2]]) assertEquals(await rest(reader), all);
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
    await readers.makeRoom();
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
