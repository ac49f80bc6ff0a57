import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { MetricsError } from "../../../src/core.ts";
import {
  compactInSteps,
  type CompactionPlan,
  isCompacted,
} from "../../../src/threads/group/compaction.ts";
import { atOnce } from "../../../src/model/platform/time_slices.ts";
import { newSegment, type Segment } from "../../../src/threads/memory/segment.ts";
import { SegmentReader } from "../../../src/threads/memory/segment_reader.ts";
import { MergedView } from "../../../src/threads/view/merged_view.ts";
import { seriesIn, WrittenSegment } from "../view/written_segment.ts";

const compacted = (plan: CompactionPlan): Segment | undefined => atOnce(compactInSteps(plan));

function ended(value: number, clock: number): WrittenSegment {
  const thread = new WrittenSegment().family();
  thread.series(["a"], value);
  thread.writer.header.clock = clock;
  thread.writer.header.end();
  return thread;
}

test("compactInSteps(): the compaction is an ended segment with all sums, and the latest clock", () => {
  const view = new MergedView();
  const segments = [ended(1, 7), ended(10, 3)].map(({ segment }) => view.add(segment));
  const epoch = { lineage: 5, index: 2 };
  const made = compacted({ segments, view, epoch, compactedBy: 9 })!;
  assertEquals(made.compaction, { contents: { 5: 2 }, compactedBy: 9 });
  const alone = new MergedView();
  const { header } = alone.add(made);
  assertEquals([seriesIn(alone), header.ended, header.clock], [["a=11"], true, 7]);
  assertEquals(segments.map(({ header }) => header.compactedInto), [epoch, epoch]);
});

test("compactInSteps(): a compaction contains what its parts contain, to the last of each lineage", () => {
  const view = new MergedView();
  const all: readonly Record<string, number>[] = [{ 1: 4, 2: 2 }, { 1: 3, 3: 9 }];
  const parts = all.map((contents) => view.add(newSegment({ contents, compactedBy: 8 })));
  const plan = { segments: parts, view, epoch: { lineage: 3, index: 10 }, compactedBy: 9 };
  assertEquals(compacted(plan)?.compaction?.contents, { 1: 4, 2: 2, 3: 10 });
});

test("compactInSteps(): if it is too much for one segment, the parts stay; other errors are thrown", () => {
  for (const error of [new MetricsError("outgrew"), new RangeError("broken")]) {
    const view = new MergedView();
    const segments = [view.add(ended(1, 1).segment)];
    view.storeInSteps = () => {
      throw error;
    };
    const compact = () =>
      compacted({ segments, view, epoch: { lineage: 1, index: 1 }, compactedBy: 9 });
    if (error instanceof MetricsError) assertEquals(compact(), undefined);
    else assertStrictEquals(assertThrows(compact), error);
    assertEquals(segments[0].header.compactedInto, undefined);
  }
});

test("isCompacted(): a segment is part of a compaction of its lineage, from its own index on", () => {
  const reader = new SegmentReader(newSegment());
  const compaction = (contents: Record<string, number>): Segment =>
    newSegment({ contents, compactedBy: 1 });
  assertEquals(isCompacted(reader, [newSegment(), compaction({ 0: 99 })]), false);
  reader.header.markCompacted({ lineage: 6, index: 3 });
  assertEquals(isCompacted(reader, [newSegment()]), false);
  assertEquals(isCompacted(reader, [compaction({ 6: 2, 7: 9 })]), false);
  assertEquals(isCompacted(reader, [newSegment(), compaction({ 6: 3 })]), true);
  assertEquals(isCompacted(reader, [compaction({ 6: 4 })]), true);
});
