import { unknownType } from "../encoding/encoding_error.ts";
import { shapeOf } from "../../model/metric_types.ts";
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
  /** The lines of the last page. */
  readonly lines: LineCache;
}

/** The template of a family, with no lines yet. */
export function createTemplate(header: string, samples: readonly SampleName[]): FamilyTemplate {
  return { header: new TextEncoder().encode(header), samples, lines: new LineCache(samples) };
}

/** What the template follows from. */
interface Source {
  readonly type: string;
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  /** Bounds, quantiles or states: an array that all snapshots of a family share. */
  readonly shape: readonly unknown[] | undefined;
}

/** The templates of families. */
export interface TemplateCache<Template> {
  /** The template of a family, made if it is not cached. */
  of(family: MetricFamily): Template;
  /** The template of a family, if it is cached. */
  known(family: MetricFamily): Template | undefined;
}

/**
 * Caches the templates of families for later pages: 37 families are 74 header lines and 100 sample
 * names, which take longer to write than their values.
 *
 * The key is the array of label names: all snapshots of a family share it, those of others do not.
 */
export function cacheTemplates<Template>(
  write: (family: MetricFamily) => Template,
): TemplateCache<Template> {
  const cache = new WeakMap<
    readonly string[],
    { readonly source: Source; readonly template: Template }
  >();
  const known = (family: MetricFamily): Template | undefined => {
    const entry = cache.get(family.labels.names);
    return entry !== undefined && isSource(entry.source, family) ? entry.template : undefined;
  };
  return {
    known,
    of(family) {
      const cached = known(family);
      if (cached !== undefined) return cached;
      const { type, name, help, unit, labels: { names } } = family;
      const template = write(family);
      cache.set(names, { source: { type, name, help, unit, shape: shapeOf(family) }, template });
      return template;
    },
  };
}

function isSource({ type, name, help, unit, shape }: Source, family: MetricFamily): boolean {
  return name === family.name && type === family.type && help === family.help &&
    unit === family.unit && shape === shapeOf(family);
}

/** The names of a series' samples in the text format: buckets or quantiles, then sum and count. */
export function sampleNamesOf(family: MetricFamily): readonly SampleName[] {
  const { name } = family;
  switch (family.type) {
    case "histogram":
    case "gaugehistogram":
      return [...bucketNames(family), ...totalNames(name)];
    case "summary":
      return [...quantileNames(family), ...totalNames(name)];
    case "stateset":
      return stateNames(family);
    case "counter":
    case "gauge":
    case "info":
    case "unknown":
      return [new SampleName(name)];
    default:
      throw unknownType(family);
  }
}

function totalNames(name: string): SampleName[] {
  return ["_sum", "_count"].map((suffix) => new SampleName(name + suffix));
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
