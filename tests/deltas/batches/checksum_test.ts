import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { crc32 } from "../../../src/deltas/batches/checksum.ts";

test("crc32() is that of gzip", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf4_3926);
  const bytes = Uint8Array.from({ length: 5000 }, (_, at) => at * at % 251);
  for (const length of [0, 1, 255, 5000]) {
    const some = bytes.subarray(0, length);
    const expected = gzipSync(some).readUInt32LE(gzipSync(some).length - 8);
    assertEquals(crc32(some), expected, `${length} bytes`);
    assertEquals(crc32(bytes, length), expected, `the first ${length} bytes`);
  }
});
