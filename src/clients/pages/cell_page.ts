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
  #name: string | undefined;
  #help: string | undefined;
  #escapedName = "";
  #header = "";
  // What all rows depend on besides the name and their series.
  #total = "";
  #defaultsKey = "";
  #shapes: readonly SampleShape[] = [];
  /** The labels of each row, by which it is known: a series that is set to zero has new ones. */
  #labels: readonly LabelSet[] = [];
  /** The text of each sample before its number, with a newline. */
  #before: string[] = [];
  #numbers: number[] = [];
  /** The whole text of each row. */
  #rows: string[] = [];

  /** Nothing is kept yet. */
  constructor(metric: ClientMetric<string, Cell>) {
    this.#metric = metric;
  }

  /** Adds the family as it is now to the parts of a page, without the newline at its end. */
  write(page: string[], dialect: Dialect): void {
    const { help, type } = this.#metric;
    if (this.#metric.name !== this.#name || help !== this.#help) {
      this.#name = this.#metric.name;
      this.#help = help;
      this.#escapedName = escapeText(this.#name);
      this.#header = headerText(this.#escapedName, help, type);
      this.#forgetAll();
    }
    const cells = this.#metric.allCells();
    this.#keepRows(cells, dialect);
    this.#keepNumbers(cells, dialect.isOpenMetrics && this.#metric.enableExemplars);
    page.push(this.#header);
    for (const row of this.#rows) page.push(row);
  }

  #keepRows(cells: readonly Cell[], dialect: Dialect): void {
    const { isOpenMetrics, defaultsKey } = dialect;
    const total = isOpenMetrics && this.#metric.type === "counter" ? "_total" : "";
    const shapes = this.#metric.shapes();
    const isSame = total === this.#total && defaultsKey === this.#defaultsKey &&
      shapes === this.#shapes;
    if (!isSame) {
      this.#total = total;
      this.#defaultsKey = defaultsKey;
      this.#shapes = shapes;
      this.#forgetAll();
    }
    const known = this.#labels;
    let same = 0;
    while (same < known.length && cells[same]?.labels === known[same]) same++;
    if (same < known.length) this.#forget(same, cells);
    if (cells.length === this.#labels.length) return;
    for (let row = this.#labels.length; row < cells.length; row++) {
      const { labels } = cells[row];
      for (const shape of shapes) {
        this.#before.push(
          beforeOf(`\n${this.#escapedName}${shape.suffix}${total}`, labels, shape, dialect),
        );
        this.#numbers.push(NaN);
      }
      this.#rows.push("");
    }
    this.#labels = cells.map(({ labels }) => labels);
  }

  #forgetAll(): void {
    this.#labels = [];
    this.#before = [];
    this.#numbers = [];
    this.#rows = [];
  }

  /** Keeps the rows of series that are still there, from a row on. */
  #forget(from: number, cells: readonly Cell[]): void {
    const width = this.#shapes.length;
    const kept = this.#labels.slice(0, from);
    const before = this.#before.slice(0, from * width);
    const numbers = this.#numbers.slice(0, from * width);
    const rows = this.#rows.slice(0, from);
    for (let row = from; row < this.#labels.length; row++) {
      if (this.#labels[row] !== cells[kept.length]?.labels) continue;
      kept.push(this.#labels[row]);
      rows.push(this.#rows[row]);
      for (let at = row * width; at < (row + 1) * width; at++) {
        before.push(this.#before[at]);
        numbers.push(this.#numbers[at]);
      }
    }
    this.#labels = kept;
    this.#before = before;
    this.#numbers = numbers;
    this.#rows = rows;
  }

  #keepNumbers(cells: readonly Cell[], hasExemplars: boolean): void {
    const width = this.#shapes.length;
    const kept = this.#numbers;
    const numbers: number[] = [];
    for (let row = 0, at = 0; row < cells.length; row++) {
      this.#metric.readNumbers(cells[row], numbers);
      let isSame = true;
      for (let sample = 0; sample < width; sample++, at++) {
        if (numbers[sample] === kept[at]) continue;
        kept[at] = numbers[sample];
        isSame = false;
      }
      if (hasExemplars) this.#writeWithExemplars(cells[row], row, numbers);
      else if (!isSame) this.#rows[row] = this.#textOf(row, numbers.map(numberText));
    }
  }

  /** Exemplars are looked up at each page, and their rows are not taken for ones without. */
  #writeWithExemplars(cell: Cell, row: number, numbers: readonly number[]): void {
    const texts = numbers.map((number, sample) => {
      const exemplar = this.#metric.exemplarAt(cell, sample);
      return exemplar === undefined
        ? numberText(number)
        : numberText(number) + exemplarText(exemplar);
    });
    this.#rows[row] = this.#textOf(row, texts);
    this.#numbers[row * this.#shapes.length] = NaN;
  }

  #textOf(row: number, numbers: readonly string[]): string {
    const first = row * this.#shapes.length;
    const parts: string[] = [];
    for (let sample = 0; sample < numbers.length; sample++) {
      parts.push(this.#before[first + sample], numbers[sample]);
    }
    // Joined, since V8 keeps sums of texts as trees, which are slower to write again and again.
    return parts.join("");
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
