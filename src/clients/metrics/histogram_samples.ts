import type { LabelSet } from "../../model/family/labels.ts";
import type { Bounds } from "./bounds.ts";
import { copyOf } from "./exemplars.ts";
import type { HistogramCell } from "./histogram_cell.ts";
import type { ClientExemplar } from "./metric_types.ts";

/** A sample of a histogram, as programs get it, without its labels. */
export interface HistogramSample {
  /** The number. */
  readonly value: number;
  /** The name with its suffix. */
  readonly metricName: string;
  /** A copy of the exemplar; `null` in buckets without one, `undefined` in sum and count. */
  readonly exemplar: ClientExemplar | null | undefined;
}

/** Makes what a program gets of a sample; `le` is `undefined` for sum and count. */
type MakeSample<Sample> = (
  sample: HistogramSample,
  le: number | string | undefined,
  labels: LabelSet,
) => Sample;

/** All samples of series, in the order in which a page has them. */
export function samplesOf<Sample>(
  { name, enableExemplars }: { readonly name: string; readonly enableExemplars: boolean },
  bounds: Bounds,
  cells: readonly HistogramCell[],
  make: MakeSample<Sample>,
): Sample[] {
  const { upper, shapes } = bounds;
  const names = shapes.map(({ suffix }) => name + suffix);
  const numbers: number[] = [];
  const samples: Sample[] = [];
  for (const cell of cells) {
    cell.read(numbers);
    for (let at = 0; at < shapes.length; at++) {
      const exemplar = at > upper.length
        ? undefined
        : enableExemplars
        ? exemplarIn(cell, at, at === upper.length)
        : null;
      const sample = { value: numbers[at], metricName: names[at], exemplar };
      samples.push(make(sample, shapes[at].own?.value, cell.labels));
    }
  }
  return samples;
}

/** The clients have no place for an exemplar above all bounds before there is one. */
function exemplarIn(
  { exemplars }: HistogramCell,
  bucket: number,
  isLast: boolean,
): ClientExemplar | null | undefined {
  const exemplar = exemplars?.[bucket];
  return exemplar === undefined ? (isLast ? undefined : null) : copyOf(exemplar);
}
