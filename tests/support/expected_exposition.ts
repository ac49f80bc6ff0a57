import type { OpenMetricsOptions } from "../../mod.ts";
import { type Labels, line, spelled } from "./page_lines.ts";
import { type Point, pointsOf, type Recorded, type Recording } from "./recorded.ts";

/** What a format tells of a family. */
export interface Expected {
  readonly name: string;
  readonly type: string;
  readonly points: readonly ExpectedPoint[];
  /** How many exemplars it had to leave out and report. */
  readonly refused: number;
}

/** A point under the suffix that the format gives it. */
type ExpectedPoint = Omit<Point, "suffix"> & { readonly suffix: string };

/** Types that a format does not have, by what it has instead. */
const textTypes: Readonly<Record<string, string>> = {
  gaugehistogram: "histogram",
  info: "gauge",
  stateset: "gauge",
};
const protobufTypes: Readonly<Record<string, string>> = {
  gaugehistogram: "gauge_histogram",
  info: "gauge",
  stateset: "gauge",
  unknown: "untyped",
};

/** In text there are no exemplars; client_python gives each counter that it reads a `_total`. */
export function expectedInText(family: Recorded): Expected {
  const { type, name } = family;
  const points = pointsOf(family).flat().map(({ exemplar: _, ...point }) => point);
  return type === "counter"
    ? {
      name: name.replace(/_total$/, ""),
      type,
      points: points.map((point) => ({ ...point, suffix: "_total" })),
      refused: 0,
    }
    : { name, type: textTypes[type] ?? type, points, refused: 0 };
}

/** In protobuf names stay, series have a beginning, and native buckets need no `+Inf`. */
export function expectedInProtobuf(family: Recorded, created: number): Expected {
  const { type, name, bounds, isNative } = family;
  const begins = type === "counter" || type === "histogram" || type === "summary";
  const hidesBuckets = isNative && bounds === undefined;
  const points = pointsOf(family).flatMap((series) => [
    ...series.filter(({ suffix }) => !(hidesBuckets && suffix === "_bucket")),
    ...begins ? [beginning(series, created)] : [],
  ]);
  return { name, type: protobufTypes[type] ?? type, points, refused: 0 };
}

/** OpenMetrics 1.0 has rules, and an exemplar has 128 characters at most. */
export function expectedInOpenMetrics(
  family: Recorded,
  { counters, created: tellsCreated }: OpenMetricsOptions,
  created: number,
): Expected {
  const { name, type } = openMetricsName(family, counters === "append-total");
  const begins = type === "counter" || type === "histogram" || type === "summary";
  const keepsExemplars = type === "counter" || type === "histogram";
  let refused = 0;
  const points = pointsOf(family).flatMap((series): readonly ExpectedPoint[] => {
    const sum = series.find(({ suffix }) => suffix === "_sum")?.value ?? 0;
    const allowed = series.filter((point) => isAllowed(family, point, sum));
    const expected = allowed.map(({ exemplar, ...point }) => {
      const suffix = openMetricsSuffix(type, point.suffix);
      if (!keepsExemplars || exemplar === undefined || Number.isNaN(exemplar.value)) {
        return { ...point, suffix };
      }
      if (characters(exemplar) <= 128) return { ...point, suffix, exemplar };
      refused++;
      return { ...point, suffix };
    });
    return begins && tellsCreated ? [...expected, beginning(series, created)] : expected;
  });
  return { name, type, points, refused };
}

/** The samples of a telling, a line each. */
export function expectedLines({ name, points }: Expected, timestamp: number): string[] {
  return points.map(({ suffix, labels, at, value, exemplar }) => {
    const bound: Labels = at === undefined
      ? []
      : [[suffix === "" ? "quantile" : "le", spelled(at)]];
    const reference = exemplar?.exemplar && {
      labels: Object.entries(exemplar.exemplar),
      value: exemplar.value,
      timestamp,
    };
    return line(name + suffix, [...labels, ...bound], value, reference);
  });
}

/** A counter has `_total` or is none, and a family is named without suffix. */
function openMetricsName(
  { type, name }: Recorded,
  appendsTotal: boolean,
): Pick<Expected, "type" | "name"> {
  if (type === "info") return { type, name: name.replace(/_info$/, "") };
  if (type !== "counter") return { type, name };
  const isCounter = appendsTotal || name.endsWith("_total");
  return isCounter ? { type, name: name.replace(/_total$/, "") } : { type: "unknown", name };
}

function openMetricsSuffix(type: string, suffix: string): string {
  if (type === "counter") return "_total";
  if (type === "info") return "_info";
  return type === "gaugehistogram" ? suffix.replace(/^_(?=sum|count)/, "_g") : suffix;
}

/** Sums and counts only grow, and stand together; quantiles are not negative. */
function isAllowed(
  { type, bounds = [] }: Recorded,
  { suffix, value }: Point,
  sum: number,
): boolean {
  const isTotal = suffix === "_sum" || suffix === "_count";
  const hasNegative = bounds[0] < 0;
  if (type === "summary") return suffix === "_sum" ? value >= 0 : !(value < 0);
  if (type === "histogram" && isTotal) return sum >= 0 && !hasNegative;
  if (type === "gaugehistogram" && isTotal) return sum >= 0 || (sum < 0 && hasNegative);
  return true;
}

/** The `_created` of a series, whose labels are those of its last point. */
function beginning(series: readonly Point[], created: number): ExpectedPoint {
  return { suffix: "_created", labels: series[series.length - 1].labels, value: created };
}

function characters({ exemplar = {} }: Recording): number {
  return [...Object.entries(exemplar).flat().join("")].length;
}
