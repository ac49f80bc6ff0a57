import { EncodingError } from "../../model/errors.ts";
import { sampleNames } from "../../model/sample_names.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { encodingError, type EncodingErrorHandler } from "./encoding_error.ts";
import { escapeLabelName, escapeMetricName, type EscapingScheme } from "./escaping.ts";

/** A family's name and label names, and what a scheme makes of them. */
interface Escaped {
  readonly source: string;
  readonly name: string;
  readonly labels: readonly string[];
}

/** By the array of label names, which a family keeps; so what is cached by the new one stays too. */
const known = new WeakMap<readonly string[], Map<EscapingScheme, Escaped>>();

/**
 * Families with their names and label names escaped. One that is malformed, or whose name becomes
 * another's that way, is left out and reported.
 */
export function escapeFamilies(
  families: readonly MetricFamily[],
  scheme: EscapingScheme,
  onError: EncodingErrorHandler,
): readonly MetricFamily[] {
  const owners = new NameOwners(scheme);
  const escaped: MetricFamily[] = [];
  for (const family of families) {
    try {
      const candidate = escapeFamily(family, scheme);
      owners.claim(family, candidate);
      escaped.push(candidate);
    } catch (error) {
      onError(encodingError(family, error));
    }
  }
  return escaped;
}

/** Who writes which sample name. It is looked after only once a name has changed. */
class NameOwners {
  readonly #scheme: EscapingScheme;
  readonly #owners = new Map<string, string>();
  #unchanged: MetricFamily[] = [];
  #changed = false;

  constructor(scheme: EscapingScheme) {
    this.#scheme = scheme;
  }

  /** Takes the names of a family, or throws where one of them is taken. */
  claim(family: MetricFamily, escaped: MetricFamily): void {
    if (!this.#changed && family === escaped) {
      this.#unchanged.push(family);
      return;
    }
    this.#changed = true;
    for (const { type, name } of this.#unchanged) {
      for (const sample of sampleNames(type, name)) this.#owners.set(sample, name);
    }
    this.#unchanged = [];
    // The states of a state set are in a label of its own name.
    const own = escaped.type === "stateset" ? [escaped.name] : [];
    const names = [...escaped.labels.names, ...own];
    const twice = names.find((label, position) => names.indexOf(label) !== position);
    if (twice !== undefined) {
      throw new EncodingError(
        `${family.name}: escaped by ${this.#scheme}, two of its labels become "${twice}"; rename one`,
      );
    }
    if (names.includes("__name__")) {
      throw new EncodingError(
        `${family.name}: escaped by ${this.#scheme}, one of its labels becomes "__name__", which ` +
          `is the metric's own; rename it`,
      );
    }
    this.#take(family.name, escaped);
  }

  #take(source: string, { type, name }: MetricFamily): void {
    const samples = sampleNames(type, name);
    const taken = samples.find((sample) => this.#owners.has(sample));
    if (taken !== undefined) {
      throw new EncodingError(
        `${source}: escaped by ${this.#scheme}, it would write "${taken}", ` +
          `as "${this.#owners.get(taken)}" does; rename one`,
      );
    }
    for (const sample of samples) this.#owners.set(sample, source);
  }
}

function escapeFamily(family: MetricFamily, scheme: EscapingScheme): MetricFamily {
  const { name, labels } = escapedBy(scheme, family);
  if (name === family.name && labels === family.labels.names) return family;
  return { ...family, name, labels: { ...family.labels, names: labels } };
}

function escapedBy(scheme: EscapingScheme, { name, labels: { names } }: MetricFamily): Escaped {
  const schemes = known.get(names);
  const present = schemes?.get(scheme);
  if (present !== undefined && present.source === name) return present;
  const each = present?.labels ?? names.map((label) => escapeLabelName(label, scheme));
  const labels = each.every((label, position) => label === names[position]) ? names : each;
  const escaped = { source: name, name: escapeMetricName(name, scheme), labels };
  known.set(names, (schemes ?? new Map()).set(scheme, escaped));
  return escaped;
}
