import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  headerBytes,
  logOf,
  newSegment,
  randomId,
  SegmentHeader,
} from "../../../src/threads/memory/segment.ts";
import { privateSlot } from "../../../src/threads/memory/slot.ts";

test("newSegment(): a segment has the compaction that it is given, and memories that can grow", () => {
  const compaction = { contents: { 1: 2 }, compactedBy: 3 };
  assertEquals(newSegment(compaction).compaction, compaction);
  const { logs, cells, ...rest } = newSegment(undefined, 8192);
  assertEquals(Object.keys(rest), ["id"]);
  assertEquals([...logs, cells].map(({ maxByteLength }) => maxByteLength), [8192, 8192, 8192]);
  assertEquals(newSegment().cells.maxByteLength, 64 * 2 ** 20);
});

test("randomId(): ids are whole numbers, all different, up to 53 bits", () => {
  const ids = Array.from({ length: 1000 }, randomId);
  assert(ids.every((id) => Number.isSafeInteger(id) && id >= 0), ids.join());
  assertEquals(new Set(ids).size, 1000);
  assert(Math.max(...ids) > 2 ** 52);
  assertEquals(new Set(ids.map((id) => id % 2)).size, 2);
});

test("SegmentHeader: a segment is free, then of the first thread that takes it, then ended", () => {
  const segment = newSegment();
  const [header, other] = [new SegmentHeader(segment), new SegmentHeader(segment)];
  assertEquals([header.thread, header.ended], [0, false]);
  assertEquals(header.own(5), true);
  assertEquals(other.own(6), false);
  assertEquals([other.thread, other.ended], [5, false]);
  header.end();
  assertEquals([other.ended, other.own(6), other.thread], [true, false, 5]);
});

test("SegmentHeader: a segment is claimed once, and knows the compaction that it is in", () => {
  const segment = newSegment();
  const [header, other] = [new SegmentHeader(segment), new SegmentHeader(segment)];
  assertEquals(header.compactedInto, undefined);
  assertEquals([header.claim(), other.claim(), header.claim()], [true, false, false]);
  const epoch = { lineage: 2 ** 53 - 1, index: 7 };
  header.markCompacted(epoch);
  assertEquals(other.compactedInto, epoch);
});

test("SegmentHeader: a notification is acknowledged with all before it, also past 2^31", () => {
  for (const before of [0, 5, 2 ** 31 - 2, -1]) {
    const header = new SegmentHeader(newSegment());
    header.words[SegmentHeader.notificationsWord] = before;
    header.acknowledge(before);
    assertEquals(header.hasAcknowledged(before), true);
    const [first, second, third] = [header.notify(), header.notify(), header.notify()];
    assertEquals([first, second, third], [before + 1 | 0, before + 2 | 0, before + 3 | 0]);
    assertEquals(header.words[SegmentHeader.notificationsWord], third);
    assertEquals(header.hasAcknowledged(first), false);
    header.acknowledge(second);
    assertEquals([first, second, third].map((each) => header.hasAcknowledged(each)), [
      true,
      true,
      false,
    ]);
  }
});

test("SegmentHeader: each generation has its log and its length, in two memories in turns", () => {
  const segment = newSegment();
  const header = new SegmentHeader(segment);
  assertEquals([header.generation, header.isCurrent(0), header.isCurrent(1)], [0, true, false]);
  header.publish(0, 10);
  header.publish(1, 20);
  assertEquals([0, 1, 2, 3].map((generation) => header.published(generation)), [10, 20, 10, 20]);
  assert([0, 1, 2, 3].every((each) => logOf(segment, each) === segment.logs[each % 2]));
  header.advanceGeneration();
  assertEquals([header.generation, header.isCurrent(0), header.isCurrent(1)], [1, false, true]);
});

test("SegmentHeader: each of its words is in the header, and no two are the same", () => {
  const segment = newSegment();
  const header = new SegmentHeader(segment);
  header.own(1);
  header.clock = 2;
  header.notify();
  header.acknowledge(3);
  header.claim();
  header.markCompacted({ lineage: 4.5, index: 5 });
  header.publish(0, 6);
  header.publish(1, 7);
  header.advanceGeneration();
  assertEquals(header.words.length * 4, headerBytes);
  assertEquals(
    [header.thread, header.clock, header.compactedInto, header.generation],
    [1, 2, { lineage: 4.5, index: 5 }, 1],
  );
  assertEquals([header.published(0), header.published(1)], [6, 7]);
  assertEquals([header.hasAcknowledged(3), header.hasAcknowledged(4)], [true, false]);
  assertEquals([header.claim(), header.ended, header.notify()], [false, false, 2]);
});

test("privateSlot(): it has the numbers of the series, and changes apart from them", () => {
  const cells = Float64Array.of(1, 2, 3, 4, 5);
  const slot = { cells, integers: new Int32Array(cells.buffer), offset: 1 };
  const copy = privateSlot(slot, 3);
  assertEquals([copy.offset, [...copy.cells]], [0, [2, 3, 4]]);
  copy.cells[0] = 9;
  copy.integers[4] = 0;
  copy.integers[5] = 0;
  assertEquals([[...cells], [...copy.cells]], [[1, 2, 3, 4, 5], [9, 3, 0]]);
});
