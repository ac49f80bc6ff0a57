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

test("a new writer has written nothing", () => {
  assertEquals(written(() => {}), "");
});

test("text is written as UTF-8", () => {
  for (const text of ["", "a", "ä", "€", "🛫", "\u0000", "aä€🛫".repeat(5000)]) {
    assertEquals(written((writer) => writer.text(text)), text);
  }
});

test("bytes are copied, few and many", () => {
  for (const size of [0, 1, 99, 100, 101, 102, 5000]) {
    const text = Array.from({ length: size }, (_, at) => at % 10).join("");
    assertEquals(written((writer) => writer.bytes(new TextEncoder().encode(text))), text);
  }
});

test("a value is written as it is read", () => {
  for (const [value, text] of sampleTexts) {
    assertEquals(written((writer) => valueLine(writer, value)), `${text}\n`);
  }
});

test("digits written by hand are those of JavaScript", () => {
  const powers = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
  const integers = [0, 1, ...powers.flatMap((power) => [power - 1, power, power + 1])];
  const expected = integers.map((integer) => `${integer}\n`).join("");
  assertEquals(written((writer) => integers.forEach((each) => valueLine(writer, each))), expected);
  const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger());
  fc.assert(fc.property(number, (value) => {
    assertEquals(written((writer) => valueLine(writer, value)), `${sampleText(value)}\n`);
  }));
});

test("the buffer grows at any place, whatever comes next", () => {
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

test("a page may be megabytes long", () => {
  const writer = new ByteWriter();
  for (let line = 0; line < 200_000; line++) {
    writer.text("line ");
    valueLine(writer, line);
  }
  const lines = textOf(writer.finish()).split("\n");
  assertEquals(lines.length, 200_001);
  assertEquals([lines[0], lines[99_999], lines[199_999]], ["line 0", "line 99999", "line 199999"]);
});

test("what is truncated is written over", () => {
  const page = written((writer) => {
    writer.text("kept ");
    const { length } = writer;
    writer.text("x".repeat(10_000));
    writer.truncate(length);
    valueLine(writer, 1);
  });
  assertEquals(page, "kept 1\n");
});

test("what was finished does not change any more", () => {
  const writer = new ByteWriter();
  writer.text("a");
  const before = writer.finish();
  assertEquals(writer.length, 0);
  writer.text("b");
  assertEquals([textOf(before), textOf(writer.finish())], ["a", "b"]);
});
