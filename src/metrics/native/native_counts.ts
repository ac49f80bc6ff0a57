import type { Exemplar } from "../../model/exemplar.ts";
import type { NativeBuckets } from "../../model/snapshot.ts";
import { NativeBucketStore } from "./native_buckets.ts";
import { NativeExemplars } from "./native_exemplars.ts";
import type { NativeHistogramOptions } from "./native_options.ts";

/** The native part of a histogram: its native buckets and their exemplars. */
export class NativeCounts {
  readonly #options: NativeHistogramOptions;
  #buckets: NativeBucketStore;
  #exemplars: NativeExemplars | undefined;

  /** Without observations. */
  constructor(options: NativeHistogramOptions) {
    this.#options = options;
    this.#buckets = new NativeBucketStore(options);
  }

  /** Counts a value. Returns whether a reset came before it. */
  observe(value: number, exemplar: Exemplar | undefined): boolean {
    const restarted = this.#buckets.observe(value);
    if (restarted) this.#exemplars = undefined;
    if (exemplar !== undefined) {
      const { exemplars, exemplarTtlSeconds } = this.#options;
      this.#exemplars ??= new NativeExemplars(exemplars, exemplarTtlSeconds);
      this.#exemplars.add(exemplar);
    }
    return restarted;
  }

  /** Counts the last observed value several more times. */
  repeat(value: number, times: number): void {
    this.#buckets.repeat(value, times);
  }

  /** Resets everything if a reset is due. Returns whether it did. */
  resetIfDue(): boolean {
    const restarted = this.#buckets.resetIfDue();
    if (restarted) this.#exemplars = undefined;
    return restarted;
  }

  /** Sets everything back, to the first resolution and without a time of reset. */
  reset(): void {
    this.#buckets = new NativeBucketStore(this.#options);
    this.#exemplars = undefined;
  }

  /** A snapshot of buckets and exemplars. */
  snapshot(): NativeBuckets {
    return { ...this.#buckets.snapshot(), exemplars: this.#exemplars?.snapshot() ?? [] };
  }
}
