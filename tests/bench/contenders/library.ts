/** The names under which results are reported. */
export const contenderNames = [
  "edgeprom",
  "@prometheus-io/client",
  "prom-client",
  "@platformatic/prom-client",
  "opentelemetry",
  "floor",
] as const;

/** The official client, its predecessor, and a faster fork of that: one code base. */
export const familyNames = [
  "@prometheus-io/client",
  "prom-client",
  "@platformatic/prom-client",
] as const satisfies readonly ContenderName[];

/** A library under measurement; `floor` is what the same work costs without any library. */
export type ContenderName = (typeof contenderNames)[number];

/** What is measured beside one part of edgeprom: a package, or another way to do the same. */
export const partNames = ["snappyjs", "state merging", "ready body"] as const;

/** Whatever has results. */
export type MeasuredName = ContenderName | (typeof partNames)[number];

/** Labels as a caller writes them. */
export type Labels = Readonly<Record<string, string | number | boolean>>;

/** Names of open labels, or closed lists of values by name if a library has them. */
export type LabelNames = readonly string[] | Readonly<Record<string, readonly string[]>>;

export interface Counter {
  inc(by?: number): void;
}

export interface Gauge {
  set(value: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

export interface CounterFamily {
  inc(labels: Labels, by?: number): void;
  /** The child for a label set; absent if a library has no children. */
  labels?(labels: Labels): Counter;
}

export interface GaugeFamily {
  set(labels: Labels, value: number): void;
}

export interface HistogramFamily {
  observe(labels: Labels, value: number): void;
  labels?(labels: Labels): Histogram;
}

/** What a program defines its metrics with. */
export type Instruments = Pick<
  Library,
  "counter" | "counters" | "gauge" | "gauges" | "histogram" | "histograms"
>;

/** A page as it goes to a server. */
export interface Page {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/**
 * What every contender can do, in the words that edgeprom and the prom-client family share. A
 * contender hands out its own instruments wherever they have these methods, so that nothing stands
 * between a loop and the library.
 */
export interface Library {
  counter(name: string): Counter;
  counters(name: string, labels: LabelNames): CounterFamily;
  gauge(name: string): Gauge;
  gauges(name: string, labels: LabelNames): GaugeFamily;
  histogram(name: string, bounds: readonly number[]): Histogram;
  histograms(name: string, labels: LabelNames, bounds: readonly number[]): HistogramFamily;
  /** A native histogram, if the library has them. */
  nativeHistogram?(name: string): Histogram;
  /** A histogram that samples one of 16 observations, if the library has them. */
  sampledHistogram?(name: string, bounds: readonly number[]): Histogram;
  /** Counters with a limit on label sets, if the library has one. */
  limitedCounters?(name: string, labels: LabelNames, limit: number): CounterFamily;
  /** The stream processor's own methods, if the library brings them. */
  processor?(): Processor;
  /** Whether pages can be had in the format that an `Accept` header names. */
  offers(accept: string): boolean;
  /** Reads all values and writes the page. */
  page(accept: string): Promise<Page>;
  /** Answers a request of Prometheus, if it answers requests, and reads the answer to its end. */
  scrape?(): Promise<ArrayBuffer>;
  /** Removes every metric. */
  clear(): void;
}

/** Some methods of a stream processor's metrics. */
export interface Processor {
  recordEventReceived(): void;
  recordEventProcessed(result: string, seconds: number): void;
  setPipelineLag(seconds: number): void;
  recordStateOperation(operation: string, backend: string, seconds: number): void;
  recordKafkaMessageConsumed(topic: string, partition: string | number): void;
}

/** The names alone, for libraries that know no closed lists. */
export function namesOf(labels: LabelNames): readonly string[] {
  return Array.isArray(labels) ? labels : Object.keys(labels);
}

/** The help text of every metric; what it says does not matter here. */
export const help = "Made to be measured.";
