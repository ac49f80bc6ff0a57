import type { NativeBuckets } from "../../model/snapshot.ts";
import { nativeIndex, sparseBuckets } from "../../model/native_index.ts";
import { nativeCells, nativeHead } from "./native_cells.ts";
import { tableCells } from "./native_table.ts";
import { endPause, requestPause } from "../memory/handshake.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";

/** A native histogram of one thread at one moment. */
export interface NativeReading {
  /** Number of observations in each classic bucket, not cumulative. */
  readonly buckets: Float64Array;
  /** The sum of all observed values. */
  readonly sum: number;
  /** The native buckets. */
  readonly native: NativeBuckets;
}

/** Native buckets as they were read from cells. */
interface NativeCounts {
  readonly schema: number;
  readonly zeroThreshold: number;
  zeroCount: number;
  readonly positive: Map<number, number>;
  readonly negative: Map<number, number>;
}

/** Failed reads of a series before its writer is asked to pause. */
const readsBeforePause = 20;
/** Maximum number of reads of a series; the last one is taken as it is. */
const maxReads = 10_000;

/**
 * Reads a native histogram while its thread may write.
 *
 * If the sequence did not change meanwhile, all was read at one moment, except for one observation
 * that may be incomplete, also because its thread was stopped or killed. Its value is known, and
 * from the counts it follows which part of it is written; that part is undone.
 */
export function readNativeHistogram(
  segment: SegmentReader,
  offset: number,
  bounds: readonly number[],
): NativeReading {
  for (let reads = 1;; reads++) {
    const { cells, integers } = segment;
    const sequence = Atomics.load(integers, offset * 2);
    const first = offset + nativeCells.buckets;
    const buckets = cells.slice(first, first + bounds.length + 1);
    const counts = readCounts(segment, offset);
    const value = cells[offset + nativeCells.value];
    const counted = cells[offset + nativeCells.counted];
    const sum = cells[offset + nativeCells.sums + ((sequence >> 1) & 1)];
    const isUnchanged = Atomics.load(integers, offset * 2) === sequence;
    if (counts !== undefined && (isUnchanged || reads >= maxReads)) {
      if (reads > readsBeforePause) endPause(integers, offset);
      if (sequence & 1) {
        undoClassic(buckets, value, sequence >>> 1, bounds);
        undoNative(counts, value, counted);
      }
      return { buckets, sum, native: nativeBuckets(counts) };
    }
    if (reads >= readsBeforePause) requestPause(integers, offset);
  }
}

/** Reads native buckets; nothing if the table is new and beyond the cells that this reader sees. */
function readCounts(segment: SegmentReader, offset: number): NativeCounts | undefined {
  const { cells, integers } = segment;
  const chosen = Atomics.load(integers, (offset + nativeCells.chosen) * 2);
  const head = offset + nativeCells.heads + chosen * nativeHead.size;
  const table = cells[head + nativeHead.table];
  const size = cells[head + nativeHead.tableSize];
  if (table + tableCells(size) > cells.length) {
    segment.seeCells();
    return undefined;
  }
  const positive = new Map<number, number>();
  const negative = new Map<number, number>();
  for (let bucket = 0; bucket < size; bucket++) {
    const count = cells[table + bucket];
    const key = integers[(table + size) * 2 + bucket];
    if (count > 0) (key & 1 ? negative : positive).set(key >> 1, count);
  }
  return {
    schema: cells[head + nativeHead.schema],
    zeroThreshold: cells[head + nativeHead.zeroThreshold],
    zeroCount: cells[head + nativeHead.zeroCount],
    positive,
    negative,
  };
}

function undoClassic(
  buckets: Float64Array,
  value: number,
  complete: number,
  bounds: readonly number[],
): void {
  const total = buckets.reduce((count, observed) => count + observed, 0);
  // The number of complete observations has 31 bits.
  if (((total - complete) & 0x7fff_ffff) === 0) return;
  const bucket = bounds.findIndex((bound) => value <= bound);
  buckets[bucket < 0 ? bounds.length : bucket]--;
}

function undoNative(counts: NativeCounts, value: number, counted: number): void {
  const { schema, zeroThreshold, zeroCount, positive, negative } = counts;
  let total = zeroCount;
  for (const side of [positive, negative]) for (const count of side.values()) total += count;
  if (total === counted) return;
  if (Math.abs(value) <= zeroThreshold) {
    counts.zeroCount--;
    return;
  }
  const side = value < 0 ? negative : positive;
  const index = nativeIndex(value, schema);
  const remaining = (side.get(index) ?? 0) - 1;
  if (remaining > 0) side.set(index, remaining);
  else side.delete(index);
}

function nativeBuckets({ positive, negative, ...counts }: NativeCounts): NativeBuckets {
  return {
    ...counts,
    positive: sparseBuckets(positive),
    negative: sparseBuckets(negative),
    exemplars: [],
  };
}
