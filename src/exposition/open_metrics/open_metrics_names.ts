import { EncodingError } from "../../model/errors.ts";
import type { MetricType } from "../../model/snapshot.ts";

/** The suffixes that OpenMetrics 1.0 reserves for a type of family. */
const suffixes: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ["", "_total", "_created"],
  summary: ["", "_count", "_sum", "_created"],
  histogram: ["", "_count", "_sum", "_bucket", "_created"],
  gaugehistogram: ["", "_gcount", "_gsum", "_bucket"],
  info: ["", "_info"],
  gauge: [""],
  stateset: [""],
  unknown: [""],
};

/** The types as OpenMetrics calls them; another word makes a page invalid. */
export const openMetricsTypes: Readonly<Record<MetricType, string>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  gaugehistogram: "gaugehistogram",
  summary: "summary",
  info: "info",
  stateset: "stateset",
  unknown: "unknown",
};

/** The names that a family of this type reserves, so that no other family may use them. */
export function reservedNames(type: MetricType, name: string): readonly string[] {
  return suffixes[type].map((suffix) => name + suffix);
}

/** The names that a page in OpenMetrics 1.0 has used up. Its families are named without suffix. */
export class OpenMetricsNames {
  readonly #owners = new Map<string, string>();

  /**
   * Refuses a family whose names are not free.
   *
   * @throws {EncodingError} If one of them belongs to an earlier family.
   */
  check(source: string, names: readonly string[]): void {
    const taken = names.find((name) => this.#owners.has(name));
    if (taken === undefined) return;
    throw new EncodingError(
      `${source}: OpenMetrics keeps "${taken}" for "${this.#owners.get(taken)}"; rename one`,
    );
  }

  /** Takes the names of a family. */
  take(source: string, names: readonly string[]): void {
    for (const name of names) this.#owners.set(name, source);
  }
}
