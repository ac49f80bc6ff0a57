import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { ByteReader } from "../../../src/deltas/batches/byte_reader.ts";
import { ByteWriter } from "../../../src/deltas/batches/byte_writer.ts";

function writtenBy(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(1);
  write(writer);
  return writer.finish();
}

function readerOf(bytes: Uint8Array): ByteReader {
  return new ByteReader(bytes, 0, bytes.length);
}

const sizes: readonly (readonly [number, number])[] = [
  ...[0, 1, 191].map((value) => [value, 1] as const),
  ...[192, 8383].map((value) => [value, 2] as const),
  ...[8384, 2 ** 16 - 1].map((value) => [value, 3] as const),
  ...[2 ** 16, 2 ** 24 - 1].map((value) => [value, 4] as const),
  ...[2 ** 24, 2 ** 31, 2 ** 32 - 1].map((value) => [value, 5] as const),
  ...[[2 ** 32, 6], [2 ** 40, 7], [2 ** 48, 8], [2 ** 53 - 1, 8]] as const,
  ...[-1, -255].map((value) => [value, 2] as const),
  ...[[-256, 3], [-(2 ** 53 - 1), 8]] as const,
  ...[0.5, 0.25, 2.5, 0.005].map((value) => [value, 2] as const),
  ...[-0.5, -1.25, 1.024].map((value) => [value, 3] as const),
  [1764238427.123, 8],
  [Math.PI, 9],
  [-0, 9],
  [NaN, 9],
  [Infinity, 9],
  [-Infinity, 9],
  [2 ** 53, 9],
  [5e-324, 9],
  [1e308, 9],
];

test("number() takes one byte for small integers, and nine for most doubles", () => {
  for (const [value, size] of sizes) {
    const name = Object.is(value, -0) ? "-0" : String(value);
    const bytes = writtenBy((writer) => writer.number(value));
    assertEquals(bytes.length, size, name);
    const reader = readerOf(bytes);
    assert(Object.is(reader.number(), value), name);
    assert(reader.isAtEnd, name);
  }
});

test("number() writes in one byte what was written last and is no integer", () => {
  const values = [Math.PI, 7, Math.PI, 0.25, 0.25, NaN, NaN, -0, -0, 0, -0, Math.PI];
  const bytes = writtenBy((writer) => values.forEach((value) => writer.number(value)));
  assertEquals(bytes.length, 9 + 1 + 1 + 2 + 1 + 9 + 1 + 9 + 1 + 1 + 1 + 9);
  const reader = readerOf(bytes);
  for (const value of values) assert(Object.is(reader.number(), value), String(value));
});

test("number() takes any number, and keeps its bits", () => {
  const any = fc.oneof(
    fc.double(),
    fc.maxSafeInteger(),
    fc.tuple(fc.maxSafeInteger(), fc.constantFrom(10, 100, 1000, 1e4)).map(([one, other]) =>
      one / other
    ),
    fc.constantFrom(-0, NaN, Infinity, -Infinity),
  );
  fc.assert(fc.property(fc.array(any), (values) => {
    const reader = readerOf(writtenBy((writer) => values.forEach((value) => writer.number(value))));
    for (const value of values) assert(Object.is(reader.number(), value), String(value));
    assert(reader.isAtEnd);
  }));
});

test("text() takes any text, and writes each once", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 50 })), (some) => {
    const texts = [...some, "\ufeffmark", "", ...some];
    const reader = readerOf(writtenBy((writer) => texts.forEach((text) => writer.text(text))));
    assertEquals(texts.map(() => reader.text()), texts);
    assert(reader.isAtEnd);
  }));
  const long = "é".repeat(1000);
  const bytes = writtenBy((writer) =>
    [long, "a", long, "a", "", long].forEach((text) => writer.text(text))
  );
  assertEquals(bytes.length, (1 + 2 + 2000) + (1 + 1 + 1) + 1 + 1 + 1 + 1);
});

test("goBack() forgets texts and numbers, too", () => {
  const bytes = writtenBy((writer) => {
    writer.text("kept");
    const mark = writer.mark();
    writer.text("lost");
    writer.number(Math.PI);
    writer.goBack(mark);
    assertEquals(writer.mark(), mark);
    for (const text of ["other", "lost", "kept"]) writer.text(text);
    writer.number(Math.PI);
  });
  const reader = readerOf(bytes);
  assertEquals(Array.from({ length: 4 }, () => reader.text()), ["kept", "other", "lost", "kept"]);
  assertEquals(reader.number(), Math.PI);
  assert(reader.isAtEnd);
});
