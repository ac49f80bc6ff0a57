import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { test } from "node:test";
import { compress, snappyPreamble, SnappyWriter } from "../../src/push/remote_write/snappy.ts";
import { arbitraryBytes, joined, noise } from "../support/arbitrary_bytes.ts";
import { missing } from "../support/components.ts";
import { uncompressInPython } from "../support/python_snappy.ts";

const skip = missing("python_snappy");

test("python-snappy reads back what was compressed", { skip }, () => {
  const many = fc.array(arbitraryBytes, { minLength: 20, maxLength: 40 });
  fc.assert(fc.property(many, (all) => assertReadBack(all.map(compress), all)), { numRuns: 5 });
  const line = new TextEncoder().encode('requests_total{route="/users/1234"} 98765\n');
  const long = joined([noise(2_000_000), ...Array<Uint8Array>(60_000).fill(line), noise(100)]);
  const special = [new Uint8Array(), Uint8Array.of(7), long];
  assertReadBack(special.map(compress), special);
});

test("python-snappy reads copies of every form", { skip }, () => {
  const start = noise(65_535);
  const distances = [1, 3, 255, 256, 2047, 2048, 65_535];
  const lengths = [1, 3, 4, 11, 12, 60, 64, 65, 67, 68, 75, 128, 1000];
  const copies = distances.flatMap((distance) => lengths.map((length) => ({ distance, length })));
  const blocks = copies.map(({ distance, length }) => {
    const writer = new SnappyWriter();
    writer.literal(start, 0, start.length);
    writer.copy(distance, length);
    return joined([snappyPreamble(start.length + length), writer.written]);
  });
  const expected = copies.map(({ distance, length }) => {
    const from = start.length - distance;
    const copied = Array.from({ length }, (_, at) => start[from + at % distance]);
    return joined([start, copied]);
  });
  assertReadBack(blocks, expected);
});

test("python-snappy refuses a block that ends early", { skip }, () => {
  const block = compress(noise(1000, 4));
  assertThrows(() => uncompressInPython([block.subarray(0, -1)]));
});

function assertReadBack(blocks: readonly Uint8Array[], expected: readonly Uint8Array[]): void {
  const read = uncompressInPython(blocks);
  assertEquals(read.length, expected.length);
  const wrong = expected.findIndex((data, at) => Buffer.compare(data, read[at]) !== 0);
  assertEquals(wrong, -1, `block ${wrong} of ${blocks.length} is read as other data`);
}
