import type { LabelRecord, MetricType } from "../../mod.ts";

/** A family and the recordings made in it. */
export interface Recorded {
  readonly type: MetricType;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly series: readonly RecordedSeries[];
  /** The bounds of a histogram that has classic buckets. */
  readonly bounds?: readonly number[];
  readonly isNative: boolean;
  /** The quantiles of a summary: the minimum, the maximum, both, or none. */
  readonly quantiles: readonly (0 | 1)[];
  readonly states: readonly string[];
}

export interface RecordedSeries {
  readonly values: readonly string[];
  readonly recordings: readonly Recording[];
}

export interface Recording {
  readonly value: number;
  readonly exemplar?: LabelRecord;
}

/** One number of a page: its position in its family, and its value. */
export interface Point {
  /** What the type adds to the family's name. */
  readonly suffix: "" | "_bucket" | "_sum" | "_count";
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** The bound of a bucket, or the quantile of a summary. */
  readonly at?: number;
  readonly value: number;
  readonly exemplar?: Recording;
}

/** The points of each series of a family, in the order of the text format. */
export function pointsOf(family: Recorded): readonly (readonly Point[])[] {
  return family.series.map(({ values, recordings }) => {
    // An empty label value says that the label is absent.
    const labels = family.labels.map((label, column) => [label, values[column]] as const)
      .filter(([, value]) => value !== "");
    return pointsOfSeries(family, recordings)
      .map((point) => ({ ...point, labels: [...labels, ...point.labels] }));
  });
}

/** The increment of a counter that is made of any number. */
export function increment(value: number): number {
  return Number.isFinite(value) ? Math.abs(value) : 1;
}

function pointsOfSeries(
  { type, name, bounds, quantiles, states }: Recorded,
  recordings: readonly Recording[],
): readonly Point[] {
  const point = (value: number, more: Partial<Point> = {}): Point => ({
    suffix: "",
    labels: [],
    value,
    ...more,
  });
  const last = recordings[recordings.length - 1].value;
  switch (type) {
    case "counter": {
      const added = recordings.map(({ value, ...rest }) => ({ ...rest, value: increment(value) }));
      return [point(sumOf(added), { exemplar: lastExemplar(added) })];
    }
    case "gauge":
    case "unknown":
      return [point(last)];
    case "info":
      return [point(1)];
    case "stateset":
      return states.map((state, at) =>
        point(at === 0 && last > 0 ? 1 : 0, { labels: [[name, state]] })
      );
    case "summary": {
      const ordered = recordings.map(({ value }) => value + 0).filter((value) => !isNaN(value))
        .sort((one, other) => one === other ? 0 : one < other ? -1 : 1);
      return [
        ...quantiles.map((at) => point(ordered.at(at === 0 ? 0 : -1) ?? NaN, { at })),
        point(sumOf(recordings), { suffix: "_sum" }),
        point(recordings.length, { suffix: "_count" }),
      ];
    }
    case "histogram":
    case "gaugehistogram": {
      let count = 0;
      const buckets = bucketsOf(bounds, recordings).map((inside, bucket) =>
        point(count += inside.length, {
          suffix: "_bucket",
          at: bounds?.[bucket] ?? Infinity,
          exemplar: type === "histogram" ? lastExemplar(inside) : undefined,
        })
      );
      return [
        ...buckets,
        point(sumOf(recordings), { suffix: "_sum" }),
        point(count, { suffix: "_count" }),
      ];
    }
  }
}

/** The recordings in each bucket, not cumulated; the last bucket takes all above the bounds. */
export function bucketsOf(
  bounds: readonly number[] = [],
  recordings: readonly Recording[],
): readonly (readonly Recording[])[] {
  return [...bounds, Infinity].map((bound, bucket) =>
    recordings.filter(({ value }) =>
      (value <= bound || bound === Infinity) &&
      !(bucket > 0 && value <= bounds[bucket - 1])
    )
  );
}

export function sumOf(recordings: readonly Recording[]): number {
  return recordings.reduce((sum, { value }) => sum + value, 0);
}

function lastExemplar(recordings: readonly Recording[]): Recording | undefined {
  return recordings.findLast(({ exemplar }) => exemplar !== undefined && isTaken(exemplar));
}

/** An exemplar with more than 128 characters, or with NUL, is dropped. */
function isTaken(exemplar: LabelRecord): boolean {
  const text = Object.entries(exemplar).flat().join("");
  return [...text].length <= 128 && !text.includes("\0");
}
