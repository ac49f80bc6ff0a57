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
    this.#name = name;
    if (known !== undefined) {
      this.#move(
        known,
        cells,
        (cell) => lineOf(name, cell.labels, numberOf(metric, cell), dialect),
      );
      this.#keepNumbers(known, cells.map((cell) => numberOf(metric, cell)));
    }
    this.#rewrite(metric, cells);
    return this.#text;
  }

  /** Takes lines that are known to where they are now, as they were, and makes new ones. */
  #move(known: Int32Array, cells: readonly Cell[], newLine: (cell: Cell) => string): void {
    const [text, oldEnds] = [this.#text, this.#ends];
    const ends = new Uint32Array(known.length);
    const lines: string[] = [];
    let end = 0;
    for (let row = 0; row < known.length; row++) {
      const old = known[row];
      const line = old < 0
        ? newLine(cells[row])
        : text.slice(old === 0 ? 0 : oldEnds[old - 1], oldEnds[old]);
      lines.push(line);
      ends[row] = end += line.length;
    }
    this.#labels = cells.map(({ labels }) => labels);
    this.#ends = ends;
    this.#text = lines.join("");
  }

  /** Keeps the numbers that lines have after a move: of those that are known the old ones. */
  #keepNumbers(known: Int32Array, now: number[]): void {
    const numbers = now.map((number, row) => known[row] < 0 ? number : this.#numbers[known[row]]);
    this.#numbers = numbers.every(isSmall) ? Int32Array.from(numbers) : Float64Array.from(numbers);
  }

  /** Puts numbers that have changed in the place of the old ones. */
  #rewrite(metric: ClientMetric<string, Cell>, cells: readonly Cell[]): void {
    const [text, ends] = [this.#text, this.#ends];
    let numbers = this.#numbers;
    const read: number[] = [0];
    const parts: string[] = [];
    let from = 0;
    /** How much longer the lines before are. */
    let grown = 0;
    for (let row = 0; row < cells.length; row++) {
      metric.readNumbers(cells[row], read);
      const number = read[0];
      const old = numbers[row];
      if (number !== old) {
        const [oldText, newText] = [numberText(old), numberText(number)];
        const end = ends[row];
        parts.push(text.slice(from, end - oldText.length), newText);
        from = end;
        grown += newText.length - oldText.length;
        if (numbers instanceof Int32Array && !isSmall(number)) {
          this.#numbers = numbers = Float64Array.from(numbers);
        }
        numbers[row] = number;
      }
      ends[row] += grown;
    }
    if (parts.length === 0) return;
    parts.push(text.slice(from));
    this.#text = parts.join("");
  }
}

/** Whether a number takes 4 bytes. */
function isSmall(number: number): boolean {
  return number === (number | 0);
}

function numberOf(metric: ClientMetric<string, Cell>, cell: Cell): number {
  const read: number[] = [0];
  metric.readNumbers(cell, read);
  return read[0];
}

/** The line of a series, with the newline before it. */
export function lineOf(name: string, labels: LabelSet, number: number, dialect: Dialect): string {
  return beforeNumber(`\n${name}`, { labels }, dialect) + numberText(number);
}
