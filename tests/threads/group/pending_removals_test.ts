import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { PendingRemovals, type Recipient } from "../../../src/threads/group/pending_removals.ts";
import { newSegment, SegmentHeader } from "../../../src/threads/memory/segment.ts";

interface Family {
  readonly number: number;
}

const [one, other]: readonly Family[] = [{ number: 0 }, { number: 1 }];

function idsOf(removals: PendingRemovals<Family>, family = one): readonly unknown[] {
  return [...removals.records(family, 7)].map((record) => {
    assertEquals([record[0], record[1]], ["removal", 7]);
    return (record[3] as string[])[0];
  });
}

function add(removals: PendingRemovals<Family>, id: string, recipients: Recipient[], family = one) {
  removals.add({ family, stamp: 1, pattern: [id], recipients });
}

test("PendingRemovals: a removal stays until all threads that had the series have acknowledged it", () => {
  const removals = new PendingRemovals<Family>(0);
  const headers = [new SegmentHeader(newSegment()), new SegmentHeader(newSegment())];
  const notified = () => headers.map((header) => ({ header, notification: header.notify() }));
  add(removals, "nobody's", []);
  add(removals, "first", notified());
  add(removals, "second", notified());
  removals.prune();
  assertEquals(idsOf(removals), ["first", "second"]);
  headers[0].acknowledge(2);
  removals.prune();
  assertEquals(idsOf(removals), ["first", "second"]);
  headers[1].acknowledge(1);
  removals.prune();
  assertEquals(idsOf(removals), ["second"]);
  // One that has ended acknowledges nothing: its log is read until it is compacted.
  headers[1].end();
  removals.prune();
  assertEquals(idsOf(removals), ["second"]);
  headers[1].markCompacted({ lineage: 1, index: 1 });
  removals.prune();
  assertEquals(idsOf(removals), []);
});

test("PendingRemovals: the latest stay in any case, for threads that are not known yet", () => {
  for (const [limit, latest] of [[4096, 4], [64 * 2 ** 20, 1000], [0, 0]]) {
    const removals = new PendingRemovals<Family>(limit);
    for (let id = 0; id < 1010; id++) add(removals, `${id}`, []);
    removals.prune();
    const expected = Array.from({ length: latest }, (_, at) => `${1010 - latest + at}`);
    assertEquals(idsOf(removals), expected);
  }
});

test("PendingRemovals: those of a family that is gone are forgotten, and others stay", () => {
  const removals = new PendingRemovals<Family>(2 ** 20);
  add(removals, "a", []);
  add(removals, "b", [], other);
  assertEquals([idsOf(removals), idsOf(removals, other)], [["a"], ["b"]]);
  removals.forget(one);
  assertEquals([idsOf(removals), idsOf(removals, other)], [[], ["b"]]);
});
