import { help, type Labels, type Library } from "./library.ts";

interface Instrument {
  add(by: number, labels?: Labels): void;
  record(value: number, labels?: Labels): void;
}

interface Meter {
  createCounter(name: string, options: object): Instrument;
  createGauge(name: string, options: object): Instrument;
  createHistogram(name: string, options: object): Instrument;
}

/** The SDK and the exporter, as far as they are used here. */
export interface OpenTelemetry {
  readonly MeterProvider: new (options: object) => { getMeter(name: string): Meter };
  readonly PrometheusExporter: new (options: object) => {
    collect(): Promise<{ readonly resourceMetrics: unknown }>;
  };
  readonly PrometheusSerializer: new () => { serialize(metrics: unknown): string };
}

const sdk: string = "@opentelemetry/sdk-metrics";
const exporter: string = "@opentelemetry/exporter-prometheus";

/** The limit on series is 2,000 by default; 100,000 are measured here. */
const aggregationCardinalityLimit = 500_000;

/** OpenTelemetry's SDK with its Prometheus exporter, asked directly instead of by its own server. */
export async function openTelemetry(): Promise<Library> {
  return openTelemetryOf({ ...await import(sdk), ...await import(exporter) });
}

/** The same with its modules at hand. */
export function openTelemetryOf(
  { MeterProvider, PrometheusExporter, PrometheusSerializer }: OpenTelemetry,
): Library {
  const utf8 = new TextEncoder();
  const serializer = new PrometheusSerializer();
  let reader: InstanceType<OpenTelemetry["PrometheusExporter"]>;
  let meter: Meter;
  const clear = (): void => {
    reader = new PrometheusExporter({ preventServerStart: true });
    const views = [{ instrumentName: "*", aggregationCardinalityLimit }];
    meter = new MeterProvider({ readers: [reader], views }).getMeter("bench");
  };
  clear();
  const options = { description: help };
  const bucketed = (bounds: readonly number[]): object => ({
    description: help,
    advice: { explicitBucketBoundaries: [...bounds] },
  });
  return {
    counter(name) {
      const counter = meter.createCounter(name, options);
      return { inc: (by = 1) => counter.add(by) };
    },
    counters(name) {
      const counter = meter.createCounter(name, options);
      return { inc: (labels, by = 1) => counter.add(by, labels) };
    },
    gauge(name) {
      const gauge = meter.createGauge(name, options);
      return { set: (value) => gauge.record(value) };
    },
    gauges(name) {
      const gauge = meter.createGauge(name, options);
      return { set: (labels, value) => gauge.record(value, labels) };
    },
    histogram(name, bounds) {
      const histogram = meter.createHistogram(name, bucketed(bounds));
      return { observe: (value) => histogram.record(value) };
    },
    histograms(name, _labels, bounds) {
      const histogram = meter.createHistogram(name, bucketed(bounds));
      return { observe: (labels, value) => histogram.record(value, labels) };
    },
    offers: (accept) => accept.startsWith("text/plain"),
    async page() {
      const { resourceMetrics } = await reader.collect();
      return {
        bytes: utf8.encode(serializer.serialize(resourceMetrics)),
        contentType: "text/plain",
      };
    },
    clear,
  };
}
