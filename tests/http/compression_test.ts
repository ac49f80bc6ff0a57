import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { gzip, wantsGzip } from "../../src/http/compression.ts";

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

test("gzip is chosen by the weights of the request", () => {
  for (const [header, compress] of cases) {
    assertEquals(wantsGzip(header, 100_000), compress, String(header));
  }
});

test("a small body stays plain", () => {
  const chosen = [0, 1, 1023, 1024].map((bytes) => wantsGzip("gzip", bytes));
  assertEquals(chosen, [false, false, false, true]);
});

test("where the runtime cannot compress, nothing is compressed", () => {
  const { CompressionStream } = globalThis;
  Object.defineProperty(globalThis, "CompressionStream", { value: undefined, configurable: true });
  try {
    assertEquals(wantsGzip("gzip", 100_000), false);
  } finally {
    Object.defineProperty(globalThis, "CompressionStream", {
      value: CompressionStream,
      configurable: true,
    });
  }
});

test("what is compressed comes back as it was", async () => {
  for (const size of [0, 1, 1024, 1_000_000]) {
    const body = new Uint8Array(size).map((_, at) => at % 251);
    const compressed = await gzip(body);
    assertEquals([...compressed.slice(0, 2)], [0x1f, 0x8b]);
    assert(size < 1024 || compressed.length < size / 2);
    const plain = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"));
    assertEquals(new Uint8Array(await new Response(plain).arrayBuffer()), body);
  }
});
