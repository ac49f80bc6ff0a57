import type { SparseBuckets } from "../../model/snapshot.ts";
import type { BucketArrays } from "../../metrics/native/bucket_counts.ts";
import type { Slot } from "../memory/slot.ts";

/** Allocates cells. */
interface Memory {
  allocate(width: number): Slot;
}

/** Number of cells of a table: a cell for the count of each bucket, and half a cell for its key. */
export function tableCells(size: number): number {
  return size + Math.ceil(size / 2);
}

/** A table of native buckets in cells: the counts, and after them the keys. */
export class NativeTable implements BucketArrays {
  /** Its first cell. */
  readonly offset: number;
  /** Maximum number of buckets. */
  readonly size: number;
  /** The key of each bucket: twice its index, plus one on the negative side. */
  readonly keys: Int32Array;
  /** The count of each bucket; 0 for an entry that is free. */
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

  /** Fills the empty table. There must be room for all buckets. */
  fill(positive: SparseBuckets, negative: SparseBuckets): void {
    let entry = 0;
    for (const [side, { indexes, counts }] of [positive, negative].entries()) {
      indexes.forEach((index, bucket) => {
        this.keys[entry] = index << 1 | side;
        this.counts[entry++] = counts[bucket];
      });
    }
  }
}
