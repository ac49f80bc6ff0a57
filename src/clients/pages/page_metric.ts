import type { LabelSet } from "../../model/family/labels.ts";
import type { ClientExemplar } from "../metrics/metric_types.ts";

/** A sample, as a metric gives it for pages. */
export interface PageSample {
  /** The name, if it is not that of the metric. */
  readonly metricName?: string;
  /** Its labels. */
  readonly labels?: LabelSet;
  /** Labels that all samples of the series have, which stand after all others. */
  readonly sharedLabels?: LabelSet;
  /** The number. */
  readonly value: unknown;
  /** The exemplar, if there is one. */
  readonly exemplar?: ClientExemplar | null;
}

/** A metric with its samples, as `get()` and `getForPromString()` give it. */
export interface PageObject {
  /** The name. */
  readonly name: string;
  /** What it measures. */
  readonly help: string;
  /** The type, as pages write it. */
  readonly type: string;
  /** Its samples. */
  readonly values?: readonly PageSample[];
}

/** A metric of any kind in a registry. Those that are not ours have no more than this. */
export interface PageMetric {
  /** The name, by which a registry knows it. */
  name: string;
  /** The type, as pages write it. */
  readonly type?: unknown;
  /** How it is aggregated over processes; the sum by default. */
  readonly aggregator?: string;
  /** The metric with its samples. */
  get(): unknown;
  /** The same for pages, with labels that samples share; `get()` is asked if it is not there. */
  getForPromString?(): unknown;
  /** Sets all series back. */
  reset?(): void;
}
