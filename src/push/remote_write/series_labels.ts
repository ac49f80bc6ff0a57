import type { SampleLine } from "../../exposition/text/sample_lines.ts";
import type { LabelPairs } from "./protocol.ts";

/** Labels that all series of a target have, by name. */
export type TargetLabels = Readonly<Record<string, string>>;

/** Gives the value of a label for a series. */
type ValueOf = (values: readonly string[], first: number, line: SampleLine) => string;

/** The labels of a family's series: those of the target, the row, and the sample. */
export class SeriesLabels {
  readonly #width: number;
  readonly #columns: readonly { readonly name: string; readonly valueOf: ValueOf }[];
  /** Reused for each series. */
  readonly #pairs: string[] = [];

  constructor(names: readonly string[], lines: readonly SampleLine[], target: TargetLabels) {
    this.#width = names.length;
    const own = lines.find(({ label }) => label !== undefined)?.label?.name;
    const columns: [string, ValueOf][] = [
      ["__name__", (_values, _first, line) => line.name],
      ...Object.entries(target).map(([name, value]): [string, ValueOf] => [name, () => value]),
      ...names.map((name, column): [string, ValueOf] => [
        name,
        (values, first) => values[first + column],
      ]),
    ];
    if (own !== undefined) columns.push([own, (_values, _first, line) => line.label?.value ?? ""]);
    this.#columns = columns.map(([name, valueOf]) => ({ name, valueOf }))
      .sort((one, other) => compareBytes(one.name, other.name));
  }

  /** The labels of a series; valid until the next call. An empty value is an absent label. */
  of(values: readonly string[], row: number, line: SampleLine): LabelPairs {
    const pairs = this.#pairs;
    pairs.length = 0;
    for (const { name, valueOf } of this.#columns) {
      const value = valueOf(values, row * this.#width, line);
      if (value !== "") pairs.push(name, value);
    }
    return pairs;
  }
}

/**
 * Compares two texts by their bytes in UTF-8, as servers sort: by code points, while `<` compares
 * halves of surrogate pairs.
 */
export function compareBytes(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return one.length - other.length;
}

/** Puts surrogates behind all other units, as their code points are above. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
