import { EncodingError } from "../../model/errors.ts";

/** The suffixes that a type of family in OpenMetrics 1.0 keeps for itself. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ["", "_total", "_created"],
  summary: ["", "_count", "_sum", "_created"],
  histogram: ["", "_count", "_sum", "_bucket", "_created"],
  gaugehistogram: ["", "_gcount", "_gsum", "_bucket"],
  info: ["", "_info"],
};

/** The names that a family of this type keeps for itself. */
export function namesKeptBy(type: string, name: string): readonly string[] {
  return (suffixes[type] ?? [""]).map((suffix) => name + suffix);
}

/** The names that a page in OpenMetrics 1.0 has used up. Its families are named without suffix. */
export class OpenMetricsNames {
  readonly #owners = new Map<string, string>();

  /**
   * Refuses a family whose names are not free.
   *
   * @throws {EncodingError} Where one of them belongs to an earlier family.
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
