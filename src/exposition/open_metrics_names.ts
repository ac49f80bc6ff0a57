import { EncodingError } from "../core/errors.ts";

/** The suffixes that a type of family in OpenMetrics 1.0 keeps for itself. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ["", "_total", "_created"],
  summary: ["", "_count", "_sum", "_created"],
  histogram: ["", "_count", "_sum", "_bucket", "_created"],
  gaugehistogram: ["", "_gcount", "_gsum", "_bucket"],
  info: ["", "_info"],
};

/** The names that a page in OpenMetrics 1.0 has used up. Its families are named without suffix. */
export class OpenMetricsNames {
  readonly #owners = new Map<string, string>();

  /**
   * Refuses a family whose names are not free.
   *
   * @throws {EncodingError} Where one of them belongs to an earlier family.
   */
  check(source: string, type: string, name: string): void {
    const taken = namesOf(type, name).find((taking) => this.#owners.has(taking));
    if (taken === undefined) return;
    throw new EncodingError(
      `${source}: OpenMetrics keeps "${taken}" for "${this.#owners.get(taken)}"; rename one`,
    );
  }

  /** Takes the names of a family. */
  take(source: string, type: string, name: string): void {
    for (const taking of namesOf(type, name)) this.#owners.set(taking, source);
  }
}

function namesOf(type: string, name: string): readonly string[] {
  return (suffixes[type] ?? [""]).map((suffix) => name + suffix);
}
