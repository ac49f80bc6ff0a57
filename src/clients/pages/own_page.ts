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
  labelTexts,
  numberText,
  ownAndDefaultTexts,
} from "./dialect.ts";
import { lineOf } from "./kept_lines.ts";
import type { keptPages } from "./kept_pages.ts";

type OwnMetric = ClientMetric<string, Cell>;
type KeptPages = ReturnType<typeof keptPages>;

/** Of metrics with fewer series nothing is kept: that would take more memory than the series. */
const manySeries = 16;

/**
 * Adds a metric of ours to the parts of a page, without the newline at its end. A page of 10,000
 * counters and 400 histograms, of which a tenth changed, takes 1.5 ms; it takes 10 if nothing is
 * kept.
 */
export function writeOwnMetric(
  metric: OwnMetric,
  page: string[],
  dialect: Dialect,
  pages: KeptPages,
): void {
  const { help, type } = metric;
  const name = escapeText(metric.name);
  page.push(headerText(name, help, type));
  const cells = metric.allCells();
  if (cells.length < manySeries) pages.drop(metric);
  const shapes = metric.shapes();
  const samplesName = dialect.isOpenMetrics && type === "counter" ? `${name}_total` : name;
  const hasExemplars = dialect.isOpenMetrics && metric.enableExemplars;
  if (hasExemplars || shapes.some(({ own }) => own && Object.hasOwn(dialect.defaults, own.name))) {
    writeOneByOne(metric, page, cells, samplesName, dialect);
  } else if (shapes.length > 1) {
    writeRows(metric, page, cells, samplesName, dialect, pages);
  } else if (cells.length < manySeries) {
    const numbers: number[] = [];
    for (const cell of cells) {
      metric.readNumbers(cell, numbers);
      page.push(lineOf(samplesName, cell.labels, numbers[0], dialect));
    }
  } else page.push(pages.linesOf(metric).write(metric, cells, samplesName, dialect));
}

/** Writes series of several samples. The texts of their labels are the same in all lines. */
function writeRows(
  metric: OwnMetric,
  page: string[],
  cells: readonly Cell[],
  name: string,
  dialect: Dialect,
  pages: KeptPages,
): void {
  const shapes = metric.shapes();
  const textOf = (labels: LabelSet) => {
    const texts = ownAndDefaultTexts(labels, dialect, shapes[0].addedFirst);
    return texts.length === 0 ? "" : `${texts.join(",")}} `;
  };
  const kept = cells.length < manySeries ? undefined : pages.labelsOf(metric);
  kept?.update(cells, textOf);
  const starts = shapes.map((shape) => startOf(name, shape, true));
  const bareStarts = shapes.map((shape) => startOf(name, shape, false));
  const numbers: number[] = [];
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    const labels = kept === undefined ? textOf(cell.labels) : kept.textAt(row);
    const before = labels === "" ? bareStarts : starts;
    metric.readNumbers(cell, numbers);
    // V8 keeps sums of texts as trees, which are copied once: with the page.
    let lines = "";
    for (let sample = 0; sample < before.length; sample++) {
      lines += before[sample] + labels + numberText(numbers[sample]);
    }
    page.push(lines);
  }
}

/** A line up to the labels of its series, or up to its number if it has none. */
function startOf(name: string, { suffix, own }: SampleShape, hasLabels: boolean): string {
  const text = own === undefined ? "" : labelTexts({ [own.name]: own.value })[0];
  const more = text === "" ? "" : ",";
  const after = hasLabels ? `{${text}${more}` : text === "" ? " " : `{${text}} `;
  return `\n${name}${suffix}${after}`;
}

/** Writes samples that may have exemplars, or whose type adds a label that the registry has too. */
function writeOneByOne(
  metric: OwnMetric,
  page: string[],
  cells: readonly Cell[],
  name: string,
  dialect: Dialect,
): void {
  const shapes = metric.shapes();
  const hasExemplars = dialect.isOpenMetrics && metric.enableExemplars;
  const numbers: number[] = [];
  for (const cell of cells) {
    metric.readNumbers(cell, numbers);
    shapes.forEach((shape, sample) => {
      const exemplar = hasExemplars ? metric.exemplarAt(cell, sample) : undefined;
      page.push(
        beforeOf(`\n${name}${shape.suffix}`, cell.labels, shape, dialect) +
          numberText(numbers[sample]) + (exemplar === undefined ? "" : exemplarText(exemplar)),
      );
    });
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
