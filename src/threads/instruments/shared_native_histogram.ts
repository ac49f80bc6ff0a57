import type { RecordOptions } from "../../model/exemplar.ts";
import { BaseObserver, refuseObservation } from "../../metrics/base_observer.ts";
import type { Histogram, HistogramValue } from "../../metrics/histogram.ts";
import { NativeBucketStore } from "../../metrics/native/native_buckets.ts";
import type { NativeHistogramOptions } from "../../metrics/native/native_options.ts";
import { nativeCells, nativeHead } from "./native_cells.ts";
import { NativeTable, tableCells } from "./native_table.ts";
import { isPauseRequested, pause } from "../memory/handshake.ts";
import { emptySlot, type Slot, type SlotChild } from "../memory/slot.ts";
import type { ExemplarRelay } from "./exemplar_relay.ts";

/** Allocates and releases cells. */
interface Memory {
  allocate(width: number): Slot;
  release(slot: Slot, width: number): void;
}

/** What all native histograms of a family have in common. */
export interface NativeHistogramPlan {
  /** Publishes their exemplars. */
  readonly exemplars: ExemplarRelay<SlotChild>;
  /** The bounds of the classic buckets. */
  readonly bounds: Float64Array;
  /**
   * Options of the native buckets. Histograms are never reset (`minResetSeconds`): a thread can only
   * reset its own share, so the total count would drop by that share alone, and a server would count
   * the rest again as new. To reset all shares at once would mean to ask every thread, and to wait
   * for the busy ones.
   */
  readonly options: NativeHistogramOptions;
  /** Allocates tables of buckets. */
  readonly memory: Memory;
}

const privateMemory: Memory = { allocate: emptySlot, release: () => {} };

/** A native histogram in shared memory. As it grows, a larger table of buckets replaces the old one. */
export class SharedNativeHistogram extends BaseObserver implements Histogram, SlotChild {
  readonly #plan: NativeHistogramPlan;
  readonly #store: NativeBucketStore;
  #memory: Memory;
  #table: NativeTable | undefined;
  #releaseTable: () => void = () => {};
  /** Set by a new table: there is one whenever the resolution or the zero bucket's width changes. */
  #isHeadStale = true;
  /** The first cell of the head in use. */
  #head = 0;
  /** Number of observations in native buckets: all but those of `NaN`. */
  #counted = 0;
  #slot: Slot;

  /** An empty histogram. */
  constructor(slot: Slot, plan: NativeHistogramPlan) {
    super();
    this.#plan = plan;
    this.#memory = plan.memory;
    this.#slot = slot;
    const arrays = (size: number) => this.#newTable(size);
    this.#store = new NativeBucketStore({ ...plan.options, minResetSeconds: 0 }, undefined, arrays);
    this.#writeHead();
  }

  /** The name of the family, for errors. */
  protected override get family(): string {
    return this.#plan.exemplars.family;
  }

  /** Observes a value. */
  override observe(value: number, options?: RecordOptions): void {
    const { exemplars, bounds } = this.#plan;
    if (typeof value !== "number") return refuseObservation(exemplars.refusals, value);
    let bucket = 0;
    while (bucket < bounds.length && !(value <= bounds[bucket])) bucket++;
    if (options !== undefined || exemplars.source !== undefined) {
      if (exemplars.refuses(options)) return;
      exemplars.record(this, value, options, bucket);
    }
    this.#record(value, bucket);
  }

  /** The observations of this thread. */
  get(): HistogramValue {
    const { cells, offset } = this.#slot;
    let count = 0;
    const buckets = [...this.#plan.bounds, Infinity].map((le, bucket) => {
      count += cells[offset + nativeCells.buckets + bucket];
      return { le, count };
    });
    return { count, sum: cells[this.#sumCell()], buckets };
  }

  /** Continues in another slot, with tables outside shared memory. */
  move(slot: Slot): void {
    this.#slot = slot;
    this.#memory = privateMemory;
    this.#store.move();
    this.#writeHead();
  }

  /** What is written before the sequence becomes odd lets a reader undo a partial observation. */
  #record(value: number, bucket: number): void {
    const { cells, integers, offset } = this.#slot;
    const sequence = integers[offset * 2];
    const last = this.#sumCell();
    const next = offset * 2 + nativeCells.sums * 2 + 1 - last;
    cells[offset + nativeCells.value] = value;
    cells[offset + nativeCells.counted] = this.#counted;
    Atomics.store(integers, offset * 2, (sequence + 1) | 0);
    try {
      this.#store.observe(value);
    } catch (error) {
      // If there was no memory for a larger table, nothing is counted.
      Atomics.store(integers, offset * 2, sequence);
      throw error;
    }
    if (!Number.isNaN(value)) this.#counted++;
    if (this.#isHeadStale) this.#writeHead();
    else cells[this.#head + nativeHead.zeroCount] = this.#store.zeroCount;
    cells[next] = cells[last] + value;
    cells[offset + nativeCells.buckets + bucket]++;
    Atomics.store(integers, offset * 2, (sequence + 2) | 0);
    if (isPauseRequested(integers, offset)) pause(integers, offset);
  }

  /** The cell of the current sum, which changes with each observation. */
  #sumCell(): number {
    const { integers, offset } = this.#slot;
    return offset + nativeCells.sums + ((integers[offset * 2] >> 1) & 1);
  }

  #newTable(size: number): NativeTable {
    const memory = this.#memory;
    const table = new NativeTable(memory, size);
    this.#releaseTable();
    this.#isHeadStale = true;
    this.#table = table;
    this.#releaseTable = () => memory.release(table.slot, tableCells(size));
    return table;
  }

  /** Writes the head that is not in use, and then switches to it. */
  #writeHead(): void {
    const { cells, integers, offset } = this.#slot;
    const store = this.#store;
    const chosen = 1 - integers[(offset + nativeCells.chosen) * 2];
    const head = offset + nativeCells.heads + chosen * nativeHead.size;
    cells[head + nativeHead.schema] = store.schema;
    cells[head + nativeHead.zeroThreshold] = store.zeroThreshold;
    cells[head + nativeHead.zeroCount] = store.zeroCount;
    cells[head + nativeHead.table] = this.#table!.offset;
    cells[head + nativeHead.tableSize] = this.#table!.size;
    Atomics.store(integers, (offset + nativeCells.chosen) * 2, chosen);
    this.#head = head;
    this.#isHeadStale = false;
  }
}
