/** The most histograms in one array. */
const mostRows = 64;

/**
 * The numbers of a family's histograms, many in one array: a row each, the sum and then the buckets.
 *
 * An array for each histogram takes 300 bytes besides its numbers in V8, and a snapshot of 100,000 of
 * them waits for the memory of each: 20 ms, where rows one after the other take 6.
 */
export class BucketRows {
  /** Numbers of a row. */
  readonly size: number;
  #cells: Float64Array = new Float64Array(0);
  #used = 0;
  #rows = 0;

  /** @param buckets Number of buckets of a histogram. */
  constructor(buckets: number) {
    this.size = buckets + 1;
  }

  /** Number of rows that were taken. */
  get rows(): number {
    return this.#rows;
  }

  /** The array with the row that was taken last. */
  get cells(): Float64Array {
    return this.#cells;
  }

  /** Takes a row of zeros; returns where in {@linkcode cells} it begins. */
  take(): number {
    if (this.#used === this.#cells.length) {
      // A family of one series has room for one.
      const rows = Math.min(Math.max(this.#rows, 1), mostRows);
      this.#cells = new Float64Array(rows * this.size);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += this.size;
    this.#rows++;
    return start;
  }
}
