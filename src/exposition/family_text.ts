import type { MetricFamily } from "../core/snapshot.ts";
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
  /** Bounds, quantiles or states, which a family keeps in one array. */
  readonly shape: readonly unknown[] | undefined;
}

/**
 * Remembers the text of families, for a page that has them again: 37 families are 74 header lines
 * and 100 sample names, which take longer to write than their values.
 *
 * The key is the array of label names, which a family keeps and shares with no other.
 *
 * @param writeHeader Gives the lines before the samples.
 */
export function rememberFamilies(
  writeHeader: (family: MetricFamily) => string,
): (family: MetricFamily) => FamilyText {
  const cache = new WeakMap<readonly string[], FamilyText & { readonly source: Source }>();
  return (family) => {
    const { type, name, help, labels: { names } } = family;
    const shape = shapeOf(family);
    const known = cache.get(names);
    if (
      known !== undefined && known.source.shape === shape && known.source.name === name &&
      known.source.help === help && known.source.type === type
    ) return known;
    const header = new TextEncoder().encode(writeHeader(family));
    const text = { source: { type, name, help, shape }, header, samples: sampleNames(family) };
    cache.set(names, text);
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

function sampleNames(family: MetricFamily): readonly SampleName[] {
  const { name } = family;
  switch (family.type) {
    case "histogram":
    case "gaugehistogram":
      return [
        ...[...family.bounds, Infinity]
          .map((bound) => new SampleName(`${name}_bucket`, `le="${canonicalText(bound)}"`)),
        new SampleName(`${name}_sum`),
        new SampleName(`${name}_count`),
      ];
    case "summary":
      return [
        ...family.quantiles
          .map((quantile) => new SampleName(name, `quantile="${canonicalText(quantile)}"`)),
        new SampleName(`${name}_sum`),
        new SampleName(`${name}_count`),
      ];
    case "stateset":
      return family.states.map((state) =>
        new SampleName(name, `${quoteLabelName(name)}="${escapeLabelValue(state)}"`)
      );
    default:
      return [new SampleName(name)];
  }
}
