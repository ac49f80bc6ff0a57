import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Remembered } from "../../../src/exposition/encoding/remembered.ts";

/** What is remembered of headers, and the headers that were read. */
function reading() {
  const read: string[] = [];
  const lengths = new Remembered((header) => {
    read.push(header);
    return header.length;
  });
  return { lengths, read };
}

test("Remembered: a header is read once", () => {
  const { lengths, read } = reading();
  assertEquals([lengths.of("gzip"), lengths.of(""), lengths.of("gzip")], [4, 0, 4]);
  assertEquals(read, ["gzip", ""]);
});

test("Remembered: many different headers take no more memory than a few", () => {
  const { lengths, read } = reading();
  for (let at = 0; at < 16; at++) lengths.of(`a${at}`);
  lengths.of("a0");
  assertEquals(read.length, 16);
  lengths.of("one more");
  lengths.of("a0");
  assertEquals(read.slice(16), ["one more", "a0"]);
});

test("Remembered: a long header is not kept", () => {
  const { lengths, read } = reading();
  const long = "a".repeat(2049);
  assertEquals([lengths.of(long), lengths.of(long)], [2049, 2049]);
  assertEquals(read.length, 2);
});
