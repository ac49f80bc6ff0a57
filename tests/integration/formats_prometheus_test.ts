import { assert, assertEquals } from "@std/assert";
import { Hono } from "hono";
import { after, before, test } from "node:test";
import { createMetricsApp, type OpenMetricsOptions } from "../../mod.ts";
import { missing } from "../support/components.ts";
import { formatRegistry, note } from "../support/format_registry.ts";
import {
  contentTypes,
  flags,
  formatOf,
  openMetricsModes,
  type Target,
  targets,
} from "../support/format_targets.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";
import {
  countedByScrapes,
  keyOf,
  nameOf,
  recordedSeries,
  storedExemplars,
  storedSeries,
} from "../support/stored_series.ts";
import { until } from "../support/until.ts";

interface TargetMetadata {
  readonly metric: string;
  readonly type: string;
}

const skip = missing("prometheus");
const start = Date.now() / 1000;
const registry = formatRegistry();
/** The content types that were served, by path. */
const served = new Map<string, string | null>();
const servers = new Map<string, Prometheus>();
let apps: Deno.HttpServer<Deno.NetAddr> | undefined;

before(async () => {
  if (skip) return;
  apps = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, allApps().fetch);
  const { port } = apps.addr;
  for (const [server, extra] of Object.entries(flags)) {
    const own = targets.filter((target) => target.server === server);
    const jobs = own.map(({ job, path }) =>
      `- { job_name: ${job}, metrics_path: ${path}, static_configs: [{ targets: ["127.0.0.1:${port}"] }] }`
    );
    const scrapeConfigs = ["scrape_configs:", ...jobs].join("\n");
    servers.set(server, await startPrometheus({ scrapeConfigs, flags: extra }));
  }
  for (const prometheus of servers.values()) {
    const scraped = targets.length / servers.size;
    const twice = () => prometheus.query("count_over_time(up[1h]) >= 2");
    await until(twice, (samples) => samples.length === scraped);
  }
});

after(async () => {
  await Promise.all([...servers.values()].map((prometheus) => prometheus.stop()));
  await apps?.shutdown();
});

test(
  "Prometheus scrapes every format without an error, and nothing is left out",
  { skip },
  async () => {
    for (const prometheus of servers.values()) {
      const all = await prometheus.targets();
      assertEquals(all.map(({ lastError }) => lastError), all.map(() => ""));
      const [worst] = await prometheus.query("min(min_over_time(up[1h]))");
      assertEquals(worst.value[1], "1");
      const failures = await prometheus.query("max(edgeprom_scrape_errors_total) by (cause)");
      assertEquals(failures.map(({ value }) => value[1]), ["0", "0"]);
    }
  },
);

test("Accept: each target serves the first format of its server that it has", { skip }, () => {
  const found = targets.map(({ path }) => [path, served.get(path)]);
  assertEquals(found, targets.map((target) => [target.path, contentTypes[formatOf(target)]]));
});

test("text arrives in Prometheus as it was recorded", { skip }, async () => {
  const expected = await recordedSeries(registry);
  for (const target of targets.filter((target) => formatOf(target) === "text")) {
    assertEquals(await storedSeries(serverOf(target), target.job), expected, target.path);
  }
});

test("OpenMetrics arrives with the series of text, but for its rules", { skip }, async () => {
  const all = await recordedSeries(registry);
  for (const target of targets.filter((target) => formatOf(target) === "openMetrics")) {
    const { counters, created } = openMetricsModes[target.mode] as OpenMetricsOptions;
    const appended = counters === "append-total" ? appendTotal : (key: string) => key;
    const expected = [...all].filter(([key]) => !/^heat_(sum|count)/.test(key))
      .map(([key, value]) => [appended(asGaugeHistogram(key)), value] as const);
    const found = await storedSeries(serverOf(target), target.job);
    const beginnings = [...found.keys()].filter((key) => key.includes("_created{"))
      .filter((key) => !all.has(key));
    const names = created ? createdNames(counters === "append-total") : [];
    assertEquals(beginnings.map(nameOf).sort(), names, target.path);
    for (const key of beginnings) {
      const time = Number(found.get(key));
      assert(time > start - 1 && time < Date.now() / 1000 + 1, `${key} ${time}`);
    }
    const rest = [...found].filter(([key]) => !beginnings.includes(key));
    assertEquals(new Map(rest), new Map(expected), target.path);
  }
});

test(
  "protobuf arrives with the series of text, and native histograms as such",
  { skip },
  async () => {
    const isNative = (key: string) => /^(native|both)_seconds/.test(key);
    // Servers up to 2.44 store the buckets, the sum and the count of such a family under one name.
    const isGaugeHistogram = (key: string) => key.startsWith("file_bytes");
    const expected = [...await recordedSeries(registry)]
      .filter(([key]) => !isNative(key) && !isGaugeHistogram(key));
    const natives = [[keyOf("both_seconds"), "3 observed"], [
      keyOf("native_seconds"),
      "5 observed",
    ]];
    for (const target of targets.filter((target) => formatOf(target) === "protobuf")) {
      const found = [...await storedSeries(serverOf(target), target.job)].filter(([key]) =>
        !isGaugeHistogram(key)
      );
      assertEquals(
        new Map(found.filter(([key]) => !isNative(key))),
        new Map(expected),
        target.path,
      );
      assertEquals(found.filter(([key]) => isNative(key)).sort(), natives, target.path);
    }
  },
);

/** The families in text, with name and type in OpenMetrics if they differ. */
const families: readonly (readonly [name: string, type: string, name?: string, type?: string])[] = [
  ["______total", "counter", "_____"],
  ["both_seconds", "histogram"],
  ["build_info", "gauge", "build", "info"],
  ["edgeprom_scrape_errors_total", "counter", "edgeprom_scrape_errors"],
  ["file_bytes", "histogram", "file_bytes", "gaugehistogram"],
  ["heat", "histogram"],
  ["http_requests", "counter", "http_requests", "unknown"],
  ["jobs_total", "counter", "jobs"],
  ["lag_in_seconds", "gauge"],
  ["latency_seconds", "histogram"],
  ["my_mode", "gauge", "my_mode", "stateset"],
  ["native_seconds", "histogram"],
  ["odd", "gauge"],
  ["other", "unknown"],
  ["phase", "gauge", "phase", "stateset"],
  ["processor_events_received", "counter", "processor_events_received", "unknown"],
  ["processor_windows_created", "counter", "processor_windows_created", "unknown"],
  ["queue_length", "gauge"],
  ["read_bytes_total", "counter", "read_bytes"],
  ["unused", "summary"],
  ["wait_seconds", "summary"],
];

test(
  "metric types arrive in Prometheus, but for bare counters in OpenMetrics",
  { skip },
  async () => {
    for (const target of targets) {
      const format = formatOf(target);
      const appends = target.mode.startsWith("append");
      const expected = families.map(([name, type, newName = name, newType = type]) => {
        if (format === "text") return [name, type];
        if (format === "protobuf") return [name, name === "file_bytes" ? newType : type];
        return [newName, appends && type === "counter" ? type : newType];
      });
      const parameters = { match_target: `{job="${target.job}"}` };
      const known = await serverOf(target).ask<readonly TargetMetadata[]>(
        "targets/metadata",
        parameters,
      );
      const recorded = known.filter(({ metric }) => !metric.match(countedByScrapes));
      assertEquals(
        recorded.map(({ metric, type }) => [metric, type]).sort(),
        expected,
        target.path,
      );
    }
  },
);

test("classic buckets give quantiles in every format", { skip }, async () => {
  for (const target of targets) {
    const query = `histogram_quantile(0.5, latency_seconds_bucket{job="${target.job}"})`;
    const [quantile] = await serverOf(target).query(query);
    assertEquals(quantile.value[1], "0.55", target.path);
  }
});

test("native buckets give quantiles if protobuf brought them", { skip }, async () => {
  for (const target of targets.filter((target) => formatOf(target) === "protobuf")) {
    for (const name of ["native_seconds", "both_seconds"]) {
      const query = `histogram_quantile(0.9, ${name}{job="${target.job}"})`;
      const [{ value: [, quantile] }] = await serverOf(target).query(query);
      assert(Number(quantile) > 1.4 && Number(quantile) <= 2, `${target.path} ${name} ${quantile}`);
    }
  }
});

test("exemplars arrive with all formats that have them", { skip }, async () => {
  const inBuckets = [
    ['latency_seconds_bucket{"le":"+Inf","x":"1"}', "2000000"],
    ['latency_seconds_bucket{"le":"0.1","x":"1"}', "0.05"],
    ['latency_seconds_bucket{"le":"1.0","x":"1"}', "0.75"],
  ];
  const ofCounters = (name: string) => [["jobs_total{}", "4"], [`${name}{"topic":"a"}`, "7"]];
  for (const target of targets.filter(({ server }) => server === "native")) {
    const expected = {
      text: [],
      openMetrics: target.mode.startsWith("append")
        ? [...ofCounters("processor_events_received_total"), ...inBuckets]
        : [["jobs_total{}", "4"], ...inBuckets],
      protobuf: [...ofCounters("processor_events_received"), ...inBuckets],
    }[formatOf(target)];
    const found = await storedExemplars(serverOf(target), target.job);
    const brief = found.map((
      { seriesLabels, exemplars: [{ value }] },
    ) => [keyOf(seriesLabels.__name__, seriesLabels), value]);
    assertEquals(brief.sort(), expected.sort(), target.path);
    for (const { exemplars: [{ labels, timestamp }] } of found) {
      // Servers leave the escapes in the exemplars of OpenMetrics as they are.
      const unescaped = labels.note.replaceAll("\\n", "\n").replace(/\\(["\\])/g, "$1");
      assertEquals(formatOf(target) === "openMetrics" ? unescaped : labels.note, note);
      assert(labels.trace_id.length > 0);
      assert(timestamp > start - 1 && timestamp < Date.now() / 1000 + 1, `${timestamp}`);
    }
  }
});

/** An app for each target, all over the same registry. */
function allApps(): Hono {
  const all = new Hono();
  all.use(async (context, next) => {
    await next();
    served.set(context.req.path, context.res.headers.get("Content-Type"));
  });
  for (const { path, options: formats } of targets) {
    all.route("/", createMetricsApp({ registry, formats, paths: { metrics: path } }));
  }
  return all;
}

function serverOf({ server }: Target): Prometheus {
  return servers.get(server)!;
}

function asGaugeHistogram(key: string): string {
  return key.replace(/^file_bytes_(?=sum|count)/, "file_bytes_g");
}

function appendTotal(key: string): string {
  const bare = /^(processor_events_received|processor_windows_created|http_requests)(?=\{)/;
  return key.replace(bare, "$1_total");
}

/** The names of all `_created` samples, one a series. */
function createdNames(appends: boolean): string[] {
  const names = "_____ edgeprom_scrape_errors edgeprom_scrape_errors jobs read_bytes " +
    "both_seconds heat latency_seconds native_seconds unused wait_seconds";
  const bare = " http_requests processor_events_received processor_events_received " +
    "processor_windows_created";
  return (appends ? names + bare : names).split(" ").map((name) => `${name}_created`).sort();
}
