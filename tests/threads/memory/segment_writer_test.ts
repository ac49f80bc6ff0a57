import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { MetricsError } from "../../../src/core.ts";
import { encodeRecord, type LogRecord } from "../../../src/threads/memory/log.ts";
import { headerBytes, newSegment } from "../../../src/threads/memory/segment.ts";
import { SegmentReader } from "../../../src/threads/memory/segment_reader.ts";
import { SegmentWriter } from "../../../src/threads/memory/segment_writer.ts";
import { withClock } from "../../support/clock.ts";

test("SegmentWriter: released cells are used again 30 s later, all 0", () =>
  withClock((clock) => {
    const writer = new SegmentWriter(newSegment());
    const slot = writer.allocate(3);
    slot.cells.fill(7, slot.offset, slot.offset + 3);
    const neighbor = writer.allocate(3);
    neighbor.cells.fill(8, neighbor.offset, neighbor.offset + 3);
    writer.release(slot, 3);
    clock.advance(29);
    assertEquals(writer.allocate(3).offset, 6);
    clock.advance(2);
    const again = writer.allocate(3);
    assertEquals(again.offset, slot.offset);
    assertEquals([...again.cells.slice(0, 6)], [0, 0, 0, 8, 8, 8]);
    assertEquals(writer.allocate(3).offset, 9);
  }));

test("SegmentWriter: if memory is full, released cells are used again 1 s later", () =>
  withClock((clock) => {
    const limit = 8192;
    const writer = new SegmentWriter(newSegment(undefined, limit));
    const slots = Array.from({ length: limit / 8 / 4 }, () => writer.allocate(4));
    assertEquals(slots.at(-1)!.offset, limit / 8 - 4);
    assertThrows(() => writer.allocate(4), MetricsError, "outgrew");
    writer.release(slots[5], 4);
    clock.advance(0.9);
    assertThrows(() => writer.allocate(4), MetricsError, "outgrew");
    clock.advance(0.2);
    assertEquals(writer.allocate(4).offset, slots[5].offset);
  }));

test("SegmentWriter: slots of before memory grew are the same cells as those of after", () => {
  const segment = newSegment();
  const writer = new SegmentWriter(segment);
  const before = writer.allocate(2);
  const after = writer.allocate(2000);
  for (const [at, slot] of [before, after].entries()) {
    slot.cells[slot.offset + 1] = 5 + at;
    slot.integers[slot.offset * 2] = 7 + at;
  }
  const reader = new SegmentReader(segment);
  reader.seeCells();
  const { cells, integers } = reader;
  assertEquals([cells[1], integers[0]], [5, 7]);
  assertEquals([cells[after.offset + 1], integers[after.offset * 2]], [6, 8]);
  assertEquals([cells.length, integers.length], [2048, 4096]);
  // Memory that did not grow is seen by the same views.
  writer.allocate(46);
  reader.seeCells();
  assertEquals([reader.cells === cells, segment.cells.byteLength], [true, 2048 * 8]);
  writer.allocate(1);
  assertEquals(reader.read().records, []);
  assertEquals(reader.cells.length, 4096);
});

const family: LogRecord = ["series", 0, 0, 0, 0, ["x".repeat(100)]];
const end: LogRecord = ["end", 0, 0];

/** A writer whose log has so many records of series, and of ends of them. */
function written(series: number, ends: number, limit?: number) {
  const writer = new SegmentWriter(newSegment(undefined, limit));
  for (let record = 0; record < series; record++) writer.append(family);
  for (let record = 0; record < ends; record++) writer.append(end);
  return writer;
}

test("SegmentWriter: a log is worth rewriting if it has grown by 64 KiB, a quarter of it ends", () => {
  assertEquals(written(600, 0).isWorthRewriting, false);
  assertEquals(written(600, 190).isWorthRewriting, false);
  assertEquals(written(600, 210).isWorthRewriting, true);
  assertEquals(written(450, 450).isWorthRewriting, false);
});

test("SegmentWriter: a log that is nearly full is worth rewriting if 1/64 of it are ends", () => {
  const limit = 2 ** 17;
  const full = written(0, 0, limit);
  assertThrows(
    () => {
      for (;;) full.append(family);
    },
    MetricsError,
    "outgrew 0.125 MiB",
  );
  const records = Math.floor((limit - headerBytes) * 15 / 16 / encodeRecord(family).length);
  const ends = Math.floor(records / 63);
  for (let record = 0; record < ends; record++) full.append(end);
  assertEquals(full.isWorthRewriting, false);
  for (let record = 0; record < 2; record++) full.append(end);
  assertEquals(full.isWorthRewriting, true);
});

test("SegmentWriter: after it was rewritten, a log is worth that again once it has doubled", () => {
  const writer = written(2000, 2000);
  assertEquals(writer.isWorthRewriting, true);
  assertEquals(writer.rewrite(new Array<LogRecord>(2000).fill(family)), true);
  assertEquals(writer.isWorthRewriting, false);
  for (let record = 0; record < 1000; record++) writer.append(family);
  for (let record = 0; record < 1500; record++) writer.append(end);
  assertEquals(writer.isWorthRewriting, false);
  for (let record = 0; record < 1000; record++) writer.append(family);
  for (let record = 0; record < 1500; record++) writer.append(end);
  assertEquals(writer.isWorthRewriting, true);
});

test("SegmentWriter: an error of the records that it is to write leaves the old log", () => {
  const writer = written(2, 0);
  const broken = (function* (): Iterable<LogRecord> {
    yield family;
    throw new RangeError("broken");
  })();
  assertThrows(() => writer.rewrite(broken), RangeError, "broken");
  writer.append(end);
  const reader = new SegmentReader(writer.segment);
  assertEquals(reader.read(), { records: [family, family, end], isWhole: false });
});

test("SegmentWriter: a log grows up to its limit, to the last byte, and no further", () => {
  const limit = 8192;
  const writer = new SegmentWriter(newSegment(undefined, limit));
  const reader = new SegmentReader(writer.segment);
  const room = limit - headerBytes;
  const size = encodeRecord(end).length;
  const fits = Math.floor(room / size);
  // One record is longer, so that the last one ends with the memory.
  const long: LogRecord = ["end", 0, 10 ** (room - fits * size)];
  assertEquals(encodeRecord(long).length, size + room - fits * size);
  writer.append(long);
  for (let record = 1; record < fits; record++) writer.append(end);
  assertEquals(reader.read().records.length, fits);
  assertThrows(() => writer.append(end), MetricsError, "outgrew");
  assertEquals(writer.segment.logs.map(({ byteLength }) => byteLength), [limit, 4096]);
  assertEquals(reader.read().records, []);
});

test("SegmentWriter: series leave a sixteenth of the log to what ends them", () => {
  const limit = 2 ** 16;
  const writer = new SegmentWriter(newSegment(undefined, limit));
  const share = Math.floor((limit - headerBytes) * 15 / 16);
  const filler: LogRecord = ["series", 0, 0, 0, 0, ["x".repeat(share / 2 - 30)]];
  writer.append(filler);
  const rest = share - encodeRecord(filler).length;
  const sized = (bytes: number): LogRecord => {
    const empty: LogRecord = ["series", 0, 0, 0, 0, [""]];
    return ["series", 0, 0, 0, 0, ["x".repeat(bytes - encodeRecord(empty).length)]];
  };
  assertThrows(() => writer.append(sized(rest + 1)), MetricsError, "outgrew 0.0625 MiB");
  writer.append(sized(rest));
  assertThrows(() => writer.append(family), MetricsError);
  writer.append(end);
});

test("SegmentWriter: rewriting counts the records anew, also if the new log did not fit", () => {
  const limit = 2 ** 18;
  const writer = written(600, 590, limit);
  assertEquals(writer.isWorthRewriting, true);
  assertEquals(writer.rewrite(new Array<LogRecord>(5000).fill(family)), false);
  for (let record = 0; record < 400; record++) writer.append(family);
  for (let record = 0; record < 4000; record++) writer.append(end);
  assertEquals(writer.isWorthRewriting, true);
  assertEquals(writer.rewrite(new Array<LogRecord>(600).fill(family)), true);
  for (let record = 0; record < 700; record++) writer.append(family);
  assertEquals(writer.isWorthRewriting, false);
});
