import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { ByteWriter } from "../../../src/exposition/text/byte_writer.ts";
import { sampleText } from "../../../src/exposition/text/number_text.ts";
import { sampleTexts } from "../../cases/families.ts";
import { textOf } from "../../support/pages.ts";

function written(write: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter();
  write(writer);
  const { length } = writer;
  const bytes = writer.finish();
  assertEquals(bytes.length, length);
  return textOf(bytes);
}

function valueLine(writer: ByteWriter, value: number): void {
  writer.value(value);
  writer.text("\n");
}

test("ByteWriter: a new writer is empty", () => {
  assertEquals(written(() => {}), "");
});

test("ByteWriter.text() writes UTF-8", () => {
  for (const text of ["", "a", "ä", "€", "🛫", "\u0000", "aä€🛫".repeat(5000)]) {
    assertEquals(written((writer) => writer.text(text)), text);
  }
});

test("ByteWriter.bytes() copies few and many bytes", () => {
  for (const size of [0, 1, 99, 100, 101, 102, 5000]) {
    const text = Array.from({ length: size }, (_, at) => at % 10).join("");
    assertEquals(written((writer) => writer.bytes(new TextEncoder().encode(text))), text);
  }
});

test("ByteWriter.value() writes the text of a sample's value", () => {
  for (const [value, text] of sampleTexts) {
    assertEquals(written((writer) => valueLine(writer, value)), `${text}\n`);
  }
});

test("ByteWriter.value() writes the digits that JavaScript writes", () => {
  const powers = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
  const integers = [0, 1, ...powers.flatMap((power) => [power - 1, power, power + 1])];
  const expected = integers.map((integer) => `${integer}\n`).join("");
  assertEquals(written((writer) => integers.forEach((each) => valueLine(writer, each))), expected);
  const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger());
  fc.assert(fc.property(number, (value) => {
    assertEquals(written((writer) => valueLine(writer, value)), `${sampleText(value)}\n`);
  }));
});

test("ByteWriter: the buffer grows at any length, whatever is written next", () => {
  const long = "-1.7976931348623157e+308";
  for (let filled = 4000; filled < 4200; filled++) {
    const filler = "x".repeat(filled);
    const expected = `${filler}${long}\n1073741823\n€🛫${filler}`;
    const page = written((writer) => {
      writer.text(filler);
      valueLine(writer, Number(long));
      valueLine(writer, 1073741823);
      writer.text("€🛫");
      writer.bytes(new TextEncoder().encode(filler));
    });
    assertEquals(page === expected, true, `after ${filled} bytes`);
  }
});

test("ByteWriter: a page can have megabytes", () => {
  const writer = new ByteWriter();
  for (let line = 0; line < 200_000; line++) {
    writer.text("line ");
    valueLine(writer, line);
  }
  const lines = textOf(writer.finish()).split("\n");
  assertEquals(lines.length, 200_001);
  assertEquals([lines[0], lines[99_999], lines[199_999]], ["line 0", "line 99999", "line 199999"]);
});

test("ByteWriter.truncate(): later bytes replace the discarded ones", () => {
  const page = written((writer) => {
    writer.text("kept ");
    const { length } = writer;
    writer.text("x".repeat(10_000));
    writer.truncate(length);
    valueLine(writer, 1);
  });
  assertEquals(page, "kept 1\n");
});

test("ByteWriter.finish(): later writes do not change a finished page", () => {
  const writer = new ByteWriter();
  writer.text("a");
  const before = writer.finish();
  assertEquals(writer.length, 0);
  writer.text("b");
  assertEquals([textOf(before), textOf(writer.finish())], ["a", "b"]);
});

test("ByteWriter.makeRoom(): what was written moves in steps, and then there is room", () => {
  const writer = new ByteWriter(3_000_000);
  const bytes = Uint8Array.from({ length: 2_500_000 }, (_, at) => at % 251);
  writer.bytes(bytes);
  assertEquals([...writer.makeRoom(500_000)].length, 0);
  assertEquals([...writer.makeRoom(4_000_000)].length, 3);
  const room = writer.room(4_000_000).byteLength;
  assertEquals(room, 7_000_000);
  writer.bytes(bytes);
  const page = writer.finish();
  assertEquals(page.buffer.byteLength, room);
  assertEquals(page.every((byte, at) => byte === at % 2_500_000 % 251), true);
});
