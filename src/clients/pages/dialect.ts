import type { LabelSet } from "../../model/family/labels.ts";
import type { ClientExemplar } from "../metrics/metric_types.ts";
import type { PageSample } from "./page_metric.ts";

/** How a registry's page is written. */
export interface Dialect {
  /** Whether it is a page of OpenMetrics, where counters end in `_total` and exemplars are shown. */
  readonly isOpenMetrics: boolean;
  /** The registry's labels, which all series get. */
  readonly defaults: LabelSet;
  /** A text that changes with these labels, which a program may change in their object. */
  readonly defaultsKey: string;
  /** Whether a default label takes the place of an own one that is `null` or `undefined`. */
  readonly replacesNull: boolean;
}

/** The {@linkcode Dialect.defaultsKey} of a registry's labels. A list is written as no text is. */
export function keyOf(defaults: object): string {
  const entries = Object.entries(defaults);
  return JSON.stringify(entries.map(([name, value]) => [name, typeof value, String(value)]));
}

/** A number, as the clients write it. */
export function numberText(value: unknown): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "Nan" : value as number < 0 ? "-Inf" : "+Inf";
}

/** A name or a help text. Quotes are not escaped. */
export function escapeText(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
}

/** The part of a sample's line before its number. */
export function beforeNumber(
  name: string,
  { labels = {}, sharedLabels }: Pick<PageSample, "labels" | "sharedLabels">,
  dialect: Dialect,
): string {
  const texts = sharedLabels === undefined
    ? labelTexts(withDefaults(labels, dialect))
    : [...labelTexts(withDefaults(labels, dialect), sharedLabels), ...labelTexts(sharedLabels)];
  // Joined, since V8 keeps a template as a tree of its parts, which takes more memory.
  return [name, texts.length === 0 ? "" : `{${texts.join(",")}}`, " "].join("");
}

/**
 * Labels of a series and those of the registry, as a page has them.
 *
 * @param addedFirst Whether those of the registry stand before the others.
 */
export function ownAndDefaultTexts(
  labels: LabelSet,
  dialect: Dialect,
  addedFirst: boolean,
): string[] {
  return addedFirst
    ? [...labelTexts(dialect.defaults, labels), ...labelTexts(labels)]
    : labelTexts(withDefaults(labels, dialect));
}

/** What stands after the number of a sample that has an exemplar. */
export function exemplarText({ labelSet, value, timestamp }: ClientExemplar): string {
  return ` # {${labelTexts(labelSet).join(",")}} ${numberText(value)} ${timestamp}`;
}

/** The lines at the top of a family. */
export function headerText(name: string, help: string, type: string): string {
  return `# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}`;
}

/** Labels of a series, and after them those of the registry that it has not. */
function withDefaults(labels: LabelSet, { defaults, replacesNull }: Dialect): LabelSet {
  const names = Object.keys(defaults);
  if (names.length === 0) return labels;
  if (!replacesNull) return { ...labels, ...defaults, ...labels };
  const all: Record<string, unknown> = { ...labels };
  for (const name of names) all[name] ??= defaults[name];
  return all;
}

/**
 * Labels as a page has them.
 *
 * @param left Labels of these names are left out.
 */
export function labelTexts(labels: LabelSet, left?: LabelSet): string[] {
  const texts: string[] = [];
  for (const [name, value] of Object.entries(labels)) {
    if (left !== undefined && Object.hasOwn(left, name)) continue;
    texts.push(`${name}="${typeof value === "string" ? escapeValue(value) : value}"`);
  }
  return texts;
}

function escapeValue(value: string): string {
  return escapeText(value).replace(/"/g, '\\"');
}
