import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { after, before, test } from "node:test";
import { createMetricsApp, MetricsRegistry } from "../../mod.ts";
import { RemoteWriter, type RemoteWriterOptions } from "../../src/push.ts";
import { missing } from "../support/components.ts";
import { pause } from "../support/deferred.ts";
import { formatRegistry, note } from "../support/format_registry.ts";
import {
  type InstantSample,
  type Prometheus,
  prometheusIsAtLeast,
  scrapeOf,
  startPrometheus,
} from "../support/prometheus.ts";
import { type Series, storedExemplars, storedSeries } from "../support/stored_series.ts";
import { until } from "../support/until.ts";
import { noVictoriaMetrics, startVictoriaMetrics } from "../support/victoria_metrics.ts";

// What a family is, and what its help says, is not compared: /api/v1/metadata knows only what was
// scraped, and what was written stays in the log, even with the feature metadata-wal-records.

const skip = missing("prometheus");
/** Prometheus 2.54 and later know Remote Write 2.0, at first the drafts of it. */
const protocol = prometheusIsAtLeast("2.54") ? "2.0" : "1.0";
const no2 = skip || protocol === "1.0" && "a Prometheus without Remote Write 2.0";
/** Before 3.0, names are letters, digits, `_` and `:`. */
const takesUtf8 = prometheusIsAtLeast("3.0");

let server: Prometheus;
let plain: Prometheus;
let page: Deno.HttpServer<Deno.NetAddr>;
const registry = formatRegistry();

before(async () => {
  if (skip) return;
  const app = createMetricsApp({ registry, formats: { openMetrics: false, protobuf: false } });
  page = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, app.fetch);
  [server, plain] = await Promise.all([
    startPrometheus({
      scrapeConfigs: scrapeOf(`127.0.0.1:${page.addr.port}`),
      features: ["native-histograms", "exemplar-storage"],
      receives: true,
    }),
    startPrometheus({ receives: true }),
  ]);
});

after(async () => {
  await Promise.all([server?.stop(), plain?.stop(), page?.shutdown()]);
});

interface Writing {
  readonly writer: RemoteWriter;
  /** Writes all, and fails if anything was not taken. */
  flush(): Promise<void>;
}

/** A writer of a registry, under a job of its own. */
function writing(
  gatherer: MetricsRegistry,
  job: string,
  options: Partial<RemoteWriterOptions> = {},
): Writing {
  const writer = new RemoteWriter({
    url: `${server.url}/api/v1/write`,
    gatherer,
    labels: { job, instance: "test" },
    ...options,
  });
  const flush = async () => {
    // Later than the births of what there is.
    await pause(0.02);
    const { errors, refused, unsent, protocol: used } = await writer.flush();
    assertEquals([errors, refused, unsent, used], [[], 0, 0, protocol]);
  };
  return { writer, flush };
}

function help(name: string) {
  return { name, help: "Help." };
}

/** The only number that a query gives. */
async function numberOf(query: string, time?: number): Promise<number> {
  const { result } = await server.ask<{ readonly result: readonly InstantSample[] }>(
    "query",
    { query, ...time === undefined ? {} : { time: `${time}` } },
  );
  assertEquals(result.length, 1, query);
  return Number(result[0].value[1]);
}

async function stored(job: string): Promise<Series> {
  const series = await storedSeries(server, job);
  return new Map([...series].filter(([key]) => !key.startsWith("edgeprom_")));
}

test(
  "Remote Write brings to Prometheus the series, names, labels and values of a scrape",
  { skip },
  async () => {
    await writing(registry, "written").flush();
    const scraped = await until(() => stored("edgeprom"), ({ size }) => size > 0);
    const written = await stored("written");
    const isPlain = ([key]: readonly [string, string]) =>
      /^[\w:]+\{("\w+":"(\\.|[^"])*",?)*\}$/.test(key);
    const common = (series: Series) =>
      new Map([...series].filter((each) => takesUtf8 || isPlain(each)));
    assertEquals(common(written), common(scraped));
    assert(common(written).size > 30, `${written.size}`);
    const bounds = [...written.keys()].filter((key) => /^(latency|wait)_seconds/.test(key));
    for (const text of ['"le":"0.1"', '"le":"1e+06"', '"le":"+Inf"', '"quantile":"1.0"']) {
      assert(bounds.some((key) => key.includes(text)), text);
    }
  },
);

test(
  "Remote Write: the increase of a counter counts what was there at its birth",
  { skip },
  async () => {
    const registry = new MetricsRegistry();
    const jobs = registry.counter({ ...help("jobs_total"), labels: ["queue"] });
    const wait = registry.histogram({ ...help("wait_seconds"), buckets: [1, 2] });
    const { flush } = writing(registry, "increase");
    const increase = async (selector: string) => {
      const time = await numberOf(`timestamp(${selector})`);
      return await numberOf(`increase(${selector}[5m])`, time);
    };
    jobs.inc({ queue: "mail" }, 5);
    for (const value of [0.5, 1.5, 1.5]) wait.observe(value);
    await flush();
    assertAlmostEquals(await increase('jobs_total{queue="mail"}'), 5);
    assertAlmostEquals(await increase('wait_seconds_bucket{le="2.0"}'), 3);
    assertAlmostEquals(await increase('wait_seconds_count{job="increase"}'), 3);
    jobs.inc({ queue: "mail" }, 2);
    jobs.inc({ queue: "print" }, 4);
    await flush();
    await flush();
    assertAlmostEquals(await increase('jobs_total{queue="mail"}'), 7);
    assertAlmostEquals(await increase('jobs_total{queue="print"}'), 4);
  },
);

test(
  "Remote Write: a series that ends is gone at once, and all of them at the end",
  { skip },
  async () => {
    const registry = new MetricsRegistry();
    const level = registry.gauge({ ...help("level"), labels: ["of"] });
    registry.gauge(help("odd")).set(NaN);
    const { writer, flush } = writing(registry, "ending");
    const names = async () =>
      (await server.query('{job="ending"}')).map(({ metric }) =>
        [metric.__name__, metric.of].join(" ")
      ).filter((name) => !name.startsWith("edgeprom_")).sort();
    for (const  of of["a", "b"]) level.set({ of }, 1);
    await flush();
    assertEquals(await names(), ["level a", "level b", "odd "]);
    level.remove({ of: "a" });
    await flush();
    assertEquals(await names(), ["level b", "odd "]);
    const { errors } = await writer.stop();
    assertEquals([errors, await server.query('{job="ending"}')], [[], []]);
  },
);

test("Remote Write: exemplars arrive with labels, value and time, once", { skip }, async () => {
  const registry = new MetricsRegistry();
  const exemplar = { trace_id: "t", note };
  const before = Date.now();
  registry.counter(help("jobs_total")).inc(5, { exemplar });
  registry.histogram({ ...help("wait_seconds"), buckets: [1, 2] }).observe(1.5, { exemplar });
  const { flush } = writing(registry, "exemplars");
  for (let time = 0; time < 3; time++) await flush();
  const found = await storedExemplars(server, "exemplars");
  const summary = found.map(({ seriesLabels: { __name__: name, le }, exemplars }) => [
    name,
    le,
    ...exemplars.map(({ value }) => Number(value)),
  ]).sort();
  assertEquals(summary, [["jobs_total", undefined, 5], ["wait_seconds_bucket", "2.0", 1.5]]);
  for (const { labels, timestamp } of found.flatMap(({ exemplars }) => exemplars)) {
    assertEquals(labels, exemplar);
    assert(timestamp >= before / 1000 - 0.001 && timestamp <= Date.now() / 1000, `${timestamp}`);
  }
});

/** A native histogram as Prometheus shows it. */
interface ServedHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets: readonly (readonly [rule: number, from: string, to: string, count: string])[];
}

async function histogramOf(query: string): Promise<ServedHistogram> {
  const { result } = await server.ask<{
    readonly result: readonly { readonly histogram: readonly [time: number, ServedHistogram] }[];
  }>("query", { query });
  assertEquals(result.length, 1, query);
  return result[0].histogram[1];
}

/** A registry with a histogram that has buckets of both kinds, and a counter. */
function withHistogram(): MetricsRegistry {
  const registry = new MetricsRegistry();
  const wait = registry.histogram({
    ...help("wait_seconds"),
    buckets: [0.5, 1],
    native: { factor: 2 },
  });
  for (const value of [0.25, 0.75, 0.75, 7]) wait.observe(value);
  registry.counter(help("jobs_total")).inc(5);
  return registry;
}

test("Remote Write 2.0: native histograms arrive with their buckets, and their increase", {
  skip: no2,
}, async () => {
  const { writer, flush } = writing(withHistogram(), "native", { histograms: "native" });
  await flush();
  const { count, sum, buckets } = await histogramOf('wait_seconds{job="native"}');
  assertEquals([count, sum], ["4", "8.75"]);
  assertEquals(buckets.map(([, from, to, count]) => [from, to, count]), [
    ["0.125", "0.25", "1"],
    ["0.5", "1", "2"],
    ["4", "8", "1"],
  ]);
  const increase = 'histogram_count(increase(wait_seconds{job="native"}[5m]))';
  assert(await numberOf(increase) >= 4);
  await writer.stop();
  assertEquals(await server.query('{job="native"}'), []);
});

test(
  "Remote Write 2.0: classic buckets arrive as one histogram with bounds",
  { skip: no2 },
  async () => {
    const registry = new MetricsRegistry();
    const wait = registry.histogram({ ...help("wait_seconds"), buckets: [0.5, 1] });
    for (const value of [0.25, 0.75, 0.75, 7]) wait.observe(value);
    const { flush } = writing(registry, "nhcb", { histograms: "nhcb" });
    await flush();
    const { count, sum, buckets } = await histogramOf('wait_seconds{job="nhcb"}');
    assertEquals([count, sum], ["4", "8.75"]);
    assertEquals(buckets.map(([, from, to, count]) => [from, to, count]), [
      ["-Inf", "0.5", "1"],
      ["0.5", "1", "2"],
      ["1", "+Inf", "1"],
    ]);
  },
);

test("Remote Write: a Prometheus without native histograms gets classic ones, and all else", {
  skip,
}, async () => {
  const writer = new RemoteWriter({
    url: `${plain.url}/api/v1/write`,
    gatherer: withHistogram(),
    histograms: "native",
    labels: { job: "plain" },
  });
  await writer.flush();
  const { unsent } = await writer.flush();
  assertEquals(unsent, 0);
  assertEquals((await plain.query("jobs_total")).map(({ value }) => value[1]), ["5"]);
  // From 3.9 on they are always on.
  if (protocol === "2.0" && prometheusIsAtLeast("3.9")) return;
  const buckets = await plain.query("wait_seconds_bucket");
  assertEquals(buckets.map(({ metric, value }) => [metric.le, value[1]]).sort(), [
    ["+Inf", "4"],
    ["0.5", "1"],
    ["1.0", "3"],
  ]);
  const [count] = await plain.query("increase(wait_seconds_count[5m])");
  assert(Number(count.value[1]) >= 4, count.value[1]);
});

test("Remote Write: a server that is not there, or at another path, is an error that says so", {
  skip,
}, async () => {
  const gatherer = withHistogram();
  const lost = new RemoteWriter({ url: "http://127.0.0.1:9/", gatherer, maxAttempts: 1 });
  const astray = new RemoteWriter({ url: `${server.url}/api/v1/wrote`, gatherer });
  const [first, second] = await Promise.all([lost.flush(), astray.flush()]);
  assert(first.unsent > 0 && second.written === 0);
  assert(/127\.0\.0\.1:9/.test(first.errors[0].message), first.errors[0].message);
  assert(/404/.test(second.errors[0].message), second.errors[0].message);
});

test("Remote Write: VictoriaMetrics, which knows no 2.0, has the numbers", {
  skip: noVictoriaMetrics,
}, async () => {
  const victoria = await startVictoriaMetrics();
  try {
    const gatherer = withHistogram();
    const writer = new RemoteWriter({
      url: victoria.url,
      gatherer,
      histograms: "native",
      labels: { job: "victoria" },
    });
    const { errors, protocol } = await writer.flush();
    assertEquals([errors, protocol], [[], "1.0"]);
    const values = async (query: string) =>
      (await victoria.query(query)).map(({ metric, value }) => [metric.le, value[1]]).sort();
    assertEquals(await values('jobs_total{job="victoria"}'), [[undefined, "5"]]);
    assertEquals(await values("wait_seconds_bucket"), [["+Inf", "4"], ["0.5", "1"], ["1.0", "3"]]);
    await writer.stop();
    assertEquals(await values('jobs_total{job="victoria"}'), []);
  } finally {
    await victoria.stop();
  }
});
