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
   * Takes the names of a family.
   *
   * @throws {EncodingError} Where one of them belongs to an earlier family.
   */
  claim(source: string, type: string, name: string): void {
    const names = (suffixes[type] ?? [""]).map((suffix) => name + suffix);
    const taken = names.find((taking) => this.#owners.has(taking));
    if (taken !== undefined) {
      throw new EncodingError(
        `${source}: OpenMetrics keeps "${taken}" for "${this.#owners.get(taken)}"; rename one`,
      );
    }
    for (const taking of names) this.#owners.set(taking, source);
  }
}
