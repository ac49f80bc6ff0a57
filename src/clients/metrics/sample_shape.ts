/** A sample of each series of a metric on a page: what its name ends in, and its own label. */
export interface SampleShape {
  /** What is added to the metric's name, such as `_bucket`. */
  readonly suffix: string;
  /** The label that the type adds, such as `le`, which stands before all others. */
  readonly own?: { readonly name: string; readonly value: number | string };
  /** Whether labels that a registry adds stand before the series' own ones, as in histograms. */
  readonly addedFirst: boolean;
}
