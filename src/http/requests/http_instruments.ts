import type { LabelsOf } from "../../model/family/labels.ts";
import { exponentialBuckets } from "../../metrics/buckets.ts";
import type { CounterFamily } from "../../metrics/counter.ts";
import type { Gauge } from "../../metrics/gauge.ts";
import type { HistogramShape } from "../../metrics/histogram.ts";
import type { HistogramFamily } from "../../metrics/histogram_family.ts";
import type { MetricsRegistry } from "../../registry/metrics_registry.ts";
import { isWorkers } from "../platform.ts";

/** Which instruments there are, and in which buckets they count. */
export interface HttpInstrumentOptions {
  /**
   * The buckets of the duration, in seconds: `{ buckets: [0.1, 1] }`, `{ native: true }`, or both.
   * {@linkcode defaultBuckets} by default.
   */
  readonly duration?: HistogramShape;
  /** Whether to observe the size of requests, and in which buckets; from 100 B to 100 MB by default. */
  readonly requestSize?: boolean | HistogramShape;
  /** Whether to observe the size of responses, and in which buckets; the same by default. */
  readonly responseSize?: boolean | HistogramShape;
}

/** Labels whose names are known only at run time. */
export type HttpLabelSet = LabelsOf<readonly string[]>;

/** What is recorded of requests that come in or go out. */
export interface HttpInstruments {
  /** Seconds. */
  readonly duration: HistogramFamily<HttpLabelSet>;
  /** Requests that are over. */
  readonly requests: CounterFamily<HttpLabelSet>;
  /** Requests that are not; nothing on Workers, which end them without a word. */
  readonly inFlight: Gauge | undefined;
  /** Bytes of request bodies, where wanted. */
  readonly requestSize: HistogramFamily<HttpLabelSet> | undefined;
  /** Bytes of response bodies, where wanted. */
  readonly responseSize: HistogramFamily<HttpLabelSet> | undefined;
}

const sizeBuckets = exponentialBuckets(100, 10, 7);

/**
 * Makes the instruments, or gives those that the registry has by the same definition.
 *
 * @param prefix What the names begin with: `http`, or `http_client`.
 * @param what The noun of the help texts.
 */
export function httpInstruments(
  registry: MetricsRegistry,
  prefix: string,
  what: string,
  labels: readonly string[],
  { duration, requestSize, responseSize }: HttpInstrumentOptions,
): HttpInstruments {
  const histogram = (name: string, unit: string, help: string, shape: HistogramShape) =>
    registry.histogram({
      name: `${prefix}_${name}_${unit}`,
      help,
      unit,
      labels,
      ...shape,
    });
  const size = (name: string, help: string, shape: boolean | HistogramShape | undefined) =>
    shape === undefined || shape === false
      ? undefined
      : histogram(name, "bytes", help, shape === true ? { buckets: sizeBuckets } : shape);
  return {
    duration: histogram("request_duration", "seconds", `Time of ${what}.`, duration ?? {}),
    requests: registry.counter({
      name: `${prefix}_requests_total`,
      help: `Number of ${what}.`,
      labels,
    }),
    inFlight: isWorkers() ? undefined : registry.gauge({
      name: `${prefix}_requests_in_flight`,
      help: `Number of ${what} that are not over.`,
    }),
    requestSize: size("request_size", `Size of the bodies of ${what}.`, requestSize),
    responseSize: size(
      "response_size",
      `Size of the bodies of responses to ${what}.`,
      responseSize,
    ),
  };
}
