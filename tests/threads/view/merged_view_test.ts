import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import type { CounterSnapshot } from "../../../src/core.ts";
import { atOnce } from "../../../src/model/platform/time_slices.ts";
import type { SharedDefinition } from "../../../src/threads/memory/log.ts";
import { MergedView } from "../../../src/threads/view/merged_view.ts";
import type { RemovedSeries } from "../../../src/threads/view/merged_family.ts";
import { jobs, seriesIn, WrittenSegment } from "./written_segment.ts";

const key = JSON.stringify(["jobs", []]);
const level: SharedDefinition = { ...jobs, type: "gauge", name: "level" };

/** A view of so many segments, each of which defines the family. */
function viewed(count: number) {
  const removed: [key: string, offset: number, values: readonly string[]][] = [];
  const view = new MergedView((key, { offset, values }: RemovedSeries) =>
    removed.push([key, offset, values])
  );
  const threads = Array.from({ length: count }, () => new WrittenSegment().family());
  const readers = threads.map(({ segment }) => view.add(segment));
  return { view, threads, readers, removed };
}

test("MergedView: a series that a thread ends and begins anew counts once", () => {
  const { view, threads: [one, other] } = viewed(2);
  const first = one.series(["a"], 5);
  other.series(["a"], 100);
  assertEquals(seriesIn(view), ["a=105"]);
  one.end(first);
  assertEquals(seriesIn(view), ["a=100"]);
  one.series(["a"], 2);
  one.series(["b"], 1);
  assertEquals(seriesIn(view), ["a=102", "b=1"]);
});

test("MergedView: series that end in any order leave the others", () => {
  const { view, threads: [one] } = viewed(1);
  const offsets = ["a", "b", "c", "d", "e"].map((id, at) => one.series([id], at));
  assertEquals(seriesIn(view), ["a=0", "b=1", "c=2", "d=3", "e=4"]);
  one.end(offsets[1]);
  one.end(offsets[4]);
  assertEquals(seriesIn(view), ["a=0", "c=2", "d=3"]);
  one.end(offsets[3]);
  one.series(["f"], 9);
  assertEquals(seriesIn(view), ["a=0", "c=2", "f=9"]);
  one.end(offsets[0]);
  one.end(offsets[2]);
  assertEquals(seriesIn(view), ["f=9"]);
  // An offset that never was, or is over, ends nothing.
  one.end(offsets[2]);
  one.end(12345);
  assertEquals(seriesIn(view), ["f=9"]);
  assertEquals([view.family(key)!.size, view.family(key)!.count([null])], [1, 1]);
});

test("MergedView: a removal takes older series of all threads, and tells of each", () => {
  const { view, threads: [one, other, third], removed } = viewed(3);
  const [a, b] = [one.series(["a"], 1), one.series(["b"], 2)];
  const far = other.series(["a"], 3);
  other.series(["a2"], 7, { stamp: 5 });
  assertEquals(seriesIn(view), ["a=4", "b=2", "a2=7"]);
  third.remove(1, ["a"]);
  assertEquals(seriesIn(view), ["b=2", "a2=7"]);
  assertEquals(removed.splice(0), [[key, a, ["a"]], [key, far, ["a"]]]);
  third.remove(5, [null]);
  assertEquals(seriesIn(view), ["a2=7"]);
  assertEquals(removed.splice(0), [[key, b, ["b"]]]);
  third.remove(6, ["none"]);
  assertEquals(seriesIn(view), ["a2=7"]);
  assertEquals(removed, []);
});

test("MergedView: a series that is logged late, and older than a removal, is gone", () => {
  const { view, threads: [one, other], removed } = viewed(2);
  other.remove(3, ["a"]);
  other.remove(4, ["b"]);
  view.refresh();
  const old = one.series(["a"], 1, { stamp: 2 });
  one.series(["a"], 2, { stamp: 3 });
  one.series(["b"], 3, { stamp: 3 });
  one.series(["c"], 4, { stamp: 0 });
  assertEquals(seriesIn(view), ["a=2", "c=4"]);
  assertEquals(removed.map(([, , values]) => values[0]), ["a", "b"]);
  assertEquals(removed[0][1], old);
});

test("MergedView: a log that was rewritten replaces what was read of it, and nothing else", () => {
  const { view, threads: [one, other] } = viewed(2);
  one.family(level);
  one.series(["a"], 1);
  one.series(["x"], 8, { family: 1 });
  const b = one.series(["b"], 2);
  other.series(["b"], 10);
  assertEquals([seriesIn(view), seriesIn(view, level)], [["a=1", "b=12"], ["x=8"]]);
  one.writer.rewrite([["family", jobs, 0], ["series", 0, b, 0, 0, ["b"]]]);
  assertEquals([seriesIn(view), seriesIn(view, level)], [["b=12"], undefined]);
  assertEquals([...view.keys()], [key]);
  one.series(["c"], 3);
  assertEquals(seriesIn(view), ["b=12", "c=3"]);
});

test("MergedView: a family that is gone in one thread stays with the series of others", () => {
  const { view, threads: [one, other] } = viewed(2);
  one.series(["a"], 1);
  other.series(["a"], 2);
  other.series(["b"], 3);
  one.writer.append(["gone", 0]);
  assertEquals(seriesIn(view), ["a=2", "b=3"]);
  other.writer.append(["gone", 0]);
  assertEquals([seriesIn(view), [...view.keys()]], [undefined, []]);
});

test("MergedView: gauges of a thread end with it, and counters stay", () => {
  const { view, threads: [one, other] } = viewed(2);
  for (const thread of [one, other]) {
    thread.family(level);
    thread.series(["a"], 1);
    thread.series(["a"], 2, { family: 1 });
  }
  assertEquals([seriesIn(view), seriesIn(view, level)], [["a=2"], ["a=4"]]);
  // What it wrote just before its end counts too.
  one.series(["late"], 5);
  one.series(["late"], 6, { family: 1 });
  one.writer.header.end();
  for (let times = 0; times < 2; times++) {
    assertEquals([seriesIn(view), seriesIn(view, level)], [["a=2", "late=5"], ["a=2"]]);
  }
});

test("MergedView: a segment that is dropped leaves nothing, and is not read again", () => {
  const { view, threads: [one, other, third], readers } = viewed(3);
  one.series(["a"], 1);
  other.series(["b"], 2);
  third.family(level);
  third.series(["c"], 3, { family: 1 });
  assertEquals([seriesIn(view), seriesIn(view, level)], [["a=1", "b=2"], ["c=3"]]);
  view.drop(readers[0]);
  view.drop(readers[2]);
  one.series(["late"], 9);
  assertEquals([seriesIn(view), seriesIn(view, level)], [["b=2"], undefined]);
  assertEquals(view.segments(), [readers[1]]);
  assertEquals([...view.keys()], [key]);
});

test("MergedView: the start is the earliest, also of a series that began anew", () => {
  const { view, threads: [one, other] } = viewed(2);
  const created = () => {
    view.refresh();
    return [...(view.family(key)!.collect() as CounterSnapshot).created as number[]];
  };
  const first = one.series(["a"], 1, { created: 50 });
  other.series(["a"], 1, { created: 40 });
  other.series(["b"], 1, { created: 70 });
  assertEquals(created(), [40, 70]);
  one.series(["b"], 1, { created: 90 });
  assertEquals(created(), [40, 70]);
  one.end(first);
  one.series(["c"], 1, { created: 95 });
  const c = one.series(["d"], 1, { created: 96 });
  one.end(c);
  one.series(["d"], 1, { created: 99 });
  assertEquals(created(), [40, 70, 95, 99]);
  other.remove(1, ["a"]);
  assertEquals(created(), [70, 95, 99]);
});

test("MergedView: a family has its help, its unit if there is one, and its labels", () => {
  const view = new MergedView();
  const timed: SharedDefinition = { ...jobs, name: "timed", unit: "seconds" };
  view.add(new WrittenSegment().family().family(timed).segment);
  view.refresh();
  const of = (name: string) => view.family(JSON.stringify([name, []]))!.collect();
  assertEquals([of("jobs").help, "unit" in of("jobs")], ["Jobs.", false]);
  assertEquals([of("timed").unit, of("timed").labels.names], ["seconds", ["id"]]);
});

test("MergedView: of two definitions that which is older is on the page, with an error", () => {
  const { view, threads: [one] } = viewed(1);
  one.series(["a"], 1);
  const young = new WrittenSegment().family({ ...jobs, help: "Younger." }, 5);
  young.series(["a"], 10);
  view.add(young.segment);
  assertEquals([seriesIn(view), view.conflicts().length], [["a=1"], 1]);
  const [{ message }] = view.conflicts();
  assertStringIncludes(message, "jobs: threads define it differently, ");
  assert(message.indexOf('"Jobs."') < message.indexOf('"Younger."'), message);
  const old = new WrittenSegment().family({ ...jobs, help: "Older." }, -5);
  old.series(["a"], 100);
  const reader = view.add(old.segment);
  assertEquals(seriesIn(view), ["a=100"]);
  assertEquals(view.conflicts()[0].message.split(" and ").length, 3);
  view.drop(reader);
  // A third thread that defines it as the young one does, and earlier, makes that the older one.
  const early = new WrittenSegment().family({ ...jobs, help: "Younger." }, -1);
  view.add(early.segment);
  assertEquals(seriesIn(view), ["a=10"]);
  one.writer.append(["gone", 0]);
  view.refresh();
  assertEquals(view.conflicts(), []);
});

test("MergedFamily: labels that came and went leave no rows, and older snapshots stay", () => {
  const { view, threads: [one, other] } = viewed(2);
  other.series(["kept"], 7);
  other.series(["last"], 8);
  for (let id = 0; id < 3000; id++) {
    const offset = one.series([`churn ${id}`], id);
    if (id !== 1500) one.end(offset);
  }
  view.refresh();
  const before = view.family(key)!.collect() as CounterSnapshot;
  assertEquals(before.labels.rows, 3);
  assertEquals(before.labels.values.length, 3);
  assertEquals([...before.labels.values].toSorted(), ["churn 1500", "kept", "last"]);
  one.series(["new"], 1);
  const ended = one.series(["short"], 1);
  assertEquals(seriesIn(view)?.toSorted(), [
    "churn 1500=1500",
    "kept=7",
    "last=8",
    "new=1",
    "short=1",
  ]);
  one.end(ended);
  one.series(["newest"], 2);
  assertEquals(seriesIn(view)?.toSorted(), [
    "churn 1500=1500",
    "kept=7",
    "last=8",
    "new=1",
    "newest=2",
  ]);
  assertEquals(before.labels.values.slice(0, 3).toSorted(), ["churn 1500", "kept", "last"]);
});

test("MergedFamily: a thread that is never scraped keeps few rows of labels that are over", () => {
  const { view, threads: [one] } = viewed(1);
  view.refresh();
  // The view appends to the table of its snapshots, until it makes a new one.
  const { labels: { values: table } } = view.family(key)!.collect();
  for (let round = 0; round < 10; round++) {
    for (let id = 0; id < 1000; id++) one.end(one.series([`${round} ${id}`], id));
    view.refresh();
  }
  assert(table.length > 1000 && table.length < 3000, `${table.length} rows`);
  one.series(["stays"], 1);
  view.refresh();
  const family = view.family(key)!;
  assertEquals([family.size, family.count([null]), family.count(["9 999"])], [1, 1, 0]);
  const { labels } = family.collect();
  assertEquals([labels.rows, [...labels.values]], [1, ["stays"]]);
});

test("MergedFamily: patterns match by each label, and tell in which segments", () => {
  const two: SharedDefinition = { ...jobs, labelNames: ["queue", "result"] };
  const view = new MergedView();
  const [one, other] = [new WrittenSegment().family(two), new WrittenSegment().family(two)];
  const [near, far] = [view.add(one.segment), view.add(other.segment)];
  one.series(["a", "ok"], 1);
  const over = one.series(["b", "ok"], 2);
  other.series(["a", "no"], 3);
  other.series(["b", "ok"], 4);
  view.refresh();
  const family = view.family(key)!;
  const cases = [
    [["a", null], 2, [near, far]],
    [[null, "no"], 1, [far]],
    [["a", "ok"], 1, [near]],
    [["b", "ok"], 1, [near, far]],
    [["b", "no"], 0, []],
    [[null, null], 3, [near, far]],
    [["c", null], 0, []],
  ] as const;
  for (const [pattern, count, segments] of cases) {
    assertEquals(family.count(pattern), count, String(pattern));
    const found = family.segmentsWith(pattern);
    assertEquals(segments.map((segment) => found.includes(segment)), segments.map(() => true));
    assertEquals(found.length, segments.length);
  }
  one.end(over);
  view.refresh();
  assertEquals(family.segmentsWith(["b", "ok"]).length, 1);
  assertEquals([family.size, family.count(["b", null])], [3, 1]);
});

test("MergedView.storeInSteps(): some segments become one, with their sums, starts and removals", () => {
  const { view, threads: [one, other, third], readers } = viewed(3);
  one.family(level);
  one.series(["a"], 1, { created: 5, stamp: 2 });
  one.series(["g"], 9, { family: 1 });
  other.series(["a"], 10, { created: 4, stamp: 3 });
  other.series(["b"], 20, { stamp: 1 });
  other.remove(4, ["gone"]);
  third.series(["c"], 100);
  third.series(["b"], 200);
  one.writer.header.end();
  view.refresh();
  const target = new WrittenSegment();
  atOnce(view.storeInSteps(target.writer, new Set([readers[0], readers[1]])));

  const compacted = new MergedView();
  const reader = compacted.add(target.segment);
  assertEquals([seriesIn(compacted), seriesIn(compacted, level)], [["a=11", "b=20"], []]);
  const { created } = compacted.family(key)!.collect() as CounterSnapshot;
  assertEquals([...created as number[]], [4, 0]);
  // The tombstone is there, and each series is as young as the youngest of its parts.
  const late = new WrittenSegment().family();
  late.series(["gone"], 1, { stamp: 3 });
  compacted.add(late.segment);
  assertEquals(seriesIn(compacted), ["a=11", "b=20"]);
  late.remove(3, [null]);
  assertEquals(seriesIn(compacted), ["a=11"]);
  assertEquals(compacted.family(key)!.segmentsWith(["a"]), [reader]);
  // A family that only others define gets no number in the log.
  const part = new WrittenSegment();
  third.family({ ...jobs, name: "another" });
  view.refresh();
  const only = new WrittenSegment().family({ ...jobs, name: "last" });
  only.series(["z"], 5);
  for (const [at, name] of ["more", "most"].entries()) {
    only.family({ ...jobs, name });
    only.series([name], 6 + at, { family: at + 1 });
  }
  const last = view.add(only.segment);
  view.refresh();
  atOnce(view.storeInSteps(part.writer, new Set([last])));
  const partial = new MergedView();
  partial.add(part.segment);
  const stored = ["last", "more", "most"].map((name) => seriesIn(partial, { ...jobs, name }));
  assertEquals(stored, [["z=5"], ["more=6"], ["most=7"]]);
  // A segment that defines nothing leaves nothing in the log.
  const empty = new WrittenSegment();
  atOnce(view.storeInSteps(empty.writer, new Set()));
  assertEquals([...new MergedView().keys()], []);
  assertEquals(empty.writer.header.published(0), 0);
});

test("MergedView: a rewritten log and a compaction leave the label table to formats as it is", () => {
  const { view, threads: [one, other], readers } = viewed(2);
  const ids = Array.from({ length: 3000 }, (_, id) => `id-${id}`);
  ids.forEach((id) => one.series([id], 1));
  other.series(["id-1"], 10);
  const allHave = (value: number) => ids.map((id, at) => `${id}=${value + (at === 1 ? 10 : 0)}`);
  assertEquals(seriesIn(view), allHave(1));
  const tableOf = () => view.family(key)!.collect().labels.values;
  const table = tableOf();
  const { cells, offset } = one.writer.allocate(1);
  cells[offset] = 5;
  const again = ids.toReversed().map((id) => ["series", 0, offset, 0, 0, [id]] as const);
  one.writer.rewrite([["family", jobs, 0], ...again]);
  assertEquals(seriesIn(view), allHave(5));
  assert(tableOf() === table);
  const compacted = new WrittenSegment().family();
  ids.toReversed().forEach((id) => compacted.series([id], id === "id-1" ? 110 : 100));
  view.add(compacted.segment);
  readers.forEach((reader) => view.drop(reader));
  assertEquals(seriesIn(view), allHave(100));
  assert(tableOf() === table);
  // What is not in the new log is gone, and the table is another one.
  const rest = new WrittenSegment().family();
  rest.series(["id-7"], 1);
  view.add(rest.segment);
  view.drop(view.segments()[0]);
  assertEquals(seriesIn(view), ["id-7=1"]);
  assert(tableOf() !== table && table.length === 3000);
});

test("MergedView.readInSteps(): long logs are read ahead, and the rest with the next refresh", () => {
  const { view, threads: [one, other], readers } = viewed(2);
  for (let id = 0; id < 3000; id++) one.series([`id-${id}`], 1);
  other.series(["id-0"], 1);
  const steps = view.readInSteps();
  steps.next();
  const unread = readers[0].unread;
  assert(unread > 0);
  assertEquals(seriesIn(view)!.length, 3000);
  // Read meanwhile; then a thread goes on writing, and another one leaves.
  assertEquals(steps.next().done, true);
  assertEquals(view.readInSteps().next().done, true);
  for (let id = 0; id < 3000; id++) other.series([`more-${id}`], 1);
  const more = view.readInSteps();
  more.next();
  view.drop(readers[1]);
  assertEquals(more.next().done, true);
  assertEquals(seriesIn(view)!.length, 3000);
});

test("MergedView.storeInSteps(): series that are removed meanwhile stay removed", () => {
  const { view, threads: [one, other], readers } = viewed(2);
  for (let id = 0; id < 600; id++) one.series([`id-${id}`], 1);
  view.refresh();
  const target = new WrittenSegment();
  const steps = view.storeInSteps(target.writer, new Set([readers[0]]));
  steps.next();
  other.remove(1, ["id-0"]);
  other.remove(2, ["id-599"]);
  atOnce(steps);
  const compacted = new MergedView();
  compacted.add(target.segment);
  const series = seriesIn(compacted)!;
  assertEquals([series.length, series[0], series.at(-1)], [598, "id-1=1", "id-598=1"]);
});

test("MergedView: a series that began anew in a log that was rewritten has its new start", () => {
  const { view, threads: [one, other] } = viewed(2);
  one.series(["a"], 100, { created: 10 });
  one.series(["b"], 1, { created: 10 });
  other.series(["b"], 1, { created: 5 });
  const starts = () => {
    view.refresh();
    const { labels, created } = view.family(key)!.collect() as CounterSnapshot;
    return labels.values.slice(0, labels.rows).map((id, row) => [id, created![row]]);
  };
  assertEquals(starts(), [["a", 10], ["b", 5]]);
  const { cells, offset } = one.writer.allocate(1);
  cells[offset] = 1;
  one.writer.rewrite([
    ["family", jobs, 0],
    ["series", 0, offset, 20, 0, ["a"]],
    ["series", 0, one.writer.allocate(1).offset, 20, 0, ["b"]],
  ]);
  assertEquals(starts(), [["a", 20], ["b", 5]]);
});
