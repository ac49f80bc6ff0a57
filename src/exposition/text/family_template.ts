import type {
  BucketedSnapshot,
  MetricFamily,
  StateSetSnapshot,
  SummarySnapshot,
} from "../../model/snapshot.ts";
import { escapeLabelValue, quoteLabelName } from "./label_text.ts";
import { canonicalText } from "./number_text.ts";
import { LineCache } from "./line_cache.ts";
import { SampleName } from "./sample_name.ts";

/** What is the same on every page of a family in the text format. */
export interface FamilyTemplate {
  /** The lines before the samples. */
  readonly header: Uint8Array;
  /** The samples of a series, a line each, in their order. */
  readonly samples: readonly SampleName[];
  /** The lines as they were on the last page. */
  readonly lines: LineCache;
}

/** The text of a family, with no lines yet. */
export function createTemplate(header: string, samples: readonly SampleName[]): FamilyTemplate {
  return { header: new TextEncoder().encode(header), samples, lines: new LineCache(samples) };
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

/** The texts of families, remembered. */
export interface TemplateCache<Text> {
  /** The text of a family, written where it is not known. */
  of(family: MetricFamily): Text;
  /** The text of a family, where it is known. */
  known(family: MetricFamily): Text | undefined;
}

/**
 * Remembers the text of families, for a page that has them again: 37 families are 74 header lines
 * and 100 sample names, which take longer to write than their values.
 *
 * The key is the array of label names, which a family keeps and shares with no other.
 */
export function cacheTemplates<Text>(write: (family: MetricFamily) => Text): TemplateCache<Text> {
  const cache = new WeakMap<readonly string[], { readonly source: Source; readonly text: Text }>();
  const known = (family: MetricFamily): Text | undefined => {
    const entry = cache.get(family.labels.names);
    return entry !== undefined && isSource(entry.source, family) ? entry.text : undefined;
  };
  return {
    known,
    of(family) {
      const remembered = known(family);
      if (remembered !== undefined) return remembered;
      const { type, name, help, unit, labels: { names } } = family;
      const text = write(family);
      cache.set(names, { source: { type, name, help, unit, shape: shapeOf(family) }, text });
      return text;
    },
  };
}

function isSource({ type, name, help, unit, shape }: Source, family: MetricFamily): boolean {
  return name === family.name && type === family.type && help === family.help &&
    unit === family.unit && shape === shapeOf(family);
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
