import { shapeOf } from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { PageCache } from "../encoding/page_cache.ts";
import { escapeLabelValue, quoteLabelName } from "./label_text.ts";
import { LineCache } from "./line_cache.ts";
import type { SampleLine } from "./sample_lines.ts";
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
export function createTemplate(header: string, lines: readonly SampleLine[]): FamilyTemplate {
  const samples = lines.map(sampleName);
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

/** A cached template. */
interface Entry<Template> {
  readonly source: Source;
  readonly template: Template;
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
  const cache = new PageCache<readonly string[], Entry<Template>>();
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

function sampleName({ name, label }: SampleLine): SampleName {
  return new SampleName(
    name,
    label && `${quoteLabelName(label.name)}="${escapeLabelValue(label.value)}"`,
  );
}
