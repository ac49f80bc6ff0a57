/** The buckets of the catalogue's histograms. */
export interface ProcessorBuckets {
  /** For durations, in seconds. */
  readonly durations: readonly number[];
  /** For the number of events in a window. */
  readonly windowSizes: readonly number[];
}
