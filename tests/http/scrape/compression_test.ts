import { assert, assertEquals, assertRejects } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { gzip } from "../../../src/exposition/encoding/gzip.ts";
import { wantsGzip } from "../../../src/http/scrape/compression.ts";

const cases: [header: string | null, compress: boolean][] = [
  [null, false],
  ["", false],
  ["identity", false],
  ["br", false],
  ["deflate, br, zstd", false],
  ["gzip", true],
  ["GZIP", true],
  ["Gzip;Q=1", true],
  ["x-gzip", true],
  ["gzip;q=0", false],
  ["gzip;q=0.000", false],
  ["gzip;q=0.001", true],
  ["gzip;q=1.0", true],
  ["*", true],
  ["*;q=0", false],
  ["*;q=0.5", true],
  ["*, gzip;q=0", false],
  ["gzip;q=0, *", false],
  ["gzip;q=0.5, *;q=0", true],
  ["br, gzip;q=0.5", true],
  ["br;q=1, *;q=0.1", true],
  ["gzip, deflate, br", true],
  ["identity;q=1, gzip;q=0.5", false],
  ["identity;q=0.5, gzip", true],
  ["identity;q=0.5, gzip;q=0.5", true],
  ["identity;q=0, gzip;q=0.5", true],
  ["identity, *;q=0.5", false],
  ["identity;q=0", false],
  ["gzipped", false],
  ['"gzip"', false],
];

test("wantsGzip follows the weights of the request", () => {
  for (const [header, compress] of cases) {
    assertEquals(wantsGzip(header, 100_000), compress, String(header));
  }
});

test("wantsGzip: a small body is not compressed", () => {
  const chosen = [0, 1, 1023, 1024].map((bytes) => wantsGzip("gzip", bytes));
  assertEquals(chosen, [false, false, false, true]);
});

/** Without `node:zlib`, as on Workers and in older versions of Node. */
async function withoutZlib(check: () => Promise<void>): Promise<void> {
  const { getBuiltinModule } = process;
  Object.assign(process, { getBuiltinModule: undefined });
  try {
    await check();
  } finally {
    Object.assign(process, { getBuiltinModule });
  }
}

async function withoutStreams(check: () => Promise<void>): Promise<void> {
  const { CompressionStream } = globalThis;
  const define = (value: unknown) =>
    Object.defineProperty(globalThis, "CompressionStream", {
      value,
      configurable: true,
      writable: true,
    });
  define(undefined);
  try {
    await check();
  } finally {
    define(CompressionStream);
  }
}

test("wantsGzip: nothing is compressed if the runtime cannot compress", async () => {
  await withoutStreams(() =>
    withoutZlib(async () => {
      await Promise.resolve();
      assertEquals(wantsGzip("gzip", 100_000), false);
    })
  );
});

async function comesBack(): Promise<void> {
  assertEquals(wantsGzip("gzip", 100_000), true);
  for (const size of [0, 1, 1024, 1_000_000]) {
    const body = new Uint8Array(size).map((_, at) => at % 251);
    const compressed = await gzip(body);
    assertEquals([...compressed.slice(0, 2)], [0x1f, 0x8b]);
    assert(size < 1024 || compressed.length < size / 2);
    assertEquals(new Uint8Array(gunzipSync(compressed)), body);
  }
}

test("gzip: a compressed body decompresses to what it was", () => comesBack());

test("gzip: a body compressed by a stream decompresses to what it was", () =>
  withoutZlib(comesBack));

test("gzip needs no streams if there is node:zlib", () => withoutStreams(comesBack));

test("gzip rejects with the error of a failed compression", async () => {
  await assertRejects(() => gzip(1 as never), Error);
});
