import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "../metrics/cell.ts";
import { knownRows } from "./known_rows.ts";

/**
 * The texts of the labels of series that have several samples. All else of their lines is written at
 * each page: that takes 0.1 µs a line, and to keep it would take 1.5 KB a series.
 */
export class KeptLabels {
  /** The labels of each text, by which it is known. */
  #labels: readonly LabelSet[] = [];
  /** Where each text ends. */
  #ends: Uint32Array = new Uint32Array(0);
  #text = "";

  /** Makes the texts those of these series. */
  update(cells: readonly Cell[], textOf: (labels: LabelSet) => string): void {
    const known = knownRows(this.#labels, cells);
    if (known === undefined) return;
    const ends = new Uint32Array(cells.length);
    const texts: string[] = [];
    let end = 0;
    for (let row = 0; row < cells.length; row++) {
      const text = known[row] < 0 ? textOf(cells[row].labels) : this.textAt(known[row]);
      texts.push(text);
      ends[row] = end += text.length;
    }
    this.#labels = cells.map(({ labels }) => labels);
    this.#ends = ends;
    this.#text = texts.join("");
  }

  /** The text of a row. */
  textAt(row: number): string {
    return this.#text.slice(row === 0 ? 0 : this.#ends[row - 1], this.#ends[row]);
  }
}
