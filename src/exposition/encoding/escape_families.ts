import { EncodingError } from "../../model/errors.ts";
import { sampleNames } from "../../model/sample_names.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { encodingError, type EncodingErrorHandler } from "./encoding_error.ts";
import { escapeLabelName, escapeMetricName, type EscapingScheme } from "./escaping.ts";

/** The escaped names of a family. */
interface Escaped {
  /** The name before escaping. */
  readonly source: string;
  readonly name: string;
  readonly labels: readonly string[];
}

/**
 * Escaped names by the array of label names, which is the same at each scrape of a family. So is
 * the escaped array then, and caches may use it as their key.
 */
const cache = new WeakMap<readonly string[], Map<EscapingScheme, Escaped>>();

/**
 * Escapes the names and label names of families. A family that is malformed, or whose escaped name
 * belongs to another one, is left out and reported.
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

/** The owner of each sample name. Names are checked only once escaping has changed one. */
class NameOwners {
  readonly #scheme: EscapingScheme;
  readonly #owners = new Map<string, string>();
  #unchanged: MetricFamily[] = [];
  #changed = false;

  constructor(scheme: EscapingScheme) {
    this.#scheme = scheme;
  }

  /**
   * Claims the names of a family.
   *
   * @throws {EncodingError} If another family has one of them, or if two of its labels become one.
   */
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
    // A state set writes its states into a label of its own name.
    const stateLabel = escaped.type === "stateset" ? [escaped.name] : [];
    const names = [...escaped.labels.names, ...stateLabel];
    const duplicate = names.find((label, position) => names.indexOf(label) !== position);
    if (duplicate !== undefined) {
      throw new EncodingError(
        `${family.name}: escaped by ${this.#scheme}, two of its labels become "${duplicate}"; ` +
          `rename one`,
      );
    }
    if (names.includes("__name__")) {
      throw new EncodingError(
        `${family.name}: escaped by ${this.#scheme}, one of its labels becomes "__name__", which ` +
          `is the metric's own; rename it`,
      );
    }
    this.#claimSamples(family.name, escaped);
  }

  #claimSamples(source: string, { type, name }: MetricFamily): void {
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
  const schemes = cache.get(names);
  const present = schemes?.get(scheme);
  if (present !== undefined && present.source === name) return present;
  const escapedNames = present?.labels ?? names.map((label) => escapeLabelName(label, scheme));
  const isUnchanged = escapedNames.every((label, position) => label === names[position]);
  const labels = isUnchanged ? names : escapedNames;
  const escaped = { source: name, name: escapeMetricName(name, scheme), labels };
  cache.set(names, (schemes ?? new Map()).set(scheme, escaped));
  return escaped;
}
