import { shapeOf } from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { PageCache } from "../encoding/page_cache.ts";
import { escapeLabelValue, quoteLabelName } from "./label_text.ts";
import { LineCache } from "./line_cache.ts";
import type { SampleLine } from "./sample_lines.ts";
import { SampleName } from "./sample_name.ts";

/** What is the same on every page of a family in the text format. */
export interface FamilyTemplate {
  /** The samples of a series, a line each, in their order. */
  readonly samples: readonly SampleName[];
  /** The lines of the last page, those before the samples included. */
  readonly lines: LineCache;
}

/** The template of a family, with no lines yet. */
export function createTemplate(header: string, lines: readonly SampleLine[]): FamilyTemplate {
  const samples = lines.map(sampleName);
  return { samples, lines: new LineCache(samples, new TextEncoder().encode(header)) };
}

/** What the template follows from. */
interface Source {
  readonly names: readonly string[];
  readonly type: string;
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  /** Bounds, quantiles or states: an array that all snapshots of a family share. */
  readonly shape: readonly unknown[] | undefined;
}

/** A cached template. */
export interface TemplateEntry<Template> {
  readonly source: Source;
  readonly template: Template;
}

/** The templates of families. */
export interface TemplateCache<Template> {
  /** The template of a family, made if it is not cached. */
  entryOf(family: MetricFamily): TemplateEntry<Template>;
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
  const cache = new PageCache<readonly string[], TemplateEntry<Template>>();
  const known = (family: MetricFamily): TemplateEntry<Template> | undefined => {
    const entry = cache.get(family.labels.names);
    return entry !== undefined && isSource(entry.source, family) ? entry : undefined;
  };
  return {
    known: (family) => known(family)?.template,
    entryOf(family) {
      const cached = known(family);
      if (cached !== undefined) return cached;
      const { type, name, help, unit, labels: { names } } = family;
      const source = { names, type, name, help, unit, shape: shapeOf(family) };
      const entry = { source, template: write(family) };
      cache.set(names, entry);
      return entry;
    },
  };
}

/** Whether the template follows from a family as well, which may be malformed. */
export function isSource(source: Source, family: MetricFamily): boolean {
  return source.names === family?.labels?.names && source.name === family.name &&
    source.type === family.type && source.help === family.help && source.unit === family.unit &&
    source.shape === shapeOf(family);
}

function sampleName({ name, label }: SampleLine): SampleName {
  return new SampleName(
    name,
    label && `${quoteLabelName(label.name)}="${escapeLabelValue(label.value)}"`,
  );
}
