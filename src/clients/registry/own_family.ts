import type { Exemplar } from "../../model/exemplar.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import type { BucketedSnapshot, GaugeSnapshot, MetricFamily } from "../../model/snapshot.ts";
import type { Cell } from "../metrics/cell.ts";
import type { ClientMetric } from "../metrics/metric.ts";
import type { SampleShape } from "../metrics/sample_shape.ts";
import { plainLabels, withDefaultColumns } from "./label_rows.ts";

/**
 * A metric of ours as a family of this package.
 *
 * @param name Its name in the registry, which a page of OpenMetrics does not shorten.
 * @param defaults Labels of series that have no such label.
 */
export function ownFamily(
  name: string,
  metric: ClientMetric<string, Cell>,
  defaults: LabelSet,
): MetricFamily {
  const { labels, children, created } = metric.allSeries();
  const { help, aggregator } = metric;
  const header = { name, help, labels: withDefaultColumns(labels, defaults) };
  const samples = readSamples(metric, children);
  const exemplars = metric.enableExemplars ? exemplarsOf(metric, children) : undefined;
  switch (metric.type) {
    case "counter":
      return { ...header, type: "counter", values: samples.column(0), created, exemplars };
    case "gauge":
      return { ...header, type: "gauge", values: samples.column(0), merge: mergeOf(aggregator) };
    case "histogram":
      return {
        ...header,
        type: "histogram",
        ...samples.buckets(),
        sums: samples.ending("_sum"),
        created,
        exemplars,
      };
    case "summary":
      return {
        ...header,
        type: "summary",
        ...samples.quantiles(),
        counts: samples.ending("_count"),
        sums: samples.ending("_sum"),
        created,
      };
  }
}

/** How a gauge is merged over processes; the clients' other aggregators have no counterpart. */
function mergeOf(aggregator: string): GaugeSnapshot["merge"] {
  return aggregator === "min" ? "liveMin" : aggregator === "max" ? "liveMax" : undefined;
}

/** The numbers of all series, row after row. */
class Samples {
  readonly #shapes: readonly SampleShape[];
  readonly #numbers: Float64Array;

  constructor(shapes: readonly SampleShape[], numbers: Float64Array) {
    this.#shapes = shapes;
    this.#numbers = numbers;
  }

  /** The numbers of one sample of each series. */
  column(sample: number): Float64Array<ArrayBuffer> {
    return this.#columns([sample]);
  }

  /** The numbers of the sample with a suffix. */
  ending(suffix: string): Float64Array<ArrayBuffer> {
    return this.column(this.#shapes.findIndex((shape) => shape.suffix === suffix));
  }

  /** Bounds and buckets, which are not cumulated as on a page. */
  buckets(): Pick<BucketedSnapshot, "bounds" | "buckets"> {
    const at = [...this.#shapes.keys()].filter((sample) => this.#shapes[sample].own !== undefined);
    const bounds = at.map((sample) => this.#shapes[sample].own!.value)
      .filter((bound) => typeof bound === "number");
    const buckets = this.#columns(at);
    for (let end = buckets.length - 1; end > 0; end--) {
      if (end % at.length !== 0) buckets[end] -= buckets[end - 1];
    }
    return { bounds, buckets };
  }

  /** Quantiles, ascending, and their values. */
  quantiles(): {
    readonly quantiles: readonly number[];
    readonly values: Float64Array<ArrayBuffer>;
  } {
    const quantileOf = (sample: number) => Number(this.#shapes[sample].own?.value);
    const at = [...this.#shapes.keys()]
      .filter((sample) => this.#shapes[sample].own !== undefined)
      .sort((one, other) => quantileOf(one) - quantileOf(other));
    return { quantiles: at.map(quantileOf), values: this.#columns(at) };
  }

  #columns(samples: readonly number[]): Float64Array<ArrayBuffer> {
    const width = this.#shapes.length;
    const rows = width === 0 ? 0 : this.#numbers.length / width;
    const columns = new Float64Array(rows * samples.length);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (const sample of samples) columns[at++] = this.#numbers[row * width + sample];
    }
    return columns;
  }
}

function readSamples(metric: ClientMetric<string, Cell>, cells: readonly Cell[]): Samples {
  const shapes = metric.shapes();
  const all = new Float64Array(cells.length * shapes.length);
  const numbers: number[] = [];
  cells.forEach((cell, row) => {
    metric.readNumbers(cell, numbers);
    for (let sample = 0; sample < shapes.length; sample++) {
      all[row * shapes.length + sample] = numbers[sample];
    }
  });
  return new Samples(shapes, all);
}

/** The exemplars of a counter, one a series, or those of a histogram's buckets. */
function exemplarsOf(
  metric: ClientMetric<string, Cell>,
  cells: readonly Cell[],
): readonly (Exemplar | undefined)[] {
  const shapes = metric.shapes();
  const per = metric.type === "histogram"
    ? shapes.filter(({ own }) => own !== undefined).length
    : shapes.length;
  return cells.flatMap((cell) =>
    Array.from({ length: per }, (_, sample) => {
      const exemplar = metric.exemplarAt(cell, sample);
      if (exemplar === undefined) return undefined;
      const { labelSet, value, timestamp = NaN } = exemplar;
      return { labels: plainLabels(labelSet), value, timestamp };
    })
  );
}
