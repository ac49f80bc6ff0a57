import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "../metrics/cell.ts";
import type { ClientMetric } from "../metrics/metric.ts";
import { beforeNumber, type Dialect, numberText } from "./dialect.ts";
import { knownRows } from "./known_rows.ts";

/**
 * The lines of a metric whose series have one sample, as they were on the last page: the next one
 * writes only numbers that have changed. One text for all lines takes 64 bytes a series with two
 * labels, 28 less than a text for each.
 */
export class KeptLines {
  #name = "";
  /** The labels of each line, by which it is known. */
  #labels: readonly LabelSet[] = [];
  /** In 4 bytes each as long as all are small integers. */
  #numbers: Int32Array | Float64Array = new Int32Array(0);
  /** Where each line ends in the text. */
  #ends: Uint32Array = new Uint32Array(0);
  #text = "";

  /**
   * All lines as they are now.
   *
   * @param name The name of the samples, escaped.
   */
  write(
    metric: ClientMetric<string, Cell>,
    cells: readonly Cell[],
    name: string,
    dialect: Dialect,
  ): string {
    const known = knownRows(name === this.#name ? this.#labels : [], cells);
    const [text, oldNumbers, oldEnds] = [this.#text, this.#numbers, this.#ends];
    const rows = cells.length;
    let numbers = known === undefined ? oldNumbers : new Int32Array(rows);
    const ends = known === undefined ? oldEnds : new Uint32Array(rows);
    const parts: string[] = [];
    // The part of the old text that is not yet among the parts.
    let from = 0;
    let until = 0;
    const take = () => {
      if (until > from) parts.push(text.slice(from, until));
    };
    const read: number[] = [0];
    let last = -1;
    let lastEnd = 0;
    let end = 0;
    for (let row = 0; row < rows; row++) {
      metric.readNumbers(cells[row], read);
      const number = read[0];
      const old = known === undefined ? row : known[row];
      if (old < 0) {
        take();
        from = until;
        const line = lineOf(name, cells[row].labels, number, dialect);
        parts.push(line);
        end += line.length;
      } else {
        const start = old === last + 1 ? lastEnd : oldEnds[old - 1];
        if (start !== until) {
          take();
          from = start;
        }
        last = old;
        lastEnd = until = oldEnds[old];
        end += until - start;
        const oldNumber = oldNumbers[old];
        if (number !== oldNumber) {
          const [oldText, newText] = [numberText(oldNumber), numberText(number)];
          end += newText.length - oldText.length;
          until -= oldText.length;
          take();
          parts.push(newText);
          from = until = lastEnd;
        }
      }
      if (number !== (number | 0) && numbers instanceof Int32Array) {
        numbers = Float64Array.from(numbers);
      }
      numbers[row] = number;
      ends[row] = end;
    }
    if (known !== undefined) this.#labels = cells.map(({ labels }) => labels);
    this.#name = name;
    this.#numbers = numbers;
    this.#ends = ends;
    if (parts.length === 0 && from === 0 && until === text.length) return text;
    take();
    return this.#text = parts.join("");
  }
}

/** The line of a series, with the newline before it. */
export function lineOf(name: string, labels: LabelSet, number: number, dialect: Dialect): string {
  return beforeNumber(`\n${name}`, { labels }, dialect) + numberText(number);
}
