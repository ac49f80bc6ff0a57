import { Refusals } from "../../../src/model/refusals.ts";
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsError } from "../../../mod.ts";
import type { NativeHistogramOptions } from "../../../src/metrics/native/native_options.ts";
import { readNativeOptions } from "../../../src/metrics/native/native_options.ts";
import { DistributionLayout } from "../../../src/threads/instruments/distribution_layout.ts";
import { ExemplarRelay } from "../../../src/threads/instruments/exemplar_relay.ts";
import { nativeCells } from "../../../src/threads/instruments/native_cells.ts";
import { NativeLayout } from "../../../src/threads/instruments/native_layout.ts";
import { readNativeHistogram } from "../../../src/threads/instruments/native_reading.ts";
import { SharedHistogram } from "../../../src/threads/instruments/shared_distribution.ts";
import { SharedNativeHistogram } from "../../../src/threads/instruments/shared_native_histogram.ts";
import { isPauseRequested, requestPause } from "../../../src/threads/memory/handshake.ts";
import { newSegment } from "../../../src/threads/memory/segment.ts";
import { SegmentReader } from "../../../src/threads/memory/segment_reader.ts";
import { SegmentWriter } from "../../../src/threads/memory/segment_writer.ts";
import type { Slot, SlotChild } from "../../../src/threads/memory/slot.ts";

const bounds = [1, 2];
const boundsArray = Float64Array.from(bounds);
const relay = new ExemplarRelay<SlotChild>(new Refusals("a"), {}, () => {});

/** A slot that calls back before each of its cells is written. */
function watchedSlot(slot: Slot, beforeWrite: () => void): Slot {
  const cells = new Proxy(slot.cells, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => {
      beforeWrite();
      return Reflect.set(target, name, value);
    },
  });
  return { ...slot, cells };
}

/** Memory as a thread leaves it that is killed now. */
function copied({ cells }: SegmentWriter["segment"]): SegmentReader {
  const segment = newSegment();
  const length = cells.byteLength;
  if (length > segment.cells.byteLength) segment.cells.grow(length);
  new Uint8Array(segment.cells).set(new Uint8Array(cells));
  const reader = new SegmentReader(segment);
  reader.seeCells();
  return reader;
}

const observations: [string, Partial<NativeHistogramOptions>, number[]][] = [
  ["in few buckets", {}, [1, 1, 2, 3, 1.5, 1]],
  ["of both signs, of zero and of what is no number", {}, [0, -1, 1, -1, NaN, 0, -3, 1e-300, -0]],
  ["in infinite buckets", {}, [Infinity, 1, -Infinity, Infinity]],
  ["in a table that grows", {}, Array.from({ length: 40 }, (_, at) => 1.2 ** at)],
  ["at a resolution that halves", { maxBuckets: 2 }, [1, 2, 4, 8, 16, 300, 1, -1, -2, 1e5]],
  ["with a zero bucket that widens", { maxBuckets: 2, maxZeroThreshold: 10 }, [
    ...[1, 2, 4, 8, -1, 16, 0.5, -7],
  ]],
];

for (const [what, options, values] of observations) {
  test(`native reading: a thread that is killed in observations ${what} leaves all of each, or nothing`, () => {
    const writer = new SegmentWriter(newSegment());
    writer.allocate(3);
    const slot = writer.allocate(new NativeLayout(bounds).width);
    const read = (reader: SegmentReader) => readNativeHistogram(reader, slot.offset, bounds);
    let killed: SegmentReader[] = [];
    const watched = watchedSlot(slot, () => killed.push(copied(writer.segment)));
    const all = readNativeOptions("a", { factor: 2, ...options });
    const plan = { exemplars: relay, bounds: boundsArray, options: all, memory: writer };
    const histogram = new SharedNativeHistogram(watched, plan);
    let before = read(copied(writer.segment));
    assertEquals([[...before.buckets], before.sum], [[0, 0, 0], 0]);
    for (const [at, value] of values.entries()) {
      killed = [];
      histogram.observe(value);
      const after = read(copied(writer.segment));
      assert(killed.length >= 5, `${killed.length} writes`);
      for (const reader of killed) {
        const { buckets, sum, native } = read(reader);
        assertEquals([[...buckets], sum], [[...before.buckets], before.sum]);
        const { schema, zeroThreshold } = native;
        // What is coarser already stays so; its counts are those of before.
        const isSame = schema === before.native.schema &&
          zeroThreshold === before.native.zeroThreshold;
        if (isSame) assertEquals(native, before.native);
        assertEquals(countOf(native), countOf(before.native), `${value} as number ${at}`);
      }
      before = after;
      const numbers = values.slice(0, at + 1).filter((one) => !Number.isNaN(one));
      assertEquals(countOf(after.native), numbers.length);
      assertEquals(after.buckets.reduce((sum, count) => sum + count), at + 1);
    }
    assertEquals(histogram.get().count, values.length);
  });
}

function countOf(
  { zeroCount, positive, negative }: ReturnType<typeof readNativeHistogram>["native"],
): number {
  return [...positive.counts, ...negative.counts].reduce((sum, count) => sum + count, zeroCount);
}

test("SharedHistogram: a thread that is killed in an observation leaves all of it, or nothing", () => {
  const layout = new DistributionLayout("histogram", bounds);
  const writer = new SegmentWriter(newSegment());
  writer.allocate(5);
  const slot = writer.allocate(layout.width);
  let killed: SegmentReader[] = [];
  const watched = watchedSlot(slot, () => killed.push(copied(writer.segment)));
  const histogram = new SharedHistogram(watched, boundsArray, relay);
  const read = (reader: SegmentReader) => {
    const totals = layout.begin(1);
    layout.add(totals, { offsets: [slot.offset], rows: [0] }, reader);
    return [...totals.sums, ...totals.buckets];
  };
  let before = [0, 0, 0, 0];
  for (const value of [1, 5, 2, -1, 1.5]) {
    killed = [];
    histogram.observe(value);
    const after = read(copied(writer.segment));
    assertEquals(killed.length, 2);
    for (const reader of killed) assertEquals(read(reader), before);
    // Killed between its last two writes: all of it.
    const ahead = copied(writer.segment);
    ahead.integers[slot.offset * 2]--;
    assertEquals(read(ahead), after);
    assertEquals(ahead.integers[slot.offset * 2 + 1], 0, "the request to pause");
    before = after;
  }
  assertEquals(before, [8.5, 2, 2, 1]);
});

/** A reader whose thread writes whenever the cells are read, and a look at its request to pause. */
function busy(reader: SegmentReader, offset: number, times: number) {
  const requests: number[] = [];
  let remaining = times;
  const write = () => {
    requests.push(reader.integers[offset * 2 + 1]);
    if (remaining-- > 0) Atomics.add(reader.integers, offset * 2, 2);
  };
  return { requests, write };
}

test("native reading: a thread that writes all the time is asked to pause from the 20th read on, and then let go", () => {
  const writer = new SegmentWriter(newSegment());
  writer.allocate(5);
  const slot = writer.allocate(new NativeLayout(bounds).width);
  const plan = {
    exemplars: relay,
    bounds: boundsArray,
    options: readNativeOptions("a", true),
    memory: writer,
  };
  new SharedNativeHistogram(slot, plan).observe(1.5);
  const reader = copied(writer.segment);
  const { requests, write } = busy(reader, slot.offset, 26);
  let reads = 0;
  const segment = Object.create(reader, {
    cells: {
      get() {
        // Each try reads them twice; the second time is between both reads of the sequence.
        if (reads++ % 2 === 1) write();
        return reader.cells;
      },
    },
  });
  const { buckets, sum } = readNativeHistogram(segment, slot.offset, bounds);
  assertEquals([[...buckets], sum], [[0, 1, 0], 1.5]);
  assertEquals(requests, [...new Array(20).fill(0), ...new Array(7).fill(1)]);
  assertEquals(reader.integers[slot.offset * 2 + 1], 0);
});

test("distribution reading: a thread that writes all the time is asked to pause from the 100th read on, and then let go", () => {
  const layout = new DistributionLayout("summary", []);
  const writer = new SegmentWriter(newSegment());
  writer.allocate(5);
  const slot = writer.allocate(layout.width);
  const reader = copied(writer.segment);
  const { requests, write } = busy(reader, slot.offset, 120);
  // As many observations as will be written meanwhile.
  const index = slot.offset + 3;
  reader.cells[index] = 240;
  const cells = new Proxy(reader.cells, {
    get: (target, name) => {
      if (name === String(index)) write();
      return Reflect.get(target, name);
    },
  });
  const totals = layout.begin(1);
  const segment = Object.create(reader, { cells: { value: cells } });
  layout.add(totals, { offsets: [slot.offset], rows: [0] }, segment);
  assertEquals([totals.sums[0], totals.buckets[0]], [0, 240]);
  assertEquals(requests, [...new Array(100).fill(0), ...new Array(21).fill(1)]);
  assertEquals(reader.integers[slot.offset * 2 + 1], 0);
});

test("distribution reading: one that is ahead by its last write is taken after 100 reads, any other after 10,000", () => {
  const layout = new DistributionLayout("summary", []);
  for (const [ahead, expected] of [[0, 1], [1, 101], [2, 10_000], [-1, 10_000]] as const) {
    const writer = new SegmentWriter(newSegment());
    writer.allocate(5);
    const slot = writer.allocate(layout.width);
    const reader = copied(writer.segment);
    const index = slot.offset + 3;
    reader.cells[index] = 5;
    reader.integers[slot.offset * 2] = 5 - ahead;
    let reads = 0;
    const cells = new Proxy(reader.cells, {
      get: (target, name) => {
        if (name === String(index)) reads++;
        return Reflect.get(target, name);
      },
    });
    const totals = layout.begin(1);
    const segment = Object.create(reader, { cells: { value: cells } });
    layout.add(totals, { offsets: [slot.offset], rows: [0] }, segment);
    assertEquals([[...totals.sums], [...totals.buckets], reads], [[0], [5], expected]);
    assertEquals(reader.integers[slot.offset * 2 + 1], 0);
  }
});

test("distribution reading: what was stored is read at once, and counts on", () => {
  const layout = new DistributionLayout("histogram", bounds);
  const writer = new SegmentWriter(newSegment());
  writer.allocate(5);
  const slot = writer.allocate(layout.width);
  const totals = { sums: Float64Array.of(0, 7.5), buckets: Float64Array.of(0, 0, 0, 1, 2, 4) };
  layout.store(totals, 1, slot);
  assertEquals(slot.integers[slot.offset * 2], 7);
  const histogram = new SharedHistogram(slot, boundsArray, relay);
  histogram.observe(1);
  assertEquals([slot.integers[slot.offset * 2], histogram.get().sum], [8, 8.5]);
});

test("SharedHistogram, SharedNativeHistogram: an observation ends with the pause that a reader asked for", () => {
  const writer = new SegmentWriter(newSegment());
  const [classic, native] = [new DistributionLayout("histogram", bounds), new NativeLayout(bounds)]
    .map(({ width }) => writer.allocate(width));
  const options = readNativeOptions("a", true);
  const plan = { exemplars: relay, bounds: boundsArray, options, memory: writer };
  const histograms = [
    [classic, new SharedHistogram(classic, boundsArray, relay)],
    [native, new SharedNativeHistogram(native, plan)],
  ] as const;
  for (const [{ integers, offset }, histogram] of histograms) {
    histogram.observe(1);
    requestPause(integers, offset);
    histogram.observe(2);
    // Nobody ended the pause, so the writer did when it had waited long enough.
    assertEquals(isPauseRequested(integers, offset), false);
    assertEquals([histogram.get().count, histogram.get().sum], [2, 3]);
  }
});

test("native reading: a table beyond the cells that the reader sees is read once it sees them", () => {
  const segment = newSegment();
  const writer = new SegmentWriter(segment);
  const slot = writer.allocate(new NativeLayout(bounds).width);
  const reader = new SegmentReader(segment);
  reader.seeCells();
  const seen = reader.cells.length;
  writer.allocate(seen);
  const plan = {
    exemplars: relay,
    bounds: boundsArray,
    options: readNativeOptions("a", true),
    memory: writer,
  };
  new SharedNativeHistogram(slot, plan).observe(3);
  assertEquals(reader.cells.length, seen);
  const { buckets, native } = readNativeHistogram(reader, slot.offset, bounds);
  assertEquals([[...buckets], native.positive.counts], [[0, 0, 1], [1]]);
  assert(reader.cells.length > seen);
});

test("SharedNativeHistogram: without memory for a larger table a value is refused, and nothing of it is counted", () => {
  const writer = new SegmentWriter(newSegment());
  writer.allocate(5);
  const slot = writer.allocate(new NativeLayout(bounds).width);
  let isFull = false;
  const memory = {
    allocate: (width: number) => {
      if (isFull) throw new MetricsError("memory is full");
      return writer.allocate(width);
    },
    release: (freed: Slot, width: number) => writer.release(freed, width),
  };
  const options = readNativeOptions("a", { factor: 2 });
  const plan = { exemplars: relay, bounds: boundsArray, options, memory };
  const histogram = new SharedNativeHistogram(slot, plan);
  const read = () => {
    const { buckets, sum, native } = readNativeHistogram(
      copied(writer.segment),
      slot.offset,
      bounds,
    );
    return [[...buckets], sum, native.positive];
  };
  const small = [0, 1, 2, 3, 4, 5].map((power) => 2 ** power);
  for (const value of small) histogram.observe(value);
  const before = read();
  assertEquals(before, [[1, 1, 4], 63, {
    indexes: [0, 1, 2, 3, 4, 5],
    counts: new Array(6).fill(1),
  }]);
  const sequence = slot.integers[slot.offset * 2];
  isFull = true;
  let refused: unknown;
  try {
    histogram.observe(64);
  } catch (error) {
    refused = error;
  }
  assert(refused instanceof MetricsError);
  assertEquals([slot.integers[slot.offset * 2], read()], [sequence, before]);
  assertEquals(slot.cells[slot.offset + nativeCells.counted], 6);
  histogram.observe(1);
  assertEquals([histogram.get().count, histogram.get().sum], [7, 64]);
  isFull = false;
  histogram.observe(64);
  assertEquals(read(), [[2, 1, 5], 128, {
    indexes: [0, 1, 2, 3, 4, 5, 6],
    counts: [2, 1, 1, 1, 1, 1, 1],
  }]);
});
