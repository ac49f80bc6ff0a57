import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "../metrics/cell.ts";
import type { ClientMetric } from "../metrics/metric.ts";
import type { SampleShape } from "../metrics/sample_shape.ts";
import {
  beforeNumber,
  type Dialect,
  escapeText,
  exemplarText,
  headerText,
  numberText,
} from "./dialect.ts";

/**
 * A metric of ours on the pages of a registry. It keeps the text of each sample, so that a page
 * writes only numbers that have changed: 10,000 counters and 400 histograms, of which a tenth
 * changed, take 1.3 ms instead of 15.
 */
export class CellPage {
  readonly #metric: ClientMetric<string, Cell>;
  /** What all rows depend on besides their cells. */
  #key = "";
  #shapes: readonly SampleShape[] = [];
  /** The labels of each row, by which it is known: a series that is set to zero has new ones. */
  #labels: readonly LabelSet[] = [];
  /** For each sample its text before the number, with a newline, and the number's text. */
  #parts: string[] = [];
  #numbers: number[] = [];

  /** Nothing is kept yet. */
  constructor(metric: ClientMetric<string, Cell>) {
    this.#metric = metric;
  }

  /** Adds the family as it is now to the parts of a page, without the newline at its end. */
  write(page: string[], dialect: Dialect): void {
    const { help, type } = this.#metric;
    const name = escapeText(this.#metric.name);
    const cells = this.#metric.allCells();
    this.#keepRows(name, cells, dialect);
    this.#keepNumbers(cells, dialect.isOpenMetrics && this.#metric.enableExemplars);
    page.push(headerText(name, help, type));
    for (const part of this.#parts) page.push(part);
  }

  #keepRows(name: string, cells: readonly Cell[], dialect: Dialect): void {
    const { isOpenMetrics, defaults } = dialect;
    const total = isOpenMetrics && this.#metric.type === "counter" ? "_total" : "";
    const key = `${name} ${total} ${keyOf(defaults)}`;
    const shapes = this.#metric.shapes();
    if (key !== this.#key || shapes !== this.#shapes) {
      this.#labels = [];
      this.#parts = [];
      this.#numbers = [];
      this.#key = key;
      this.#shapes = shapes;
    }
    const known = this.#labels;
    let same = 0;
    while (same < known.length && cells[same]?.labels === known[same]) same++;
    if (same < known.length) this.#forget(same, cells);
    if (cells.length === this.#labels.length) return;
    for (let row = this.#labels.length; row < cells.length; row++) {
      const { labels } = cells[row];
      for (const shape of shapes) {
        const before = beforeOf(`\n${name}${shape.suffix}${total}`, labels, shape, dialect);
        this.#parts.push(before, "");
        this.#numbers.push(NaN);
      }
    }
    this.#labels = cells.map(({ labels }) => labels);
  }

  /** Keeps the rows of series that are still there, from a row on. */
  #forget(from: number, cells: readonly Cell[]): void {
    const width = this.#shapes.length;
    const kept = this.#labels.slice(0, from);
    const parts = this.#parts.slice(0, from * width * 2);
    const numbers = this.#numbers.slice(0, from * width);
    for (let row = from; row < this.#labels.length; row++) {
      if (this.#labels[row] !== cells[kept.length]?.labels) continue;
      kept.push(this.#labels[row]);
      for (let at = row * width; at < (row + 1) * width; at++) {
        parts.push(this.#parts[at * 2], this.#parts[at * 2 + 1]);
        numbers.push(this.#numbers[at]);
      }
    }
    this.#labels = kept;
    this.#parts = parts;
    this.#numbers = numbers;
  }

  #keepNumbers(cells: readonly Cell[], hasExemplars: boolean): void {
    const width = this.#shapes.length;
    const parts = this.#parts;
    const kept = this.#numbers;
    const numbers: number[] = [];
    let at = 0;
    for (const cell of cells) {
      this.#metric.readNumbers(cell, numbers);
      for (let sample = 0; sample < width; sample++, at++) {
        if (numbers[sample] === kept[at]) continue;
        kept[at] = numbers[sample];
        parts[at * 2 + 1] = numberText(numbers[sample]);
      }
      if (hasExemplars) this.#addExemplars(cell, numbers, at - width);
    }
  }

  #addExemplars(cell: Cell, numbers: readonly number[], first: number): void {
    for (let sample = 0; sample < this.#shapes.length; sample++) {
      const exemplar = this.#metric.exemplarAt(cell, sample);
      if (exemplar === undefined) continue;
      const at = first + sample;
      this.#parts[at * 2 + 1] = numberText(numbers[sample]) + exemplarText(exemplar);
      // A page without exemplars has to write the number anew.
      this.#numbers[at] = NaN;
    }
  }
}

function beforeOf(
  name: string,
  labels: LabelSet,
  { own, addedFirst }: SampleShape,
  dialect: Dialect,
): string {
  const first = own === undefined ? {} : { [own.name]: own.value };
  return addedFirst
    ? beforeNumber(name, { labels: first, sharedLabels: labels }, dialect)
    : beforeNumber(name, { labels: { ...first, ...labels } }, dialect);
}

/** A text that changes with a registry's labels, which a program may change in their object. */
function keyOf(defaults: object): string {
  return Object.entries(defaults).map(([name, value]) => `${name}=${typeof value}${value}`).join();
}
