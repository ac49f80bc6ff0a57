import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { isGone, watchClient } from "../../../src/http/requests/disconnect.ts";
import { deferred, pause } from "../../support/deferred.ts";
import { until } from "../../support/until.ts";

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

test(
  "watchClient hides the warning that it provokes from Deno, and no other",
  { skip },
  async () => {
    const { warn } = console;
    const warned: unknown[][] = [];
    const hear = (...parts: unknown[]) => void warned.push(parts);
    console.warn = hear;
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        watchClient(request);
        await pause(0.1);
        console.warn("meanwhile", 1);
        return new Response(String(isGone(request)));
      },
    );
    try {
      const ask = async () => await (await fetch(`http://127.0.0.1:${server.addr.port}`)).text();
      assertEquals(await ask(), "false");
      // It was hidden, or this would not be what it was.
      await until(() => console.warn === hear);
      assertEquals(await ask(), "false");
    } finally {
      console.warn = warn;
      await server.shutdown();
    }
    assertEquals(warned, [["meanwhile", 1], ["meanwhile", 1]]);
  },
);

test("isGone: a client that hung up while a handler was working", { skip }, async () => {
  const gone = deferred<boolean>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    watchClient(request);
    await pause(0.3);
    gone.resolve(isGone(request));
    return new Response("late");
  });
  const signal = AbortSignal.timeout(100);
  await fetch(`http://127.0.0.1:${server.addr.port}`, { signal }).catch(() => {});
  assertEquals(await gone.promise, true);
  await server.shutdown();
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
