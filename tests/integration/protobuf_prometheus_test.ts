import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createServer, type Server } from "node:http";
import { after, before, test } from "node:test";
import {
  constCounter,
  constGauge,
  constGaugeHistogram,
  constHistogram,
  constInfo,
  constStateSet,
  constSummary,
  constUnknown,
  type Exemplar,
  type MetricFamily,
} from "../../mod.ts";
import type { NativeBuckets } from "../../src/core.ts";
import { prometheusProtobuf } from "../../src/exposition/protobuf/prometheus_protobuf.ts";
import { missing } from "../support/components.ts";
import { freePort } from "../support/network.ts";
import { type Prometheus, scrapeOf, startPrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";

type Labels = Readonly<Record<string, string>>;

/** An element of an instant vector: a number, or the buckets of a native histogram. */
interface VectorElement {
  readonly metric: Labels;
  readonly value?: readonly [time: number, value: string];
  readonly histogram?: readonly [time: number, histogram: ServedHistogram];
}

interface ServedHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [rule: number, from: string, to: string, count: string])[];
}

interface ServedExemplars {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly {
    readonly labels: Labels;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

const skip = missing("prometheus");
const start = Date.now() / 1000;
const awkward = '"quoted" \\ and\nbroken 🛫';

/** Two buckets apart by a filled gap, then one that needs a span of its own. */
const fixed: NativeBuckets = {
  schema: 3,
  zeroThreshold: 0.001,
  zeroCount: 4,
  positive: { indexes: [-3, -1, 6, 7], counts: [5, 2, 2 ** 40, 7] },
  negative: { indexes: [10], counts: [3] },
  exemplars: [],
};

function help(name: string, text = "Help."): { readonly name: string; readonly help: string } {
  return { name, help: text };
}

function exemplarAt(scrape: number, value: number): Exemplar {
  const timestamp = Date.now() / 1000;
  return { labels: { trace_id: `t${scrape}`, span_id: awkward }, value, timestamp };
}

/** Observations that grow with every scrape: one above zero, two in the bucket up to 2. */
function growing(scrape: number): NativeBuckets {
  return {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: { indexes: [-5, 1], counts: [scrape, 2 * scrape] },
    negative: { indexes: [], counts: [] },
    exemplars: [exemplarAt(scrape, 1.5)],
  };
}

/** What the target has to tell at its nth scrape. */
function familiesAt(scrape: number): readonly MetricFamily[] {
  const nothing: NativeBuckets = {
    ...growing(0),
    positive: { indexes: [], counts: [] },
    exemplars: [],
  };
  const one = [{ value: scrape }];
  return [
    {
      ...constCounter({
        ...help("processor_events_received", awkward),
        samples: [
          { labels: { topic: "a", note: awkward }, value: 7 * scrape },
          { labels: { topic: "b", note: "" }, value: scrape },
        ],
      }),
      exemplars: [exemplarAt(scrape, 7), undefined],
      created: [start, start],
    },
    { ...constCounter({ ...help("processor_windows_created"), samples: one }), created: [start] },
    { ...constCounter({ ...help("busy_seconds_total"), samples: one }), unit: "seconds" },
    constGauge({ ...help("queue_length"), samples: [{ value: -0.5 }] }),
    constGauge({ ...help("empty"), samples: [] }),
    constUnknown({ ...help("other"), samples: [{ value: NaN }] }),
    constInfo({ ...help("build_info"), samples: [{ labels: { version: "1.2" } }] }),
    constStateSet({ ...help("mode"), states: ["on", "off"], samples: [{ on: ["on"] }] }),
    constSummary({
      ...help("wait_seconds"),
      quantiles: [0.5, 1],
      samples: [{ count: 2 ** 40 + scrape, sum: scrape, values: [1.5, 2] }],
    }),
    {
      ...constHistogram({
        ...help("latency_seconds"),
        bounds: [0.1, 1, 1e6],
        samples: [{ labels: { x: "1" }, buckets: [scrape, 0, scrape, 1], sum: 3 * scrape }],
      }),
      exemplars: [undefined, exemplarAt(scrape, 0.5), undefined, exemplarAt(scrape, 2e6)],
      created: [start],
    },
    {
      ...constHistogram({
        ...help("native_seconds"),
        bounds: [],
        samples: [
          { labels: { x: "1" }, buckets: [3 * scrape], sum: 4 * scrape },
          { labels: { x: "2" }, buckets: [21 + 2 ** 40], sum: -5 },
          { labels: { x: "3" }, buckets: [0], sum: 0 },
          { labels: { x: "4" }, buckets: [0], sum: 0 },
        ],
      }),
      native: [growing(scrape), fixed, nothing, { ...nothing, zeroThreshold: 2 ** -128 }],
      created: [start, start, start, start],
    },
    {
      ...constHistogram({
        ...help("both_seconds"),
        bounds: [1],
        samples: [{ buckets: [scrape, 2 * scrape], sum: 4 * scrape }],
      }),
      exemplars: [undefined, exemplarAt(scrape, 1.25)],
      native: [growing(scrape)],
    },
    constGaugeHistogram({
      ...help("size_bytes"),
      bounds: [10],
      samples: [{ buckets: [scrape, 1], sum: 5 }],
    }),
    {
      ...constGaugeHistogram({
        ...help("native_bytes"),
        bounds: [],
        samples: [{ buckets: [21 + 2 ** 40], sum: 5 }],
      }),
      native: [fixed],
    },
  ];
}

let scrapes = 0;
let target: Server;
let prometheus: Prometheus;

before(async () => {
  if (skip) return;
  const port = await freePort();
  target = createServer((_, response) => {
    const body = prometheusProtobuf.encode(familiesAt(++scrapes));
    response.writeHead(200, { "Content-Type": prometheusProtobuf.contentType });
    response.end(body);
  });
  await new Promise<void>((resolve) => target.listen(port, "127.0.0.1", resolve));
  prometheus = await startPrometheus({
    scrapeConfigs: scrapeOf(`127.0.0.1:${port}`),
    flags: ["--enable-feature=native-histograms,exemplar-storage"],
  });
  await until(() => scrapes > 2);
});

after(async () => {
  await prometheus?.stop();
  target?.closeAllConnections();
  target?.close();
});

async function ask(query: string): Promise<readonly VectorElement[]> {
  const { result } = await prometheus.ask<{ result: readonly VectorElement[] }>("query", { query });
  return result;
}

/** The answer to a query, once there is one. */
async function answer(query: string): Promise<readonly VectorElement[]> {
  return await until(() => ask(query), (result) => result.length > 0);
}

/** The only number that a query gives, once it gives one. */
async function numberOf(query: string): Promise<number> {
  const result = await until(
    () => ask(query),
    ([first]) => first !== undefined && !Number.isNaN(Number(first.value?.[1])),
  );
  assertEquals(result.length, 1, query);
  return Number(result[0].value?.[1]);
}

async function exemplarsOf(query: string): Promise<readonly ServedExemplars[]> {
  const parameters = { query, start: `${start - 60}`, end: `${Date.now() / 1000 + 60}` };
  return await until(
    () => prometheus.ask<readonly ServedExemplars[]>("query_exemplars", parameters),
    (series) => series.length > 0,
  );
}

test("Prometheus scrapes protobuf without an error", { skip }, async () => {
  const scraped = await until(
    () => prometheus.targets(),
    ([target]) => target !== undefined && target.health !== "unknown",
  );
  assertEquals(scraped.map(({ health, lastError }) => [health, lastError]), [["up", ""]]);
  assertEquals(await numberOf("min_over_time(up[1m])"), 1);
});

test(
  "Prometheus knows every family of protobuf by its type, and none that has no series",
  { skip },
  async () => {
    const known = await until(
      () => prometheus.metadata(),
      ({ native_bytes }) => native_bytes !== undefined,
    );
    const types = Object.entries(known).map(([name, [{ type }]]) => [name, type]).sort();
    assertEquals(types, [
      ["both_seconds", "histogram"],
      ["build_info", "gauge"],
      ["busy_seconds_total", "counter"],
      ["latency_seconds", "histogram"],
      ["mode", "gauge"],
      ["native_bytes", "gaugehistogram"],
      ["native_seconds", "histogram"],
      ["other", "unknown"],
      ["processor_events_received", "counter"],
      ["processor_windows_created", "counter"],
      ["queue_length", "gauge"],
      ["size_bytes", "gaugehistogram"],
      ["wait_seconds", "summary"],
    ]);
    assertEquals(known.processor_events_received[0].help, awkward);
  },
);

test("a counter in protobuf keeps its name, its labels and its rate", { skip }, async () => {
  const received = await answer("processor_events_received");
  assertEquals(received.map(({ metric: { topic, note } }) => [topic, note]), [
    ["a", awkward],
    ["b", undefined],
  ]);
  assert(await numberOf('rate(processor_events_received{topic="a"}[10s])') > 0);
  assert(await numberOf("rate(processor_windows_created[10s])") > 0);
  assert(await numberOf("busy_seconds_total") > 0);
  assertEquals(await ask('{__name__=~"processor_.+_total"}'), []);
});

test("values without buckets arrive in protobuf as they were", { skip }, async () => {
  assertEquals(await numberOf("queue_length"), -0.5);
  assertEquals((await answer("other"))[0].value?.[1], "NaN");
  assertEquals(await numberOf('build_info{version="1.2"}'), 1);
  assertEquals(await numberOf('mode{mode="on"}'), 1);
  assertEquals(await numberOf('mode{mode="off"}'), 0);
  assertEquals(await numberOf('wait_seconds{quantile="0.5"}'), 1.5);
  assertEquals(await numberOf('wait_seconds{quantile="1.0"}'), 2);
  assert(await numberOf("wait_seconds_count") > 2 ** 40);
  assert(await numberOf("rate(wait_seconds_sum[10s])") > 0);
});

test("a classic histogram in protobuf has a series for each bucket", { skip }, async () => {
  const buckets = await answer('latency_seconds_bucket{x="1"}');
  assertEquals(buckets.map(({ metric }) => metric.le).sort(), ["+Inf", "0.1", "1.0", "1e+06"]);
  const first = 'latency_seconds_bucket{le="0.1"}';
  const total = "ignoring(le) latency_seconds_count";
  assertEquals(await numberOf(`${first} * 2 + 1 == bool ${total}`), 1);
  assertEquals(await numberOf(`latency_seconds_bucket{le="+Inf"} == bool ${total}`), 1);
  assert(await numberOf("histogram_quantile(0.9, rate(latency_seconds_bucket[10s]))") > 0);
});

test(
  "a classic gauge histogram in protobuf arrives, under its bare name up to 2.44",
  { skip },
  async () => {
    assert(await numberOf('{__name__=~"size_bytes(_bucket)?",le="10.0"}') > 0);
  },
);

test("a native histogram in protobuf arrives with its buckets", { skip }, async () => {
  for (const query of ['native_seconds{x="2"}', "native_bytes"]) {
    const [{ histogram, value }] = await answer(query);
    assertEquals(value, undefined);
    assertEquals(histogram?.[1].count, String(21 + 2 ** 40));
    const bound = (index: number) => 2 ** (index / 8);
    const expected = [
      [-bound(10), -bound(9), 3],
      [-0.001, 0.001, 4],
      [bound(-4), bound(-3), 5],
      [bound(-2), bound(-1), 2],
      [bound(5), bound(6), 2 ** 40],
      [bound(6), bound(7), 7],
    ];
    const buckets = histogram?.[1].buckets ?? [];
    assertEquals(buckets.length, expected.length);
    buckets.forEach(([, ...numbers], position) =>
      numbers.forEach((number, at) => assertAlmostEquals(Number(number), expected[position][at]))
    );
  }
  assertEquals(await ask('{__name__=~"native_.+_(bucket|count|sum)",x!~"[34]"}'), []);
});

test("native buckets alone give a quantile", { skip }, async () => {
  for (
    const histogram of [
      'native_seconds{x="1"}',
      'rate(native_seconds{x="1"}[10s])',
      "both_seconds",
      "rate(both_seconds[10s])",
    ]
  ) {
    const quantile = await numberOf(`histogram_quantile(0.9, ${histogram})`);
    assert(quantile > 1 && quantile <= 2, `${histogram}: ${quantile}`);
  }
  assert(await numberOf('histogram_count(rate(native_seconds{x="1"}[10s]))') > 0);
});

test("a native histogram without observations arrives as one", { skip }, async () => {
  const [{ histogram }] = await answer('native_seconds{x="4"}');
  assertEquals([histogram?.[1].count, histogram?.[1].buckets], ["0", undefined]);
});

test("exemplars in protobuf arrive with labels, value and time", { skip }, async () => {
  const expected: readonly (readonly [name: string, values: number[]])[] = [
    ["processor_events_received", [7]],
    ["latency_seconds_bucket", [0.5, 2e6]],
    ["both_seconds", [1.25]],
  ];
  for (const [name, values] of expected) {
    const series = await exemplarsOf(name);
    assertEquals(series.map(({ exemplars }) => Number(exemplars[0].value)).sort(), values, name);
    for (const { exemplars: [{ labels, timestamp }] } of series) {
      assertEquals(labels.span_id, awkward);
      assertEquals(/^t\d+$/.test(labels.trace_id), true);
      assert(timestamp >= start - 1 && timestamp <= Date.now() / 1000 + 1, `${timestamp}`);
    }
  }
});
