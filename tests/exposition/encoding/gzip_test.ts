import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { gzip, gzipAtOnce } from "../../../src/exposition/encoding/gzip.ts";

const bodyOf = (length: number) => Uint8Array.from({ length }, (_, at) => at % 7);

test("gzip, gzipAtOnce: the body comes back, and is smaller meanwhile", async () => {
  const body = bodyOf(65_536);
  for (const compressed of [gzipAtOnce(body)!, await gzip(body)]) {
    assertEquals(new Uint8Array(gunzipSync(compressed)), body);
    assertEquals(compressed.length < 1000, true);
  }
});

test("gzipAtOnce: a body that would hold the event loop is left to another thread", () => {
  assertEquals(gzipAtOnce(bodyOf(65_537)), undefined);
});
