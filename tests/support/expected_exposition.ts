import type { OpenMetricsOptions } from "../../mod.ts";
import { canonicalNumber, type Labels, line } from "./page_lines.ts";
import { type Point, pointsOf, type Recorded } from "./recorded.ts";

/** The exposition of a family that a format must produce. */
export interface Expected {
  readonly name: string;
  readonly type: string;
  readonly points: readonly ExpectedPoint[];
}

/** A point with the suffix that the format gives it. */
type ExpectedPoint = Omit<Point, "suffix"> & { readonly suffix: string };

/** The type that a format has instead, by types that it lacks. */
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

/** Text has no exemplars. client_python appends `_total` to each counter that it reads. */
export function expectedInText(family: Recorded): Expected {
  const { type, name } = family;
  const points = pointsOf(family).flat().map(({ exemplar: _, ...point }) => point);
  return type === "counter"
    ? {
      name: name.replace(/_total$/, ""),
      type,
      points: points.map((point) => ({ ...point, suffix: "_total" })),
    }
    : { name, type: textTypes[type] ?? type, points };
}

/** Protobuf keeps names, has creation times, and needs no `+Inf` beside native buckets. */
export function expectedInProtobuf(family: Recorded, created: number): Expected {
  const { type, name, bounds, isNative } = family;
  const hasCreationTime = type === "counter" || type === "histogram" || type === "summary";
  const omitsBuckets = isNative && bounds === undefined;
  const points = pointsOf(family).flatMap((series) => [
    ...series.filter(({ suffix }) => !(omitsBuckets && suffix === "_bucket")),
    ...hasCreationTime ? [creationPoint(series, created)] : [],
  ]);
  return { name, type: protobufTypes[type] ?? type, points };
}

/** OpenMetrics 1.0 renames, and leaves out samples. */
export function expectedInOpenMetrics(
  family: Recorded,
  { counters, created: hasCreated }: OpenMetricsOptions,
  created: number,
): Expected {
  const { name, type } = openMetricsName(family, counters === "append-total");
  const hasCreationTime = type === "counter" || type === "histogram" || type === "summary";
  const hasExemplars = type === "counter" || type === "histogram";
  const points = pointsOf(family).flatMap((series): readonly ExpectedPoint[] => {
    const sum = series.find(({ suffix }) => suffix === "_sum")?.value ?? 0;
    const allowed = series.filter((point) => isAllowed(family, point, sum));
    const expected = allowed.map(({ exemplar, ...point }) => {
      const suffix = openMetricsSuffix(type, point.suffix);
      if (!hasExemplars || exemplar === undefined || Number.isNaN(exemplar.value)) {
        return { ...point, suffix };
      }
      return { ...point, suffix, exemplar };
    });
    return hasCreationTime && hasCreated ? [...expected, creationPoint(series, created)] : expected;
  });
  return { name, type, points };
}

/** The expected samples, a line each. */
export function expectedLines({ name, points }: Expected, timestamp: number): string[] {
  return points.map(({ suffix, labels, at, value, exemplar }) => {
    const bound: Labels = at === undefined
      ? []
      : [[suffix === "" ? "quantile" : "le", canonicalNumber(at)]];
    const reference = exemplar?.exemplar && {
      labels: Object.entries(exemplar.exemplar),
      value: exemplar.value,
      timestamp,
    };
    return line(name + suffix, [...labels, ...bound], value, reference);
  });
}

/** A family is named without suffix, and only with `_total` a counter is one. */
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

/** Sums must be counters, or the count goes with them; quantiles must not be negative. */
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
function creationPoint(series: readonly Point[], created: number): ExpectedPoint {
  return { suffix: "_created", labels: series[series.length - 1].labels, value: created };
}
