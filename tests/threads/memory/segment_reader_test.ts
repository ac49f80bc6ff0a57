import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { LogRecord } from "../../../src/threads/memory/log.ts";
import { newSegment } from "../../../src/threads/memory/segment.ts";
import { SegmentReader } from "../../../src/threads/memory/segment_reader.ts";
import { SegmentWriter } from "../../../src/threads/memory/segment_writer.ts";

function series(...values: string[]): LogRecord {
  return ["series", 0, 0, 0, 0, values];
}

test("SegmentReader: a log is read from where it was read last, or as a whole if it was rewritten", () => {
  const segment = newSegment();
  const writer = new SegmentWriter(segment);
  const reader = new SegmentReader(segment);
  writer.append(series("a"));
  assertEquals(reader.read(), { records: [series("a")], isWhole: false });
  assertEquals(reader.read(), { records: [], isWhole: false });
  writer.append(series("b"));
  writer.append(series("c"));
  assertEquals(reader.read(), { records: [series("b"), series("c")], isWhole: false });
  writer.rewrite([series("c")]);
  assertEquals(reader.read(), { records: [series("c")], isWhole: true });
  writer.append(series("d"));
  assertEquals(reader.read(), { records: [series("d")], isWhole: false });
  writer.rewrite([]);
  assertEquals(reader.read(), { records: [], isWhole: true });
  assertEquals(reader.read(), { records: [], isWhole: false });
});

test("SegmentReader: a log that is rewritten while it is read is read again", () => {
  const segment = newSegment();
  const writer = new SegmentWriter(segment);
  const reader = new SegmentReader(segment);
  writer.append(series("before"));
  // Another thread would do so between any two steps; here it is after the length was read.
  const { header } = reader;
  const published = header.published.bind(header);
  let times = 0;
  header.published = (generation) => {
    const bytes = published(generation);
    while (times++ < 4) writer.rewrite([series(`after ${times} times`)]);
    return bytes;
  };
  assertEquals(reader.read(), { records: [series("after 4 times")], isWhole: true });
});

test("SegmentWriter: a log that does not fit when it is rewritten stays as it was", () => {
  const segment = newSegment(undefined, 8192);
  const writer = new SegmentWriter(segment);
  const reader = new SegmentReader(segment);
  writer.append(series("a"));
  assertEquals(writer.rewrite(new Array<LogRecord>(500).fill(series("too many"))), false);
  writer.append(series("b"));
  assertEquals(reader.read(), { records: [series("a"), series("b")], isWhole: false });
});

test("SegmentReader: a log is read in parts of whole records, however they look", () => {
  const segment = newSegment();
  const writer = new SegmentWriter(segment);
  const reader = new SegmentReader(segment);
  const records = ['],\n["', "\n,", "é".repeat(40), "x".repeat(900), "", "]"].map((value) =>
    series(value, value)
  );
  for (const record of records) writer.append(record);
  const sizes = [];
  const read: LogRecord[] = [];
  for (let left = reader.unread; left > 0; left = reader.unread) {
    const part = reader.read(250).records;
    assertEquals(part.length > 0, true);
    sizes.push(left - reader.unread);
    read.push(...part);
  }
  assertEquals(read, records);
  assertEquals([sizes.length > 2, sizes.filter((size) => size > 250).length], [true, 1]);
  // Rewritten in between: from the start again.
  writer.append(series("a"));
  writer.append(series("x".repeat(300)));
  assertEquals(reader.read(100).records, [series("a")]);
  writer.rewrite([series("b"), series("x".repeat(300))]);
  assertEquals(reader.read(100), { records: [series("b")], isWhole: true });
  assertEquals(reader.unread > 300, true);
  assertEquals(reader.read(100), { records: [series("x".repeat(300))], isWhole: false });
  assertEquals(reader.unread, 0);
});
