import { EncodingError } from "../../model/errors.ts";
import { type Exemplar, exemplarLength, maxExemplarLength } from "../../model/exemplar.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { type EncodingErrorHandler, unknownType } from "../encoding/encoding_error.ts";
import { hasTime } from "../encoding/exemplar_time.ts";

/** Gives the exemplar of a line, by its row and sample. */
export type ExemplarOf = (row: number, sample: number) => Exemplar | undefined;

/** The exemplars of a family's lines, if it has any: those of counters and of buckets. */
export function exemplarsOf(family: MetricFamily, type: string): ExemplarOf | undefined {
  switch (family.type) {
    case "counter": {
      const { exemplars } = family;
      if (exemplars === undefined || type !== "counter") return undefined;
      return (row, sample) => sample === 0 ? exemplars[row] : undefined;
    }
    case "histogram":
    case "gaugehistogram": {
      const { exemplars, bounds } = family;
      const size = bounds.length + 1;
      return exemplars &&
        ((row, sample) => sample < size ? exemplars[row * size + sample] : undefined);
    }
    case "gauge":
    case "info":
    case "stateset":
    case "summary":
    case "unknown":
      return undefined;
    default:
      throw unknownType(family);
  }
}

/** Whether OpenMetrics 1.0 allows an exemplar; reports one that is too long. */
export function isUsable(
  exemplar: Exemplar,
  family: string,
  onError: EncodingErrorHandler,
): boolean {
  if (Number.isNaN(exemplar.value) || !hasTime(family, exemplar, onError)) return false;
  const length = exemplarLength(exemplar);
  if (length <= maxExemplarLength) return true;
  onError(
    new EncodingError(
      `${family}: an exemplar has ${length} characters in its labels, where OpenMetrics allows ` +
        `${maxExemplarLength}; shorten it`,
    ),
  );
  return false;
}
