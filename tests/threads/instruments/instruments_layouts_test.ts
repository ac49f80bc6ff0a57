import { Refusals } from "../../../src/model/refusals.ts";
import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { ExemplarRelay } from "../../../src/threads/instruments/exemplar_relay.ts";
import type { Layout } from "../../../src/threads/instruments/layout.ts";
import { layoutOf } from "../../../src/threads/instruments/layout_of.ts";
import {
  SharedHistogram,
  SharedSummary,
} from "../../../src/threads/instruments/shared_distribution.ts";
import { SharedCounter } from "../../../src/threads/instruments/shared_counter.ts";
import { SharedGauge, SharedRecentGauge } from "../../../src/threads/instruments/shared_gauge.ts";
import { SharedNativeHistogram } from "../../../src/threads/instruments/shared_native_histogram.ts";
import { SharedStateSet } from "../../../src/threads/instruments/shared_state_set.ts";
import { NativeTable, tableCells } from "../../../src/threads/instruments/native_table.ts";
import type { SharedDefinition } from "../../../src/threads/memory/log.ts";
import { newSegment } from "../../../src/threads/memory/segment.ts";
import { SegmentReader } from "../../../src/threads/memory/segment_reader.ts";
import { SegmentWriter } from "../../../src/threads/memory/segment_writer.ts";
import { emptySlot, type Slot, type SlotChild } from "../../../src/threads/memory/slot.ts";
import { readNativeOptions } from "../../../src/metrics/native/native_options.ts";
import type { GaugeMerge } from "../../../src/model/gauge_merge.ts";
import type { MetricFamily } from "../../../src/model/snapshot.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const definition = (more: Partial<SharedDefinition>): SharedDefinition => ({
  type: "gauge",
  name: "a",
  help: "A.",
  labelNames: [],
  constantLabels: {},
  ...more,
});

const bounds = [1, 2];
const relay = new ExemplarRelay<SlotChild>(new Refusals("a"), {}, () => {});

/** Each kind of instrument: how it is defined, made, and recorded to. */
const kinds: Record<
  string,
  [SharedDefinition, (slot: Slot, memory: SegmentWriter) => [SlotChild, (value: number) => void]]
> = {
  counter: [definition({ type: "counter" }), (slot) => {
    const child = new SharedCounter(slot, relay);
    return [child, (value) => child.inc(value)];
  }],
  "gauge, sum": [definition({ merge: "sum" }), (slot) => {
    const child = new SharedGauge(slot, new Refusals("a"));
    return [child, (value) => child.set(value)];
  }],
  "gauge, mostRecent": [definition({ merge: "mostRecent" }), (slot) => {
    const child = new SharedRecentGauge(slot, new Refusals("a"));
    return [child, (value) => child.set(value)];
  }],
  "state set": [definition({ type: "stateset", states: ["x", "y", "z"] }), (slot) => {
    const child = new SharedStateSet(slot, new Refusals("a"), ["x", "y", "z"]);
    return [child, (value) => child.select(["x", "y", "z"][value % 3])];
  }],
  histogram: [definition({ type: "histogram", bounds }), (slot) => {
    const child = new SharedHistogram(slot, Float64Array.from(bounds), relay);
    return [child, (value) => child.observe(value)];
  }],
  summary: [definition({ type: "summary" }), (slot) => {
    const child = new SharedSummary(slot, new Refusals("a"));
    return [child, (value) => child.observe(value)];
  }],
  "native histogram": [
    definition({ type: "histogram", bounds, isNative: true }),
    (slot, memory) => {
      const options = readNativeOptions("a", { factor: 2, maxBuckets: 3, maxZeroThreshold: 0.5 });
      const plan = { exemplars: relay, bounds: Float64Array.from(bounds), options, memory };
      const child = new SharedNativeHistogram(slot, plan);
      return [child, (value) => child.observe(value)];
    },
  ],
};

function snapshotOf(layout: Layout, totals: unknown, rows: number): MetricFamily {
  const labels = { names: [], values: [], rows };
  return layout.snapshot(
    { name: "a", help: "A.", labels, created: new Array(rows).fill(1) },
    totals,
  );
}

for (const [kind, [shape, make]] of Object.entries(kinds)) {
  const layout = layoutOf(shape);

  /** What one segment after another gives, each with some series of as many values. */
  const read = (segments: readonly (readonly [SegmentReader, readonly number[]])[]) => {
    const rows = segments[0][1].length;
    const totals = layout.begin(rows);
    for (const [reader, offsets] of segments) {
      reader.seeCells();
      layout.add(totals, { offsets, rows: offsets.map((_, row) => row) }, reader);
    }
    return { totals, rows };
  };

  test(`layout of a ${kind}: what is stored is read back, row by row, and goes on from there`, () =>
    withWallClock((clock) => {
      const writers = [new SegmentWriter(newSegment()), new SegmentWriter(newSegment())];
      const series = [[0, 1, 5, 1], [-2, 0.25, -3, 1.5, 9, 40], []];
      const usable = (value: number) =>
        kind === "counter" || kind === "state set" ? Math.abs(Math.round(value)) : value;
      const children = writers.map((writer) =>
        series.map((values) => {
          const slot = writer.allocate(layout.width);
          const [child, record] = make(slot, writer);
          for (const value of values) {
            clock.advance(1);
            record(usable(value));
          }
          return { child, record, slot };
        })
      );
      const readers = writers.map(({ segment }) => new SegmentReader(segment));
      const offsets = children.map((all) => all.map(({ slot }) => slot.offset));
      const { totals, rows } = read(readers.map((reader, at) => [reader, offsets[at]]));
      const before = snapshotOf(layout, totals, rows);

      // Compacted into a segment of its own, it reads the same.
      const writer = new SegmentWriter(newSegment());
      writer.allocate(7);
      const stored = series.map(() => [writer.allocate(layout.width), writer.allocate(1)]);
      stored.forEach(([slot], row) => layout.store(totals, row, slot, writer));
      const between = stored.map(([, { cells, offset }]) => cells[offset]);
      assertEquals(between, [0, 0, 0], "beyond a slot");
      const reader = new SegmentReader(writer.segment);
      const storedOffsets = stored.map(([{ offset }]) => offset);
      const again = read([[reader, storedOffsets]]);
      assertEquals(snapshotOf(layout, again.totals, rows), before);

      // Twice the same, as if two threads had recorded it.
      const doubled = read([[reader, storedOffsets], [reader, storedOffsets]]);
      const twice = snapshotOf(layout, doubled.totals, rows);
      if (twice.type === "summary" && before.type === "summary") {
        assertEquals([...twice.counts], [...before.counts].map((count) => count * 2));
        assertEquals([...twice.sums], [...before.sums].map((sum) => sum * 2));
      }
      if (twice.type === "histogram" && before.type === "histogram") {
        assertEquals([...twice.buckets], [...before.buckets].map((count) => count * 2));
        assertEquals([...twice.sums], [...before.sums].map((sum) => sum * 2));
        const counts = (family: typeof before) =>
          family.native?.map(({ positive, negative, zeroCount }) => [
            zeroCount,
            ...positive.counts,
            ...negative.counts,
          ]);
        assertEquals(counts(twice), counts(before)?.map((row) => row.map((count) => count * 2)));
      }
    }));

  test(`layout of a ${kind}: rows are where they belong, whatever their order in the segment`, () => {
    const writer = new SegmentWriter(newSegment());
    const offsets = [1, 2, 0].map((value) => {
      const slot = writer.allocate(layout.width);
      make(slot, writer)[1](value);
      return slot.offset;
    });
    const reader = new SegmentReader(writer.segment);
    const rowsOf = (rows: readonly number[]) => {
      reader.seeCells();
      const totals = layout.begin(3);
      layout.add(totals, { offsets, rows }, reader);
      const family = snapshotOf(layout, totals, 3);
      if (family.type === "histogram") return [...family.sums];
      if (family.type === "summary") return [...family.sums];
      if (family.type === "stateset") {
        return [0, 1, 2].map((row) => [...family.values.subarray(row * 3, row * 3 + 3)].indexOf(1));
      }
      return "values" in family ? [...family.values] : [];
    };
    assertEquals(rowsOf([0, 1, 2]), [1, 2, 0]);
    assertEquals(rowsOf([2, 0, 1]), [2, 0, 1]);
  });

  test(`layout of a ${kind}: a child that moves leaves its old slot alone`, () => {
    const writer = new SegmentWriter(newSegment());
    const slot = writer.allocate(layout.width);
    const [child, record] = make(slot, writer);
    record(1);
    const old = slot.cells.slice(slot.offset, slot.offset + layout.width);
    const next = emptySlot(layout.width);
    next.cells.set(old);
    child.move(next);
    record(2);
    assertEquals([...slot.cells.slice(slot.offset, slot.offset + layout.width)], [...old]);
    assertEquals([...next.cells].join() === [...old].join(), false);
  });
}

test("layoutOf(): a snapshot has what its definition says, and as many cells as it needs", () => {
  const shapes: [Partial<SharedDefinition>, number, unknown][] = [
    [{ type: "counter" }, 1, undefined],
    [{ type: "info" }, 1, undefined],
    [{ type: "stateset", states: ["x", "y"] }, 2, ["x", "y"]],
    [{ merge: "max" }, 1, undefined],
    [{ merge: "mostRecent" }, 2, undefined],
    [{ type: "summary" }, 4, []],
    [{ type: "histogram", bounds }, 6, bounds],
    [{ type: "histogram", bounds, isNative: true }, 19, bounds],
  ];
  for (const [shape, width, own] of shapes) {
    const layout = layoutOf(definition(shape));
    const family = snapshotOf(layout, layout.begin(0), 0);
    assertEquals([family.type, layout.width], [shape.type ?? "gauge", width]);
    const { bounds: given, states, quantiles } = family as unknown as Record<string, unknown>;
    assertEquals(given ?? states ?? quantiles, own);
  }
});

test("layoutOf(): only living threads count where the definition says so, and for states", () => {
  const living = (more: Partial<SharedDefinition>) => layoutOf(definition(more)).livingOnly;
  const merges = ["sum", "max", "min", "mostRecent", "all"] as const;
  assertEquals(merges.map((merge) => living({ merge })), merges.map(() => false));
  const live = ["liveSum", "liveMax", "liveMin", "liveMostRecent", "liveAll", undefined] as const;
  assertEquals(live.map((merge) => living({ merge })), live.map(() => true));
  assertEquals(living({ type: "stateset", states: ["a"] }), true);
  for (const type of ["counter", "histogram", "summary", "info"] as const) {
    assertEquals(living({ type }), false);
  }
  assertEquals(living({ type: "histogram", isNative: true }), false);
});

test("layoutOf(): the gauges of two threads become one by what their definition says", () => {
  const expected = { sum: 7, max: 4, min: 3, mostRecent: 4, all: 7, liveMax: 4, liveMin: 3 };
  for (const [merge, value] of Object.entries(expected)) {
    const layout = layoutOf(definition({ merge: merge as GaugeMerge }));
    const totals = layout.begin(1);
    for (const cells of [[3, 10], [4, 20]]) {
      const writer = new SegmentWriter(newSegment());
      const { cells: own, offset } = writer.allocate(layout.width);
      own.set(cells.slice(0, layout.width), offset);
      const reader = new SegmentReader(writer.segment);
      reader.seeCells();
      layout.add(totals, { offsets: [offset], rows: [0] }, reader);
    }
    const family = snapshotOf(layout, totals, 1);
    assertEquals(family.type === "gauge" && [...family.values], [value], merge);
  }
});

test("layoutOf(): a gauge keeps how it merges, and has no creation time", () => {
  for (const merge of ["sum", "max", "all", "mostRecent", "liveMostRecent"] as const) {
    const layout = layoutOf(definition({ merge }));
    const family = snapshotOf(layout, layout.begin(1), 1);
    assertEquals(family.type === "gauge" && [family.merge, "created" in family], [merge, false]);
  }
  const layout = layoutOf(definition({}));
  const family = snapshotOf(layout, layout.begin(1), 1);
  assertEquals(family.type === "gauge" && family.merge, "liveSum");
});

test("NativeTable: a count takes a cell, and its key half of one", () => {
  assertEquals([1, 2, 3, 8].map(tableCells), [2, 3, 5, 12]);
  const writer = new SegmentWriter(newSegment());
  writer.allocate(3);
  const table = new NativeTable(writer, 3);
  assertEquals([table.offset, table.size, table.counts.length, table.keys.length], [3, 3, 3, 3]);
  table.fill({ indexes: [-1, 4], counts: [5, 6] }, { indexes: [-2], counts: [7] });
  assertEquals([[...table.counts], [...table.keys]], [[5, 6, 7], [-2, 8, -3]]);
  // The next cells are not written to.
  assertEquals(writer.allocate(1).offset, 3 + tableCells(3));
});

test("ExemplarRelay: an exemplar is published with its bucket, and not kept", () => {
  const published: unknown[] = [];
  let source: Record<string, string> | undefined = { id: "source" };
  const relay = new ExemplarRelay<SlotChild>(
    new Refusals("a"),
    { exemplarSource: () => source },
    (child, bucket, { labels, value }) => {
      published.push([child, bucket, labels, value]);
    },
  );
  const histogram = new SharedHistogram(emptySlot(6), Float64Array.from(bounds), relay);
  histogram.observe(1.5);
  histogram.observe(9, { exemplar: { id: "own" } });
  source = undefined;
  histogram.observe(1);
  const counter = new SharedCounter(emptySlot(1), relay);
  counter.inc(3, { exemplar: { id: "c" } });
  assertEquals(published, [
    [histogram, 1, { id: "source" }, 1.5],
    [histogram, 2, { id: "own" }, 9],
    [counter, 0, { id: "c" }, 3],
  ]);
  assertEquals(relay.latest([histogram, counter]), undefined);
});
