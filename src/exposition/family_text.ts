import type {
  BucketedSnapshot,
  MetricFamily,
  StateSetSnapshot,
  SummarySnapshot,
} from "../core/snapshot.ts";
import { escapeLabelValue, quoteLabelName } from "./label_text.ts";
import { canonicalText } from "./number_text.ts";
import { SampleName } from "./sample_name.ts";

/** What is the same on every page of a family in the text format. */
export interface FamilyText {
  /** The lines before the samples. */
  readonly header: Uint8Array;
  /** The names of a series' samples, in their order. */
  readonly samples: readonly SampleName[];
}

/** What the text follows from. */
interface Source {
  readonly type: string;
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  /** Bounds, quantiles or states, which a family keeps in one array. */
  readonly shape: readonly unknown[] | undefined;
}

/**
 * Remembers the text of families, for a page that has them again: 37 families are 74 header lines
 * and 100 sample names, which take longer to write than their values.
 *
 * The key is the array of label names, which a family keeps and shares with no other.
 */
export function rememberFamilies<Text>(
  write: (family: MetricFamily) => Text,
): (family: MetricFamily) => Text {
  const cache = new WeakMap<readonly string[], { readonly source: Source; readonly text: Text }>();
  return (family) => {
    const { type, name, help, unit, labels: { names } } = family;
    const shape = shapeOf(family);
    const known = cache.get(names);
    if (
      known !== undefined && known.source.shape === shape && known.source.name === name &&
      known.source.help === help && known.source.type === type && known.source.unit === unit
    ) return known.text;
    const text = write(family);
    cache.set(names, { source: { type, name, help, unit, shape }, text });
    return text;
  };
}

function shapeOf(family: MetricFamily): readonly unknown[] | undefined {
  switch (family.type) {
    case "histogram":
    case "gaugehistogram":
      return family.bounds;
    case "summary":
      return family.quantiles;
    case "stateset":
      return family.states;
    default:
      return undefined;
  }
}

/** The names of a series' samples in the text format: buckets or quantiles, then sum and count. */
export function sampleNamesOf(family: MetricFamily): readonly SampleName[] {
  const { name } = family;
  switch (family.type) {
    case "histogram":
    case "gaugehistogram":
      return [
        ...bucketNames(family),
        new SampleName(`${name}_sum`),
        new SampleName(`${name}_count`),
      ];
    case "summary":
      return [
        ...quantileNames(family),
        new SampleName(`${name}_sum`),
        new SampleName(`${name}_count`),
      ];
    case "stateset":
      return stateNames(family);
    default:
      return [new SampleName(name)];
  }
}

/** The names of a series' buckets, with that of `+Inf`. */
export function bucketNames({ name, bounds }: BucketedSnapshot): SampleName[] {
  return [...bounds, Infinity]
    .map((bound) => new SampleName(`${name}_bucket`, `le="${canonicalText(bound)}"`));
}

/** The names of a series' quantiles. */
export function quantileNames({ name, quantiles }: SummarySnapshot): SampleName[] {
  return quantiles.map((quantile) => new SampleName(name, `quantile="${canonicalText(quantile)}"`));
}

/** The names of a series' states. */
export function stateNames({ name, states }: StateSetSnapshot): SampleName[] {
  const label = quoteLabelName(name);
  return states.map((state) => new SampleName(name, `${label}="${escapeLabelValue(state)}"`));
}
