import type { LabelsOf } from "../../model/family/labels.ts";
import { exponentialBuckets } from "../../metrics/buckets.ts";
import type { CounterFamily } from "../../metrics/counter.ts";
import type { Gauge } from "../../metrics/gauge.ts";
import type { HistogramShape } from "../../metrics/histogram.ts";
import type { HistogramFamily } from "../../metrics/histogram_family.ts";
import type { MetricsRegistry } from "../../registry/metrics_registry.ts";
import { isWorkers } from "../../model/platform/platform.ts";

/**
 * Options of the HTTP instruments: which there are, and their buckets.
 *
 * @category Requests
 */
export interface HttpInstrumentOptions {
  /**
   * Buckets of the duration, in seconds: `{ buckets: [0.1, 1] }`, `{ native: true }`, or both.
   * {@linkcode defaultBuckets} by default.
   */
  readonly duration?: HistogramShape;
  /** Whether to observe the size of requests, or its buckets; 100 B to 100 MB if `true`. */
  readonly requestSize?: boolean | HistogramShape;
  /** Whether to observe the size of responses, or its buckets; 100 B to 100 MB if `true`. */
  readonly responseSize?: boolean | HistogramShape;
}

/** Labels whose names are known only at run time. */
export type HttpLabelSet = LabelsOf<readonly string[]>;

/** The instruments for incoming or outgoing requests. */
export interface HttpInstruments {
  /** Duration in seconds. */
  readonly duration: HistogramFamily<HttpLabelSet>;
  /** Number of finished requests. */
  readonly requests: CounterFamily<HttpLabelSet>;
  /** Number of unfinished requests; `undefined` on Workers, which end them without notice. */
  readonly inFlight: Gauge | undefined;
  /** Size of request bodies in bytes, if wanted. */
  readonly requestSize: HistogramFamily<HttpLabelSet> | undefined;
  /** Size of response bodies in bytes, if wanted. */
  readonly responseSize: HistogramFamily<HttpLabelSet> | undefined;
}

const sizeBuckets = /* @__PURE__ */ exponentialBuckets(100, 10, 7);

/**
 * Creates the instruments, or returns those that the registry has by the same definition.
 *
 * @param prefix Prefix of the names: `http` or `http_client`.
 * @param what The noun in the help texts.
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
