import type { SparseBuckets } from "../../model/snapshot.ts";
import type { BucketArrays } from "../../metrics/native/bucket_counts.ts";
import type { Slot } from "../memory/slot.ts";

/** What hands out cells. */
interface Memory {
  allocate(width: number): Slot;
}

/** How many cells a table of so many buckets takes: a count each, and half a cell for the key. */
export function tableCells(size: number): number {
  return size + Math.ceil(size / 2);
}

/** A table of native buckets in cells: the counts, and after them the keys. */
export class NativeTable implements BucketArrays {
  /** Its first cell. */
  readonly offset: number;
  /** How many buckets it has room for. */
  readonly size: number;
  /** Twice the index, and one more for the negative side. */
  readonly keys: Int32Array;
  /** 0 where the slot is free. */
  readonly counts: Float64Array;
  /** All of its cells. */
  readonly slot: Slot;

  /** An empty table. */
  constructor(memory: Memory, size: number) {
    this.slot = memory.allocate(tableCells(size));
    const { cells, offset } = this.slot;
    this.offset = offset;
    this.size = size;
    this.counts = cells.subarray(offset, offset + size);
    this.keys = new Int32Array(cells.buffer, cells.byteOffset + (offset + size) * 8, size);
  }

  /** Fills it, with as many buckets as it has room for. */
  fill(positive: SparseBuckets, negative: SparseBuckets): void {
    let at = 0;
    for (const [side, { indexes, counts }] of [positive, negative].entries()) {
      indexes.forEach((index, bucket) => {
        this.keys[at] = index << 1 | side;
        this.counts[at++] = counts[bucket];
      });
    }
  }
}
