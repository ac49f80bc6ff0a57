import { unknownType } from "../encoding/encoding_error.ts";
import type {
  BucketedSnapshot,
  MetricFamily,
  StateSetSnapshot,
  SummarySnapshot,
} from "../../model/snapshot.ts";
import { canonicalText } from "./number_text.ts";

/** A sample that each series of a family has, besides the labels of the series. */
export interface SampleLine {
  /** The sample's name. */
  readonly name: string;
  /** The label of a bucket, a quantile or a state. */
  readonly label?: SampleLabel;
}

/** A label that a type writes itself. */
export interface SampleLabel {
  readonly name: string;
  readonly value: string;
}

/** The samples of each series in the text format: buckets or quantiles, then sum and count. */
export function sampleLines(family: MetricFamily): readonly SampleLine[] {
  const { name } = family;
  switch (family.type) {
    case "histogram":
    case "gaugehistogram":
      return [...bucketLines(family), ...totalLines(name)];
    case "summary":
      return [...quantileLines(family), ...totalLines(name)];
    case "stateset":
      return stateLines(family);
    case "counter":
    case "gauge":
    case "info":
    case "unknown":
      return [{ name }];
    default:
      throw unknownType(family);
  }
}

function totalLines(name: string): SampleLine[] {
  return ["_sum", "_count"].map((suffix) => ({ name: name + suffix }));
}

/** The buckets of a series, with that of `+Inf`. */
export function bucketLines({ name, bounds }: BucketedSnapshot): SampleLine[] {
  return [...bounds, Infinity].map((bound) => line(`${name}_bucket`, "le", canonicalText(bound)));
}

/** The quantiles of a series. */
export function quantileLines({ name, quantiles }: SummarySnapshot): SampleLine[] {
  return quantiles.map((quantile) => line(name, "quantile", canonicalText(quantile)));
}

/** The states of a series. */
export function stateLines({ name, states }: StateSetSnapshot): SampleLine[] {
  return states.map((state) => line(name, name, state));
}

function line(name: string, label: string, value: string): SampleLine {
  return { name, label: { name: label, value } };
}
