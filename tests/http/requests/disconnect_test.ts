import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { isGone, watchClient } from "../../../src/http/requests/disconnect.ts";
import { pause } from "../../support/deferred.ts";

const isDeno = "Deno" in globalThis;
const skip = !isDeno && "other runtimes tell without being asked";

/** A request that knows how often its signal was read. */
function request() {
  const read = { times: 0 };
  const { signal } = new AbortController();
  const raw = {
    get signal() {
      read.times++;
      return signal;
    },
  } as Request;
  return { raw, read };
}

const warning = "Deno.serve: request.signal aborts on successful responses (legacy behavior).";

test("watchClient hides the warning that it provokes, once, and no other", { skip }, async () => {
  const { warn } = console;
  const warned: unknown[][] = [];
  const hear = (...parts: unknown[]) => void warned.push(parts);
  console.warn = hear;
  try {
    watchClient(request().raw);
    await pause(0.1);
    console.warn("another", 1);
    console.warn(`${warning} Move cleanup`);
    assertStrictEquals(console.warn, hear);
    console.warn(`${warning} Move cleanup`);
    watchClient(request().raw);
    await pause(0.1);
    assertStrictEquals(console.warn, hear);
  } finally {
    console.warn = warn;
  }
  assertEquals(warned, [["another", 1], [`${warning} Move cleanup`]]);
});

test("watchClient reads the signal only of requests that last", { skip }, async () => {
  const [short, long] = [request(), request()];
  watchClient(short.raw);
  watchClient(long.raw);
  assertEquals(isGone(short.raw), false);
  await pause(0.1);
  assertEquals(isGone(long.raw), false);
  assertEquals([short.read.times, long.read.times], [0, 2]);
  watchClient(short.raw);
  await pause(0.1);
  assertEquals(short.read.times, 1);
  assertEquals(isGone(short.raw), false);
});

test("isGone: a client whose request is not watched is there", { skip }, () => {
  const { raw, read } = request();
  assertEquals([isGone(raw), read.times], [false, 0]);
});

test("isGone is what the signal says, where it is free", { skip: isDeno }, () => {
  const given = (signal: AbortSignal | undefined) => ({ signal }) as Request;
  assertEquals(isGone(given(AbortSignal.abort())), true);
  assertEquals(isGone(given(new AbortController().signal)), false);
  assertEquals(isGone(given(undefined)), false);
});
