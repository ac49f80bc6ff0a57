/**
 * Everything in the types of @prometheus-io/client 0.16, as programs use it. It is compiled against the client's
 * own types and against ours, and never run.
 */
import client, {
  type Aggregator,
  AggregatorRegistry,
  type Charset,
  ClusterRegistry,
  collectDefaultMetrics,
  type CollectFunction,
  type Collector,
  contentType,
  Counter,
  type CounterConfiguration,
  type DefaultMetricsCollectorConfiguration,
  exponentialBuckets,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  type IncreaseDataWithExemplar,
  type LabelValues,
  linearBuckets,
  type Metric,
  type MetricConfiguration,
  type MetricObject,
  type MetricObjectWithValues,
  type MetricType,
  type MetricValue,
  type MetricValueWithName,
  type ObserveDataWithExemplar,
  type OpenMetricsContentType,
  openMetricsContentType,
  type OpenMetricsMIME,
  type OpenMetricsVersion,
  type PrometheusContentType,
  prometheusContentType,
  type PrometheusMetricsVersion,
  type PrometheusMIME,
  Pushgateway,
  register,
  Registry,
  type RegistryContentType,
  Summary,
  type SummaryConfiguration,
  validateMetricName,
  WorkerRegistry,
} from "@prometheus-io/client";
import * as namespace from "@prometheus-io/client";
import { same } from "../../support/types.ts";

const named = { name: "a", help: "Help." };

export function contentTypes(): void {
  same<PrometheusContentType, "text/plain; version=0.0.4; charset=utf-8">(true);
  same<
    OpenMetricsContentType,
    "application/openmetrics-text; version=1.0.0; charset=utf-8"
  >(true);
  same<RegistryContentType, PrometheusContentType | OpenMetricsContentType>(true);
  same<
    [Charset, PrometheusMIME, PrometheusMetricsVersion, OpenMetricsMIME, OpenMetricsVersion],
    ["utf-8", "text/plain", "0.0.4", "application/openmetrics-text", "1.0.0"]
  >(true);
  const types: RegistryContentType[] = [contentType, register.contentType];
  same<typeof types, RegistryContentType[]>(true);
  register.setContentType(prometheusContentType);
  same<typeof prometheusContentType, PrometheusContentType>(true);
  same<typeof openMetricsContentType, OpenMetricsContentType>(true);
  same<typeof Registry.PROMETHEUS_CONTENT_TYPE, PrometheusContentType>(true);
  same<typeof Registry.OPENMETRICS_CONTENT_TYPE, OpenMetricsContentType>(true);
  // @ts-expect-error there are two
  register.setContentType("text/plain");
}

export function modules(): void {
  same<typeof namespace.Counter, typeof Counter>(true);
  same<typeof client.Counter, typeof Counter>(true);
  same<typeof client.register, Registry>(true);
  const counter: client.Counter<"a"> = new client.Counter({ ...named, labelNames: ["a"] });
  const other: namespace.Counter<"a"> = new namespace.Counter({ ...named, labelNames: ["a"] });
  counter.inc({ a: "x" });
  other.inc({ a: 1 });
}

export async function counters(): Promise<void> {
  const open = new Counter(named);
  open.inc();
  open.inc(5);
  const given: Counter<string> = new Counter<string>(named);
  given.inc({ a: "x" }, 1);

  const counter = new Counter({
    ...named,
    labelNames: ["method", "code"],
    registers: [register],
    aggregator: "sum",
    enableExemplars: false,
    collect() {
      same<typeof this, Counter<"method" | "code">>(true);
      this.inc({ method: "GET" }, 1);
    },
  });
  counter.inc({ method: "GET", code: 200 });
  counter.inc({ method: "GET" }, 2);
  counter.inc({});
  counter.labels("GET", "200").inc(1);
  counter.labels({ code: 200 }).inc();
  counter.remove("GET", "200");
  counter.remove({ method: "GET" });
  counter.reset();
  counter.inc({ labels: { code: 1 }, value: 2, exemplarLabels: { method: "x" } });
  const child: Counter.Internal = counter.labels();
  child.inc();
  const { name, help, type, aggregator, collect, values } = await counter.get();
  same<typeof values, MetricValue<"method" | "code">[]>(true);
  same<[typeof name, typeof help, typeof type, typeof aggregator], [
    string,
    string,
    MetricType,
    Aggregator,
  ]>(true);
  collect.call(undefined);
  const [{ value, labels }] = values;
  same<typeof value, number>(true);
  if ("method" in labels) same<typeof labels.method, string | number | undefined>(true);

  const names = ["method", "code"] as const;
  const listed = new Counter({ ...named, labelNames: names });
  same<typeof listed, Counter<"method" | "code">>(true);

  // @ts-expect-error there are no labels
  open.inc({ anything: "goes" });
  // @ts-expect-error a label is misspelt
  counter.inc({ metod: "GET" });
  // @ts-expect-error a boolean is no label value
  counter.inc({ method: true });
  // @ts-expect-error null is no label value
  counter.inc({ method: null });
  // @ts-expect-error values by position are texts
  counter.labels("GET", 200);
  // @ts-expect-error a text is no amount
  counter.inc("5");
  // @ts-expect-error a child takes no labels
  counter.labels("GET", "200").inc({ method: "GET" });
  // @ts-expect-error there is no help
  new Counter({ name: "a" });
  // @ts-expect-error there is no name
  new Counter({ help: "Help." });
  // @ts-expect-error there is no such aggregator
  new Counter({ ...named, aggregator: "median" });
  // @ts-expect-error a counter never sinks
  counter.dec();
  // @ts-expect-error nothing returned has a property
  counter.inc().labelHash;
}

export async function gauges(): Promise<void> {
  const gauge = new Gauge({
    ...named,
    labelNames: ["queue"],
    async collect() {
      same<typeof this, Gauge<"queue">>(true);
      await Promise.resolve();
      this.set({ queue: "a" }, 1);
    },
  });
  gauge.set(1);
  gauge.set({ queue: "a" }, 1);
  gauge.inc();
  gauge.inc(2);
  gauge.inc({ queue: "a" });
  gauge.inc({ queue: "a" }, 2);
  gauge.dec();
  gauge.dec(2);
  gauge.dec({ queue: "a" });
  gauge.dec({ queue: "a" }, 2);
  gauge.setToCurrentTime();
  gauge.setToCurrentTime({ queue: "a" });
  const end = gauge.startTimer({ queue: "a" });
  same<ReturnType<typeof end>, number>(true);
  end({ queue: "b" });
  gauge.startTimer()();
  const child: Gauge.Internal<"queue"> = gauge.labels("a");
  child.inc();
  child.dec(1);
  child.set(5);
  child.setToCurrentTime();
  same<number, ReturnType<ReturnType<typeof child.startTimer>>>(true);
  gauge.labels({ queue: 1 }).set(2);
  gauge.remove("a");
  gauge.remove({ queue: "a" });
  gauge.reset();
  same<Awaited<ReturnType<typeof gauge.get>>, MetricObjectWithValues<MetricValue<"queue">>>(true);

  // @ts-expect-error a value is missing
  gauge.set({ queue: "a" });
  // @ts-expect-error a value is missing
  gauge.set();
  // @ts-expect-error a label is misspelt
  gauge.set({ queu: "a" }, 1);
  // @ts-expect-error a label is misspelt
  end({ queu: "a" });
  await gauge.get();
}

export async function histograms(): Promise<void> {
  const histogram = new Histogram({
    ...named,
    labelNames: ["route"],
    buckets: [0.1, 1, ...linearBuckets(2, 1, 3), ...exponentialBuckets(10, 2, 3)],
    enableExemplars: true,
    collect() {
      this.observe({ route: "/" }, 1);
    },
  });
  histogram.observe(1);
  histogram.observe({ route: "/" }, 1);
  histogram.observe({ value: 1, labels: { route: "/" }, exemplarLabels: { route: "x" } });
  const end = histogram.startTimer({ route: "/" });
  same<ReturnType<typeof end>, number>(true);
  end();
  histogram.startTimer({ route: "/" }, { route: "x" })({ route: "/" }, { route: "y" });
  histogram.zero({ route: "/" });
  histogram.reset();
  histogram.remove("/");
  histogram.remove({ route: "/" });
  const child: Histogram.Internal<"route"> = histogram.labels("/");
  child.observe(1);
  child.startTimer()({ route: "/" });
  histogram.labels({ route: "/" }).observe(2);
  const { values } = await histogram.get();
  same<typeof values, MetricValueWithName<"route">[]>(true);
  same<(typeof values)[0]["metricName"], string | undefined>(true);
  const config: Histogram.Config = { buckets: [1] };
  new Histogram({ ...named, ...config });

  // @ts-expect-error a value is missing
  histogram.observe({ route: "/" });
  // @ts-expect-error there is no set()
  histogram.set(1);
  // @ts-expect-error bounds are numbers
  new Histogram({ ...named, buckets: ["1"] });
  // @ts-expect-error summaries have percentiles
  new Histogram({ ...named, percentiles: [0.5] });
}

export async function summaries(): Promise<void> {
  const summary = new Summary({
    ...named,
    labelNames: ["route"],
    percentiles: [0.5, 0.9],
    maxAgeSeconds: 60,
    ageBuckets: 5,
    pruneAgedBuckets: true,
    compressCount: 100,
    collect() {
      this.observe({ route: "/" }, 1);
    },
  });
  summary.observe(1);
  summary.observe({ route: "/" }, 1);
  const end = summary.startTimer({ route: "/" });
  same<ReturnType<typeof end>, number>(true);
  summary.reset();
  summary.remove("/");
  summary.remove({ route: "/" });
  const child: Summary.Internal<"route"> = summary.labels("/");
  child.observe(1);
  child.startTimer()({ route: "/" });
  summary.labels({ route: "/" }).observe(2);
  const { values } = await summary.get();
  same<typeof values, MetricValueWithName<"route">[]>(true);
  const config: Summary.Config = { percentiles: [0.5] };
  new Summary({ ...named, ...config });

  // @ts-expect-error a summary has no zero()
  summary.zero({ route: "/" });
  // @ts-expect-error histograms have buckets
  new Summary({ ...named, buckets: [1] });
}

export async function registries(): Promise<void> {
  const registry = new Registry();
  same<ReturnType<typeof registry.metrics>, Promise<string>>(true);
  registry.registerMetric(new Counter({ ...named, labelNames: ["a"], registers: [] }));
  registry.registerMetric(new Gauge(named));
  registry.registerMetric(new Histogram(named));
  registry.registerMetric(new Summary(named));
  registry.setDefaultLabels({ app: "shop", instance: 0 });
  registry.removeSingleMetric("a");
  registry.resetMetrics();
  registry.clear();
  same<Promise<string>, ReturnType<typeof registry.getSingleMetricAsString>>(true);
  const [json] = await registry.getMetricsAsJSON();
  same<typeof json, MetricObjectWithValues<MetricValue<string>>>(true);
  const [object] = registry.getMetricsAsArray();
  same<typeof object, MetricObject>(true);
  const metric = registry.getSingleMetric("a");
  same<typeof metric, Metric<string> | undefined>(true);
  if (metric instanceof Counter) metric.inc();
  if (metric instanceof Histogram) metric.observe(1);
  const found = registry.getSingleMetric("a") as Gauge<"queue"> | undefined;
  found?.set({ queue: "a" }, 1);
  same<ReturnType<typeof Registry.merge>, Registry>(true);
  Registry.merge([register, registry]);
  same<typeof registry.contentType, RegistryContentType>(true);
  registry.setContentType(openMetricsContentType);
  await registry.getMetricsAsJSON("sum");
  registry.getMetricsAsArray("first");
  await registry.getMetricsAsString(new Gauge(named));
  const sums: Registry = Registry.aggregate([await registry.getMetricsAsJSON()]);
  await sums.metrics();
  same<MetricType, "counter" | "gauge" | "histogram" | "summary">(true);

  const open = new Registry<OpenMetricsContentType>(openMetricsContentType);
  new Counter({ ...named, registers: [open, registry], enableExemplars: true });
  const either = new Registry<RegistryContentType>();
  either.setContentType(prometheusContentType);

  // @ts-expect-error there are two content types
  new Registry("text/plain");
  // @ts-expect-error it takes one metric
  registry.registerMetric();
  // @ts-expect-error it is read only
  registry.contentType = prometheusContentType;
}

export async function clusters(): Promise<void> {
  const registry = new ClusterRegistry<PrometheusContentType>();
  same<ReturnType<typeof registry.clusterMetrics>, Promise<string>>(true);
  const older = new AggregatorRegistry<PrometheusContentType>();
  same<ReturnType<typeof older.clusterMetrics>, Promise<string>>(true);
  same<ReturnType<typeof older.shutdown>, Promise<void>>(true);
  const workers = new WorkerRegistry<PrometheusContentType>();
  same<ReturnType<typeof workers.workerMetrics>, Promise<string>>(true);
  same<ReturnType<typeof workers.shutdown>, Promise<void>>(true);
  ClusterRegistry.setRegistries([register]);
  WorkerRegistry.setRegistries(register);
  const inherited: Registry<PrometheusContentType> = registry;
  await inherited.metrics();
  const metrics = [await register.getMetricsAsJSON()];
  const sums: Registry<PrometheusContentType> = AggregatorRegistry.aggregate(metrics);
  await sums.metrics();
  AggregatorRegistry.setRegistries(register);
  AggregatorRegistry.setRegistries([register, new Registry<OpenMetricsContentType>()]);
  same<Aggregator, "omit" | "sum" | "first" | "min" | "max" | "average">(true);
  // @ts-expect-error a text is no registry
  AggregatorRegistry.setRegistries("x");
}

export async function pushes(): Promise<void> {
  const gateway = new Pushgateway("http://127.0.0.1:9091");
  new Pushgateway("http://127.0.0.1:9091", register);
  new Pushgateway("http://127.0.0.1:9091", null, register);
  const options: Pushgateway.Options = { requireJobName: false, timeout: 5000 };
  new Pushgateway("http://127.0.0.1:9091", options);
  const other = new Pushgateway<OpenMetricsContentType>(
    "http://127.0.0.1:9091",
    { timeout: 5000, requireJobName: false },
    new Registry<OpenMetricsContentType>(),
  );
  const parameters: Pushgateway.Parameters = { jobName: "backup", groupings: { host: "a" } };
  const { resp, body } = await gateway.push(parameters);
  same<[typeof resp, typeof body], [unknown, unknown]>(true);
  await other.pushAdd({ jobName: "backup" });
  await other.delete({ jobName: "backup" });
  // @ts-expect-error there is no job
  await other.push({});
  // @ts-expect-error a grouping is a text
  await other.push({ jobName: "backup", groupings: { host: 1 } });
}

export function defaultMetrics(): void {
  collectDefaultMetrics();
  collectDefaultMetrics({
    register,
    prefix: "shop_",
    gcDurationBuckets: [0.1],
    eventLoopMonitoringPrecision: 10,
    eventLoopUtilizationTimeout: 100,
    eventLoopUtilizationBuckets: [0.5, 1],
    eventLoopUtilizationPercentiles: [0.5],
    eventLoopUtilizationAgeBuckets: 5,
    eventLoopUtilizationMaxAgeSeconds: 60,
    labels: { app: "shop" },
  });
  same<typeof collectDefaultMetrics.metricsList, string[]>(true);
  collectDefaultMetrics({ register: new Registry<OpenMetricsContentType>() });
  const config: DefaultMetricsCollectorConfiguration<PrometheusContentType> = { prefix: "a_" };
  same<typeof config.register, Registry<PrometheusContentType> | undefined>(true);
  collectDefaultMetrics(config);
  // @ts-expect-error since version 12 there is no timeout
  collectDefaultMetrics({ timeout: 5000 });
}

export function functions(): void {
  same<ReturnType<typeof linearBuckets>, number[]>(true);
  same<ReturnType<typeof exponentialBuckets>, number[]>(true);
  same<ReturnType<typeof validateMetricName>, boolean>(true);
  // @ts-expect-error a count is missing
  linearBuckets(1, 2);
  // @ts-expect-error a name is a text
  validateMetricName(5);
}

/** Types that programs name. */
export function configurations(): void {
  const counter: CounterConfiguration<"a"> = { ...named, labelNames: ["a"] };
  const gauge: GaugeConfiguration<"a"> = { ...named, labelNames: ["a"] };
  const histogram: HistogramConfiguration<"a"> = { ...gauge, collect: undefined, buckets: [1] };
  const summary: SummaryConfiguration<"a"> = { ...named, percentiles: [0.5] };
  const common: MetricConfiguration<"a"> = summary;
  const increase: IncreaseDataWithExemplar<"a"> = { value: 1, labels: { a: "x" } };
  const observation: ObserveDataWithExemplar<"a"> = { value: 1, exemplarLabels: { a: "x" } };
  const labels: LabelValues<"a"> = { a: 1 };
  const collector: Collector = () => {};
  const collect: CollectFunction<Gauge> = function () {
    this.set(1);
  };
  const some: Metric<"a"> = new Counter(counter);
  const all: Metric[] = [new Gauge({ ...named, collect }), new Summary(named)];
  class Requests extends Counter<"a"> {
    count(): void {
      this.inc(labels);
    }
  }
  new Requests(counter).count();
  some.reset();
  collector();
  for (const one of all) one.reset();
  new Histogram(histogram).observe(observation);
  new Counter(counter).inc(increase);
  register.registerMetric(new Gauge({ ...common, aggregator: "max" }));
  // @ts-expect-error a label is not on the list
  new Counter<"a">({ ...named, labelNames: ["b"] });
}
