/** The most histograms in one array. */
const mostRows = 64;

/**
 * The numbers of a family's histograms, many in one array: a row each, the sum and then the buckets.
 *
 * With an array for each histogram, a series takes 504 bytes instead of 279 (Node 24; 20,000 series of
 * 12 buckets), and a snapshot of 100,000 of them waits for the memory of each: 15 ms instead of 11.
 */
export class BucketRows {
  /** Numbers of a row. */
  readonly size: number;
  #cells: Float64Array = new Float64Array(0);
  readonly #arrays: Float64Array[] = [];
  #used = 0;
  #rows = 0;
  /** Whether each row is that of the series which came with it. */
  #isWhole = true;

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
      this.#arrays.push(this.#cells);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += this.size;
    this.#rows++;
    return start;
  }

  /** The rows are not those of a family's histograms in their order: one has left, or come too early. */
  leave(): void {
    this.#isWhole = false;
  }

  /** Whether the rows are those of a family's histograms, of which there are so many, in their order. */
  areOf(histograms: number): boolean {
    return this.#isWhole && this.#rows === histograms;
  }

  /**
   * Copies all rows, one after the other. It cannot pause, as a snapshot shows one moment, and a
   * recording must not have to ask whether its row has been read. 100,000 rows of 13 buckets take 8 ms,
   * 5 of them for the memory of the copy, and 12 if each histogram is asked for its own (Node 24).
   */
  read(sums: Float64Array, buckets: Float64Array): void {
    const { size } = this;
    let row = 0;
    let to = 0;
    for (const cells of this.#arrays) {
      for (let from = 0; from < cells.length && row < sums.length;) {
        sums[row++] = cells[from++];
        for (let bucket = 1; bucket < size; bucket++) buckets[to++] = cells[from++];
      }
    }
  }
}
