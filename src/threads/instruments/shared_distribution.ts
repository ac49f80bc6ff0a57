import type { RecordOptions } from "../../model/exemplar.ts";
import type { Refusals } from "../../model/refusals.ts";
import { BaseObserver, refuseObservation } from "../../metrics/base_observer.ts";
import type { Histogram, HistogramValue } from "../../metrics/histogram.ts";
import type { Summary, SummaryValue } from "../../metrics/summary.ts";
import { distributionCells } from "./distribution_layout.ts";
import { isPauseRequested, pause } from "../memory/handshake.ts";
import type { Slot, SlotChild } from "../memory/slot.ts";
import type { ExemplarRelay } from "./exemplar_relay.ts";

/** A distribution in shared memory. {@linkcode DistributionLayout} says how it stays consistent. */
abstract class SharedDistribution extends BaseObserver implements SlotChild {
  #cells!: Float64Array;
  #integers!: Int32Array;
  #offset!: number;

  /** Continues from the numbers in the slot. */
  constructor(slot: Slot) {
    super();
    this.move(slot);
  }

  /** Continues in another slot. */
  move({ cells, integers, offset }: Slot): void {
    this.#cells = cells;
    this.#integers = integers;
    this.#offset = offset;
  }

  /** Counts a value in a bucket. The order of the writes keeps it readable at any moment. */
  protected record(value: number, bucket: number): void {
    const cells = this.#cells;
    const offset = this.#offset;
    const integers = this.#integers;
    const sequence = (integers[offset * 2] + 1) | 0;
    const next = offset + distributionCells.sums + (sequence & 1);
    const last = offset + distributionCells.sums + 1 - (sequence & 1);
    cells[next] = cells[last] + value;
    cells[offset + distributionCells.buckets + bucket]++;
    Atomics.store(integers, offset * 2, sequence);
    if (isPauseRequested(integers, offset)) pause(integers, offset);
  }

  /** The sum of this thread. */
  protected get sum(): number {
    const parity = this.#integers[this.#offset * 2] & 1;
    return this.#cells[this.#offset + distributionCells.sums + parity];
  }

  /** Number of this thread's observations in each bucket, not cumulative. */
  protected buckets(size: number): Float64Array {
    const first = this.#offset + distributionCells.buckets;
    return this.#cells.slice(first, first + size);
  }
}

/** A histogram in shared memory. */
export class SharedHistogram extends SharedDistribution implements Histogram {
  readonly #bounds: Float64Array;
  readonly #exemplars: ExemplarRelay<SlotChild>;

  /**
   * Continues from the numbers in the slot. The bounds are an array of doubles, because a scan of the
   * same frozen list takes 30 ns more on V8, 75 ns more on Bun.
   */
  constructor(slot: Slot, bounds: Float64Array, exemplars: ExemplarRelay<SlotChild>) {
    super(slot);
    this.#bounds = bounds;
    this.#exemplars = exemplars;
  }

  /** The name of the family, for errors. */
  protected override get family(): string {
    return this.#exemplars.family;
  }

  /** Observes a value. */
  override observe(value: number, options?: RecordOptions): void {
    if (typeof value !== "number") return refuseObservation(this.#exemplars.refusals, value);
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && !(value <= bounds[bucket])) bucket++;
    if (options !== undefined || this.#exemplars.source !== undefined) {
      if (this.#exemplars.refuses(options)) return;
      this.#exemplars.record(this, value, options, bucket);
    }
    this.record(value, bucket);
  }

  /** The observations of this thread. */
  get(): HistogramValue {
    let count = 0;
    const counts = Array.from(this.buckets(this.#bounds.length + 1));
    const buckets = counts.map((observed, bucket) => {
      count += observed;
      return { le: this.#bounds[bucket] ?? Infinity, count };
    });
    return { count, sum: this.sum, buckets };
  }
}

/**
 * A summary in shared memory: a distribution with a single bucket. It has no quantiles, because
 * those of several threads cannot be merged.
 */
export class SharedSummary extends SharedDistribution implements Summary {
  readonly #refusals: Refusals;

  /** Continues from the numbers in the slot. */
  constructor(slot: Slot, refusals: Refusals) {
    super(slot);
    this.#refusals = refusals;
  }

  /** The name of the family, for errors. */
  protected override get family(): string {
    return this.#refusals.family;
  }

  /** Observes a value. */
  override observe(value: number): void {
    if (typeof value !== "number") return refuseObservation(this.#refusals, value);
    this.record(value, 0);
  }

  /** The observations of this thread. */
  get(): SummaryValue {
    return { count: this.buckets(1)[0], sum: this.sum };
  }
}
