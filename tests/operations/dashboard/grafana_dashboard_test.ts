import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { test } from "node:test";
import {
  httpMetrics,
  instrumentFetch,
  MetricsError,
  MetricsRegistry,
  RegistrationError,
} from "../../../mod.ts";
import {
  type DashboardOptions,
  type GrafanaDashboard,
  grafanaDashboard,
  type GrafanaPanel,
  type OperationsFamily,
} from "../../../src/operations.ts";
import { panelsOf } from "../../support/dashboard_rules.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { outline } from "./families.ts";

/** The dashboard of some families. */
function made(
  families: readonly OperationsFamily[],
  options: Partial<DashboardOptions> = {},
): GrafanaDashboard {
  return grafanaDashboard(families, { title: "Test", ...options });
}

/** A panel in words: kind, title, unit, and legend and query of each target, targets' labels left out. */
function inWords({ type, title, fieldConfig, targets }: GrafanaPanel): readonly string[] {
  const queries = targets.map(({ legendFormat, expr }) =>
    `${legendFormat} = ${
      expr.replaceAll(/job=~"\$job", instance=~"\$instance"(, )?/g, "")
        .replaceAll("[$__rate_interval]", "[…]")
    }`
  );
  return [`${type}: ${title} (${fieldConfig.defaults.unit})`, ...queries];
}

const panelsIn = (families: readonly OperationsFamily[], options?: Partial<DashboardOptions>) =>
  panelsOf(made(families, options)).map(inWords);

const rowsIn = (dashboard: GrafanaDashboard) =>
  dashboard.panels.filter(({ type }) => type === "row").map(({ title }) => title);

const quantile = (q: number, by: string, name: string) =>
  `histogram_quantile(${q}, sum by (${by}) (rate(${name}{}[…])))`;

test("grafanaDashboard(): a counter is a rate, by its labels or else by instance", () => {
  assertEquals(panelsIn([outline("counter", "jobs_total", "queue", "result")]), [[
    "timeseries: Jobs (cps)",
    "{{queue}} {{result}} = sum by (queue, result) (rate(jobs_total{}[…]))",
  ]]);
  assertEquals(panelsIn([outline("counter", "read_bytes_total")]), [[
    "timeseries: Read (binBps)",
    "{{instance}} = sum by (instance) (rate(read_bytes_total{}[…]))",
  ]]);
});

test("grafanaDashboard(): a gauge is as it is", () => {
  assertEquals(panelsIn([outline("gauge", "queue_length", "queue")]), [[
    "timeseries: Queue length (short)",
    "{{instance}} {{queue}} = queue_length{}",
  ]]);
});

test("grafanaDashboard(): a gauge that holds a time is what has passed since then", () => {
  assertEquals(panelsIn([outline("gauge", "backup_last_success_timestamp_seconds")]), [[
    "timeseries: Time since backup last success (dtdurations)",
    "{{instance}} = time() - backup_last_success_timestamp_seconds{}",
  ]]);
});

test("grafanaDashboard(): the start of a process is the time since then", () => {
  const families = ["process_start_time_seconds", "process_threads"];
  const [[title]] = panelsIn(families.map((name) => outline("gauge", name)));
  assertEquals(title, "timeseries: Time since start (dtdurations)");
});

test("grafanaDashboard(): a histogram is quantiles, a quantile by its labels, and a heatmap", () => {
  const bucket = "job_seconds_bucket";
  assertEquals(panelsIn([outline("histogram", "job_seconds", "queue")]), [
    [
      "timeseries: Job (s)",
      `p50 = ${quantile(0.5, "le", bucket)}`,
      `p90 = ${quantile(0.9, "le", bucket)}`,
      `p99 = ${quantile(0.99, "le", bucket)}`,
    ],
    ["timeseries: Job by queue, p90 (s)", `{{queue}} = ${quantile(0.9, "le, queue", bucket)}`],
    ["heatmap: Job, heatmap (s)", `{{le}} = sum by (le) (rate(${bucket}{}[…]))`],
  ]);
});

test("grafanaDashboard(): a native histogram needs no buckets in its queries", async () => {
  const registry = new MetricsRegistry();
  registry.histogram({ name: "job_seconds", help: "Time of a job.", native: true });
  const { families } = await registry.gather();
  const [[, ...quantiles], [, by], [, heatmap]] = panelsIn(families);
  assertEquals(quantiles[1], "p90 = histogram_quantile(0.9, sum(rate(job_seconds{}[…])))");
  assertEquals(by, `{{instance}} = ${quantile(0.9, "instance", "job_seconds")}`);
  assertEquals(heatmap, "{{le}} = sum(rate(job_seconds{}[…]))");
});

test("grafanaDashboard(): a histogram of both kinds is what its server has stored of it", async () => {
  const registry = new MetricsRegistry();
  registry.histogram({ name: "job_seconds", help: "Time of a job.", native: true, buckets: [1] });
  const { families } = await registry.gather();
  const known = { ...outline("histogram", "job_seconds"), native: true };
  for (const given of [families, [known]]) {
    const [[, median], , [, heatmap]] = panelsIn(given);
    assertEquals(
      median,
      "p50 = histogram_quantile(0.5, sum(rate(job_seconds{}[…]))) or " +
        quantile(0.5, "le", "job_seconds_bucket"),
    );
    const native = "sum(rate(job_seconds{}[…]))";
    assertEquals(
      heatmap,
      `{{le}} = ${native} or (sum by (le) (rate(job_seconds_bucket{}[…])) unless on () ${native})`,
    );
  }
});

test("grafanaDashboard(): the buckets of a gauge histogram are as they are", () => {
  const [[, median], , [, heatmap]] = panelsIn([outline("gaugehistogram", "waiting_bytes")]);
  assertEquals(median, "p50 = histogram_quantile(0.5, sum by (le) (waiting_bytes_bucket{}))");
  assertEquals(heatmap, "{{le}} = sum by (le) (waiting_bytes_bucket{})");
});

test("grafanaDashboard(): a summary is its quantiles and the mean", async () => {
  const mean = (by: string) =>
    `sum by (${by}) (rate(poll_seconds_sum{}[…])) / sum by (${by}) (rate(poll_seconds_count{}[…]))`;
  assertEquals(panelsIn([outline("summary", "poll_seconds", "topic")]), [[
    "timeseries: Poll (s)",
    "{{instance}} {{topic}} q{{quantile}} = poll_seconds{}",
    `{{topic}} mean = ${mean("topic")}`,
  ]]);
  const registry = new MetricsRegistry();
  registry.summary({ name: "poll_seconds", help: "Time of a poll." });
  assertEquals(panelsIn((await registry.gather()).families), [[
    "timeseries: Poll (s)",
    `{{instance}} mean = ${mean("instance")}`,
  ]]);
});

test("grafanaDashboard(): an info is a table of its labels", () => {
  const families = [outline("info", "build_info", "version", "revision")];
  assertEquals(panelsIn(families), [[
    "table: Build (none)",
    "__auto = max by (instance, version, revision) (build_info{})",
  ]]);
  const [{ targets: [target], transformations }] = panelsOf(made(families));
  assertEquals([target.format, target.instant, target.range], ["table", true, false]);
  assertEquals(transformations?.[0].options, { excludeByName: { Time: true, Value: true } });
});

test("grafanaDashboard(): a state set is a timeline of its states", () => {
  assertEquals(panelsIn([outline("stateset", "phase", "shard")]), [[
    "state-timeline: Phase (bool_on_off)",
    "{{instance}} {{shard}} {{phase}} = phase{}",
  ]]);
  const [{ fieldConfig }] = panelsOf(made([outline("stateset", "phase")]));
  const texts = Object.entries(fieldConfig.defaults.mappings?.[0].options ?? {});
  assertEquals(texts.map(([value, { text }]) => [value, text]), [["0", "off"], ["1", "on"]]);
});

test("grafanaDashboard(): an unknown is a counter if its name says so, else a gauge", () => {
  assertEquals(panelsIn([outline("unknown", "a_total"), outline("unknown", "b")]), [
    ["timeseries: A (cps)", "{{instance}} = sum by (instance) (rate(a_total{}[…]))"],
    ["timeseries: B (short)", "{{instance}} = b{}"],
  ]);
});

test("grafanaDashboard(): the unit is that of the definition, or else of the name", () => {
  const units = {
    cache_hit_ratio: "percentunit",
    disk_bytes: "bytes",
    fill_percent: "percent",
    oven_celsius: "celsius",
    wait_seconds: "s",
    queue_events: "short",
  };
  const families = Object.keys(units).map((name) => outline("gauge", name));
  const rows = [{ title: "All", families: Object.keys(units) }];
  const found = panelsOf(made(families, { rows })).map(({ fieldConfig }) =>
    fieldConfig.defaults.unit
  );
  assertEquals(found, Object.values(units));
  const given = { ...outline("gauge", "wait"), unit: "seconds" };
  assertEquals(panelsIn([given])[0][0], "timeseries: Wait (s)");
  const cpu = panelsIn([outline("counter", "process_cpu_seconds_total")]);
  assertEquals(cpu[0][0], "timeseries: Process CPU (percentunit)");
});

test("grafanaDashboard(): requests are rate, errors and duration, of all and by route", async () => {
  const registry = new MetricsRegistry();
  httpMetrics({ registry });
  const { families } = await registry.gather();
  const panels = panelsIn(families);
  assertEquals(panels.map(([title]) => title), [
    "timeseries: Requests by status (reqps)",
    "timeseries: Errors of requests (percentunit)",
    "timeseries: Duration of requests (s)",
    "timeseries: Requests by route (reqps)",
    "timeseries: Errors of requests by route (percentunit)",
    "timeseries: Duration of requests by route, p90 (s)",
    "heatmap: Duration of requests, heatmap (s)",
    "timeseries: Requests aborted (cps)",
    "timeseries: Requests in flight (short)",
  ]);
  const min = panelsOf(made(families)).map(({ fieldConfig }) => fieldConfig.defaults.min);
  assertEquals(min, [0, 0, 0, 0, 0, 0, undefined, 0, undefined]);
  const all = "sum(rate(http_requests_total{}[…]))";
  const failed = 'sum(rate(http_requests_total{status=~"5.."}[…]))';
  assertEquals(panels[1][1], `errors = (${failed} or ${all} * 0) / ${all}`);
  assertEquals(
    panels[3][1],
    "{{route}} = sum by (route) (rate(http_requests_total{}[…]))",
  );
});

test("grafanaDashboard(): outgoing requests come after, by host, and fail without a response", async () => {
  const registry = new MetricsRegistry({ prefix: "shop_" });
  instrumentFetch(fetch, { registry, duration: { native: true } });
  httpMetrics({ registry });
  const dashboard = made((await registry.gather()).families);
  assertEquals(rowsIn(dashboard), ["Requests, Shop", "Outgoing requests, Shop"]);
  const panels = panelsOf(dashboard).map(inWords);
  const errors = panels.find(([title]) => title.includes("Errors of outgoing requests, Shop by"));
  const all = "sum by (host) (rate(shop_http_client_requests_total{}[…]))";
  assert(errors?.[1].includes('{status=~"5..|error"}') && errors[1].endsWith(` / ${all}`));
});

test("grafanaDashboard(): a histogram alone tells the number of requests, too", () => {
  const name = "http_request_duration_seconds";
  const family = outline("histogram", name, "method", "code");
  const [[, rate], [, errors]] = panelsIn([family]);
  assertEquals(rate, `{{code}} = sum by (code) (rate(${name}_count{}[…]))`);
  assert(errors.includes(`${name}_count{code=~"5.."}`));
  const [[, native], [, share]] = panelsIn([{ ...family, native: true }]);
  const of = (matcher: string) =>
    `histogram_count(sum(rate(${name}{${matcher}}[…]))) or sum(rate(${name}_count{${matcher}}[…]))`;
  assert(native.includes(`histogram_count(sum by (code) (rate(${name}{}[…]))) or `));
  const failed = of('code=~"5.."');
  assertEquals(share, `errors = (${failed} or (${of("")}) * 0) / (${of("")})`);
});

test("grafanaDashboard(): requests without a status have no share of errors", () => {
  const titles = panelsIn([outline("counter", "http_requests_total", "method")])
    .map(([title]) => title);
  assertEquals(titles, [
    "timeseries: Requests (reqps)",
    "timeseries: Requests by method (reqps)",
  ]);
});

test("grafanaDashboard(): a duration without a route is not shown by route", () => {
  const titles = panelsIn([
    outline("counter", "http_requests_total", "route", "status"),
    outline("histogram", "http_request_duration_seconds", "status"),
  ]).map(([title]) => title);
  assertEquals(titles.filter((title) => title.includes("by route")), [
    "timeseries: Requests by route (reqps)",
    "timeseries: Errors of requests by route (percentunit)",
  ]);
});

test("grafanaDashboard(): a host that is the target's is no kind of request", () => {
  const families = [outline("counter", "http_client_requests_total", "host", "method")];
  const titles = panelsIn(families, { instanceLabel: "host" }).map(([title]) => title);
  assertEquals(titles[1], "timeseries: Outgoing requests by method (reqps)");
});

test("grafanaDashboard(): what is called like requests and is of another type is no request", () => {
  const titles = panelsIn([outline("gauge", "http_requests_total", "status")]);
  assertEquals(titles[0][0], "timeseries: HTTP requests (short)");
});

test("grafanaDashboard(): counters of hits and misses are a ratio, too", () => {
  const [[title, query]] = panelsIn([
    outline("counter", "shop_cache_hits_total", "layer"),
    outline("counter", "shop_cache_misses_total", "layer"),
  ]);
  const rate = (what: string) => `sum by (layer) (rate(shop_cache_${what}_total{}[…]))`;
  assertEquals(title, "timeseries: Cache hit ratio (percentunit)");
  const [hits, misses] = [rate("hits"), rate("misses")];
  assertEquals(
    query,
    `{{layer}} = (${hits} or 0 * ${misses}) / (${hits} + ${misses} or ${hits} or ${misses})`,
  );
  assertEquals(panelsIn([outline("counter", "shop_cache_hits_total")]).length, 1);
  const plain = (type: "counter" | "gauge") =>
    panelsIn([outline("counter", "cache_hits"), outline(type, "cache_misses")])[0][0];
  assertEquals(plain("counter"), "timeseries: Cache hit ratio (percentunit)");
  assertEquals(plain("gauge"), "timeseries: Hits (cps)");
});

test("grafanaDashboard(): a gauge and its limit are lines of a panel, and a share", () => {
  const [taken, limit] = ["pool_connections", "pool_connections_limit"];
  const legend = "{{instance}} {{pool}}";
  const gauges = [outline("gauge", limit, "pool"), outline("gauge", taken, "pool")];
  const options = { rows: [{ title: "Pool", families: [limit, taken] }] };
  assertEquals(panelsIn(gauges, options), [
    [
      "timeseries: Connections (short)",
      `${legend} = ${taken}{}`,
      `${legend} limit = ${limit}{}`,
    ],
    [
      "timeseries: Connections, share of the limit (percentunit)",
      `${legend} = ${taken}{} / ${limit}{}`,
    ],
  ]);
});

test("grafanaDashboard(): what has no limit of its kind stays alone, and no family is left out", () => {
  const titles = (...families: readonly OperationsFamily[]) =>
    panelsIn(families).map(([title]) => title.replace(/^\w+: | \(\w+\)$/g, ""));
  const alone = ["Connections", "Connections limit"];
  const [taken, limit] = ["pool_connections", "pool_connections_limit"];
  assertEquals(titles(outline("gauge", taken), outline("gauge", limit, "pool")), alone);
  assertEquals(titles(outline("gauge", taken), outline("counter", limit)), alone);
  assertEquals(titles(outline("unknown", taken), outline("gauge", limit)), alone);
  const three = [taken, limit, `${limit}_limit`].map((name) => outline("gauge", name));
  assertEquals(titles(...three), [
    "Connections",
    "Connections, share of the limit",
    "Connections limit limit",
  ]);
});

test("grafanaDashboard(): help is the description, and never missing", () => {
  const families = [outline("gauge", "a"), { ...outline("gauge", "b"), help: " " }];
  const descriptions = panelsOf(made(families)).map(({ description }) => description);
  assertEquals(descriptions, ["What a is.", "The metric b."]);
});

test("grafanaDashboard(): rows are by prefix, what is alone is in Other, runtimes come last", () => {
  const names = ["process_threads", "process_cpu", "shop_a", "shop_b", "up", "db_a", "db_b", "x_y"];
  const dashboard = made(names.map((name) => outline("gauge", name)));
  assertEquals(dashboard.panels.map(({ type, title }) => type === "row" ? `# ${title}` : title), [
    "# DB",
    "A",
    "B",
    "# Shop",
    "A",
    "B",
    "# Other",
    "Up",
    "X y",
    "# Process",
    "CPU",
    "Threads",
  ]);
});

test("grafanaDashboard(): a prefix of many families is divided by the next word", () => {
  const parts = ["kafka", "state", "windows"];
  const names = parts.flatMap((part) => [1, 2, 3, 4].map((number) => `app_${part}_${number}`));
  const few = ["app_lag", "app_rows_1", "app_rows_2"];
  const families = [...names, ...few].map((name) => outline("gauge", name));
  assertEquals(rowsIn(made(families)), ["App", "App Kafka", "App state", "App windows"]);
  assertEquals(rowsIn(made(families.slice(0, 12))), ["App"]);
  assertEquals(rowsIn(made([outline("gauge", "one")])), ["Metrics"]);
  const pair = [outline("gauge", "jobs"), outline("counter", "jobs_total"), outline("gauge", "up")];
  assertEquals(rowsIn(made(pair)), ["Jobs", "Other"]);
});

test("grafanaDashboard(): rows of the options come first, with their families in order", () => {
  const families = ["a_1", "a_2", "b_1", "b_2", "c_1"].map((name) => outline("gauge", name));
  const rows = [
    { title: "First", families: ["b_2", "a_*"] },
    { title: "Absent", families: ["d_*"] },
    { title: "Closed", families: ["c*"], collapsed: true },
  ];
  const { panels } = made(families, { rows, exclude: ["a_2"] });
  assertEquals(panels.map(({ title }) => title), [
    "First",
    "B 2",
    "A 1",
    "Closed",
    "Metrics",
    "B 1",
  ]);
  const [closed] = panels.filter(({ title }) => title === "Closed");
  assert(closed.type === "row" && closed.collapsed);
  assertEquals(closed.panels.map(({ title }) => title), ["C 1"]);
});

test("grafanaDashboard(): lines of panels are of about the same length, and fill the grid", () => {
  const widths = (count: number) => {
    const names = Array.from({ length: count }, (_, number) => `a_${number}`);
    const panels = panelsOf(made(names.map((name) => outline("gauge", name))));
    return panels.map(({ gridPos }) => gridPos.w);
  };
  assertEquals([1, 2, 3, 4, 5].map(widths), [
    [24],
    [12, 12],
    [8, 8, 8],
    [12, 12, 12, 12],
    [8, 8, 8, 12, 12],
  ]);
});

test("grafanaDashboard(): a closed row takes a line, and what follows is right below it", () => {
  const rows = [
    { title: "A", families: ["a"], collapsed: true },
    { title: "A", families: ["b"] },
  ];
  const { panels } = made([outline("gauge", "a"), outline("gauge", "b")], { rows });
  assertEquals(panels.map(({ gridPos }) => gridPos.y), [0, 1, 2]);
  // The two headings show the same, but are not the same.
  assertNotEquals(panels[0].id, panels[1].id);
});

test("grafanaDashboard(): the order of families makes no difference", async () => {
  const registry = new MetricsRegistry();
  httpMetrics({ registry });
  registry.stateSet({ name: "phase", help: "The phase.", states: ["a", "b"] });
  const { families } = await registry.gather();
  const text = (list: readonly OperationsFamily[]) => JSON.stringify(made(list));
  assertEquals(text(families.toReversed()), text(families));
  httpMetrics({ registry });
  assertEquals(text((await registry.gather()).families), text(families));
});

test("grafanaDashboard(): a panel keeps its id if others are added", () => {
  const families = ["b_1", "b_2"].map((name) => outline("histogram", name));
  const idsOf = (dashboard: GrafanaDashboard) =>
    new Map(panelsOf(dashboard).map(({ id, title }) => [title, id]));
  const before = idsOf(made(families));
  const after = idsOf(made([outline("gauge", "a_x"), outline("gauge", "a_y"), ...families]));
  assertEquals([...before].filter(([title, id]) => after.get(title) !== id), []);
  assertEquals([before.size, after.size], [6, 8]);
});

test("grafanaDashboard(): series of overflow make no difference", async () => {
  const registry = new MetricsRegistry({
    cardinality: { seriesPerFamily: 1, onOverflow: () => {} },
  });
  const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
  const before = JSON.stringify(made((await registry.gather()).families));
  for (const queue of ["a", "b"]) jobs.inc({ queue });
  assertEquals(JSON.stringify(made((await registry.gather()).families)), before);
});

test("grafanaDashboard(): a label called as one of the target's has Prometheus' name for it", () => {
  assertEquals(
    panelsIn([outline("counter", "runs_total", "job")])[0][1].split(" = ")[0],
    "{{exported_job}}",
  );
});

test("grafanaDashboard(): the variables find the jobs that have one family of each row", () => {
  const families = [
    outline("histogram", "a_seconds"),
    outline("gauge", "a_size"),
    outline("summary", "b_1"),
    outline("gauge", "b_2"),
    { ...outline("histogram", "c.1"), native: true },
    outline("gauge", "c.2"),
  ];
  const rows = [{ title: "B", families: ["b*"] }, { title: "C", families: ["c.1"] }];
  const spread = made([outline("gaugehistogram", "ages")]).templating.list[1];
  assertEquals(spread.query, "label_values(ages_bucket{}, job)");
  const queries = made(families, { rows }).templating.list.map(({ query }) => query);
  const series = '__name__=~"b_1_count|c\\\\.1_count|c\\\\.1|a_size|c\\\\.2"';
  assertEquals(queries, [
    "prometheus",
    `label_values({${series}}, job)`,
    `label_values({${series}, job=~"$job"}, instance)`,
  ]);
  const [, job] = made([outline("gauge", "a")], { jobLabel: "service" }).templating.list;
  assertEquals(job.query, "label_values(a{}, service)");
});

test("grafanaDashboard(): the options are where Grafana looks for them", () => {
  const options = { uid: "shop", tags: ["shop"], refresh: "1m", description: "Orders." };
  const { title, uid, tags, refresh, description } = made([outline("gauge", "a")], options);
  assertEquals({ title, uid, tags, refresh, description }, { title: "Test", ...options });
});

test("grafanaDashboard(): the uid is made of the title, and other titles have others", () => {
  const uid = (title: string) => made([outline("gauge", "a")], { title }).uid;
  assertEquals(uid("Stream processor"), "stream-processor");
  const long = "A title that is longer than an identifier may be, ";
  const uids = ["注文", "注", "!", `${long}1`, `${long}2`].map(uid);
  assertEquals(new Set(uids).size, uids.length);
  assert(uids.every((uid) => /^[a-zA-Z0-9_-]{1,40}$/.test(uid)), uids.join(" "));
  assertNotEquals(uid("Ünder"), uid("Nder"));
});

const wrongOptions: readonly (readonly [unknown, string])[] = [
  [undefined, "grafanaDashboard: the options undefined must be an object"],
  [{}, "grafanaDashboard: title undefined must be a string that is not empty"],
  [{ title: " " }, 'grafanaDashboard: title " " must be a string that is not empty'],
  [{ title: "A", tag: [] }, 'unknown option "tag"; it is called "tags" here'],
  [{ title: "A", uid: "a b" }, 'uid "a b" must be up to 40 letters, digits, "-" and "_"'],
  [{ title: "A", tags: "a" }, 'tags "a" must be a list of strings'],
  [{ title: "A", refresh: "often" }, 'refresh "often" must be a number with s, m, h or d'],
  [{ title: "A", jobLabel: "k8s.job" }, 'jobLabel "k8s.job" must be a name of letters'],
  [{ title: "A", exclude: [1] }, "exclude [1] must be a list of names, or of prefixes"],
  [{ title: "A", rows: {} }, "rows [object Object] must be a list of rows"],
  [{ title: "A", rows: [{ families: [] }] }, "rows[0]: title undefined must be"],
  [{ title: "A", rows: [{ title: "B" }] }, "rows[0]: families undefined must be"],
  [{ title: "A", rows: [null] }, "rows[0]: the options null must be an object"],
  [
    { title: "A", rows: [{ title: "B", families: [], colapsed: true }] },
    'rows[0]: unknown option "colapsed"; it is called "collapsed" here',
  ],
];

for (const [options, message] of wrongOptions) {
  test(`grafanaDashboard() refuses options: ${message}`, () => {
    const call = () => grafanaDashboard([outline("gauge", "a")], options as DashboardOptions);
    assertThrowsWith(call, MetricsError, message);
  });
}

const a = outline("gauge", "a");
const wrongFamilies: readonly (readonly [unknown, string])[] = [
  [new MetricsRegistry(), "is not a list; give (await registry.gather()).families"],
  [[], "grafanaDashboard: there is no family to show, because the list is empty"],
  [[null], "grafanaDashboard: null is not a family"],
  [[{ ...a, type: "count" }], "is not a family"],
  [[a, a], "grafanaDashboard: a is there twice"],
  [[{ ...a, help: undefined }], "grafanaDashboard: a: help undefined must be a string"],
  [[{ ...a, unit: 1 }], "grafanaDashboard: a: unit 1 must be a string"],
  [[{ ...a, labelNames: "b" }], 'grafanaDashboard: a: labelNames "b" must be a list of strings'],
  [[{ ...a, labelNames: undefined }], "a: labelNames undefined must be a list of strings"],
];

for (const [families, message] of wrongFamilies) {
  test(`grafanaDashboard() refuses families: ${message}`, () => {
    const call = () => made(families as readonly OperationsFamily[]);
    assertThrowsWith(call, MetricsError, message);
  });
}

test("grafanaDashboard() refuses a name that is none, and to show nothing", () => {
  assertThrowsWith(() => made([outline("gauge", "")]), RegistrationError, "is not a metric name");
  const reason = "there is no family to show, because all are excluded";
  assertThrowsWith(() => made([a], { exclude: ["*"] }), MetricsError, reason);
});
