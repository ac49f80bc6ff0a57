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
  type OpenMetricsOptions,
} from "../../mod.ts";
import type { EscapingScheme } from "../../src/core.ts";

/** A snapshot and the page in OpenMetrics 1.0 that it must be, to the byte. */
export interface OpenMetricsCase {
  readonly name: string;
  readonly families: readonly MetricFamily[];
  readonly options?: OpenMetricsOptions;
  readonly escaping?: EscapingScheme;
  readonly page: string;
}

const help = "Help.";
const since = 1_700_000_000.5;

function exemplarOf(value: number, labels: Exemplar["labels"] = { trace_id: "4bf9" }): Exemplar {
  return { labels, value, timestamp: since };
}

/** A counter with all that a counter can have. */
function counterOf(name: string): MetricFamily {
  const samples = [{ labels: { queue: "a" }, value: 3 }, { labels: { queue: "b" }, value: 0.5 }];
  return {
    ...constCounter({ name, help, samples }),
    exemplars: [exemplarOf(2), undefined],
    created: [since, since + 1],
  };
}

const histogram = constHistogram({
  name: "size_bytes",
  help,
  unit: "bytes",
  bounds: [0.5, 1, 1e6],
  samples: [
    { labels: { zone: "a" }, buckets: [3, 0, 2, 1], sum: 1_234_567.5 },
    { labels: { zone: "b" }, buckets: [0, 0, 0, 0], sum: 0 },
  ],
});

const summary = constSummary({
  name: "wait_seconds",
  help,
  quantiles: [0, 0.5, 0.99, 1],
  samples: [
    { labels: { zone: "a" }, values: [0.25, 1, 2, 3], count: 4, sum: 6.25 },
    { labels: { zone: "b" }, values: [NaN, NaN, NaN, NaN], count: 0, sum: 0 },
  ],
});

export const openMetricsCases: readonly OpenMetricsCase[] = [
  { name: "nothing", families: [], page: "# EOF\n" },
  {
    name: "a gauge, an unknown and a family without series",
    families: [
      constGauge({ name: "a", help, samples: [{ value: -0.5 }] }),
      constUnknown({ name: "b", help, samples: [{ labels: { x: "1" }, value: NaN }] }),
      constHistogram({ name: "c", help, bounds: [1], samples: [] }),
    ],
    page: `# TYPE a gauge
# HELP a Help.
a -0.5
# TYPE b unknown
# HELP b Help.
b{x="1"} NaN
# TYPE c histogram
# HELP c Help.
# EOF
`,
  },
  {
    name: "a counter with _total is named without it and keeps its exemplars",
    families: [counterOf("jobs_total")],
    page: `# TYPE jobs counter
# HELP jobs Help.
jobs_total{queue="a"} 3 # {trace_id="4bf9"} 2 1700000000.500
jobs_total{queue="b"} 0.5
# EOF
`,
  },
  {
    name: "a counter with _total has its creation time if requested",
    families: [counterOf("jobs_total")],
    options: { created: true },
    page: `# TYPE jobs counter
# HELP jobs Help.
jobs_total{queue="a"} 3 # {trace_id="4bf9"} 2 1700000000.500
jobs_created{queue="a"} 1700000000.5
jobs_total{queue="b"} 0.5
jobs_created{queue="b"} 1700000001.5
# EOF
`,
  },
  {
    name: "a bare counter keeps only its name: no type, no exemplar, no creation time",
    families: [counterOf("jobs")],
    options: { created: true },
    page: `# TYPE jobs unknown
# HELP jobs Help.
jobs{queue="a"} 3
jobs{queue="b"} 0.5
# EOF
`,
  },
  {
    name: "a bare counter gets _total if requested, and keeps all else",
    families: [counterOf("jobs"), counterOf("tasks_total")],
    options: { counters: "append-total", created: true },
    page: `# TYPE jobs counter
# HELP jobs Help.
jobs_total{queue="a"} 3 # {trace_id="4bf9"} 2 1700000000.500
jobs_created{queue="a"} 1700000000.5
jobs_total{queue="b"} 0.5
jobs_created{queue="b"} 1700000001.5
# TYPE tasks counter
# HELP tasks Help.
tasks_total{queue="a"} 3 # {trace_id="4bf9"} 2 1700000000.500
tasks_created{queue="a"} 1700000000.5
tasks_total{queue="b"} 0.5
tasks_created{queue="b"} 1700000001.5
# EOF
`,
  },
  {
    name: "a bare counter whose name ends in _created is no creation time",
    families: [constCounter({ name: "windows_created", help, samples: [{ value: 7 }] })],
    page: `# TYPE windows_created unknown
# HELP windows_created Help.
windows_created 7
# EOF
`,
  },
  {
    name: "a counter with the name _total would lose its name",
    families: [constCounter({ name: "_total", help, samples: [{ value: 7 }] })],
    page: `# TYPE _total unknown
# HELP _total Help.
_total 7
# EOF
`,
  },
  {
    name: "a counter of any size",
    families: [
      constCounter({
        name: "a_total",
        help,
        samples: [0, 2 ** 53, 1e21, 5e-324, Infinity]
          .map((value, at) => ({ labels: { at: `${at}` }, value })),
      }),
    ],
    page: `# TYPE a counter
# HELP a Help.
a_total{at="0"} 0
a_total{at="1"} 9007199254740992
a_total{at="2"} 1e+21
a_total{at="3"} 5e-324
a_total{at="4"} +Inf
# EOF
`,
  },
  {
    name: "a unit is written if it is the suffix of the family's name",
    families: [
      constGauge({ name: "lag_seconds", help, unit: "seconds", samples: [] }),
      constCounter({ name: "read_bytes_total", help, unit: "bytes", samples: [] }),
      constCounter({ name: "sent_bytes", help, unit: "bytes", samples: [] }),
      constSummary({ name: "heat_celsius", help, unit: "celsius", samples: [] }),
    ],
    page: `# TYPE lag_seconds gauge
# UNIT lag_seconds seconds
# HELP lag_seconds Help.
# TYPE read_bytes counter
# UNIT read_bytes bytes
# HELP read_bytes Help.
# TYPE sent_bytes unknown
# UNIT sent_bytes bytes
# HELP sent_bytes Help.
# TYPE heat_celsius summary
# UNIT heat_celsius celsius
# HELP heat_celsius Help.
# EOF
`,
  },
  {
    name: "a unit that is no suffix would fail the scrape and is left out",
    families: [
      constGauge({ name: "lag", help, unit: "seconds", samples: [] }),
      constGauge({ name: "seconds", help, unit: "seconds", samples: [] }),
      constGauge({ name: "milliseconds", help, unit: "seconds", samples: [] }),
    ],
    page: `# TYPE lag gauge
# HELP lag Help.
# TYPE seconds gauge
# HELP seconds Help.
# TYPE milliseconds gauge
# HELP milliseconds Help.
# EOF
`,
  },
  {
    name: "a unit that the grammar has no characters for is left out",
    escaping: "allow-utf-8",
    families: [
      constGauge({ name: "x_a b\nc", help, unit: "a b\nc", samples: [] }),
      constGauge({ name: "y_µs", help, unit: "µs", samples: [] }),
      constGauge({ name: "z_", help, unit: "", samples: [] }),
    ],
    page: `# TYPE "x_a b\\nc" gauge
# HELP "x_a b\\nc" Help.
# TYPE "y_µs" gauge
# HELP "y_µs" Help.
# TYPE z_ gauge
# HELP z_ Help.
# EOF
`,
  },
  {
    name: "an info or a state set has no unit",
    families: [
      constInfo({ name: "clock_seconds_info", help, unit: "seconds", samples: [] }),
      constStateSet({ name: "mode_seconds", help, unit: "seconds", states: ["a"], samples: [] }),
    ],
    page: `# TYPE clock_seconds info
# HELP clock_seconds Help.
# TYPE mode_seconds stateset
# HELP mode_seconds Help.
# EOF
`,
  },
  {
    name: "an info is named without _info, and its samples with it",
    families: [
      constInfo({ name: "build_info", help, samples: [{ labels: { version: "1.2.3" } }, {}] }),
    ],
    page: `# TYPE build info
# HELP build Help.
build_info{version="1.2.3"} 1
build_info 1
# EOF
`,
  },
  {
    name: "a state set has a label of its own name",
    families: [
      constStateSet({
        name: "phase",
        help,
        states: ["idle", 'r"un'],
        samples: [{ labels: { job: "a" }, on: ['r"un'] }, { on: [] }],
      }),
    ],
    page: `# TYPE phase stateset
# HELP phase Help.
phase{job="a",phase="idle"} 0
phase{job="a",phase="r\\"un"} 1
phase{phase="idle"} 0
phase{phase="r\\"un"} 0
# EOF
`,
  },
  {
    name: "a histogram with labels, le being the last, and its count before its sum",
    families: [histogram],
    page: `# TYPE size_bytes histogram
# UNIT size_bytes bytes
# HELP size_bytes Help.
size_bytes_bucket{zone="a",le="0.5"} 3
size_bytes_bucket{zone="a",le="1.0"} 3
size_bytes_bucket{zone="a",le="1e+06"} 5
size_bytes_bucket{zone="a",le="+Inf"} 6
size_bytes_count{zone="a"} 6
size_bytes_sum{zone="a"} 1234567.5
size_bytes_bucket{zone="b",le="0.5"} 0
size_bytes_bucket{zone="b",le="1.0"} 0
size_bytes_bucket{zone="b",le="1e+06"} 0
size_bytes_bucket{zone="b",le="+Inf"} 0
size_bytes_count{zone="b"} 0
size_bytes_sum{zone="b"} 0
# EOF
`,
  },
  {
    name: "a histogram's exemplars are at their buckets, and its creation time at its end",
    families: [{
      ...histogram,
      exemplars: [exemplarOf(0.25), ...Array(2), exemplarOf(1.25e6, {}), ...Array(4)],
      created: [since, since + 1, since + 2],
    }],
    options: { created: true },
    page: `# TYPE size_bytes histogram
# UNIT size_bytes bytes
# HELP size_bytes Help.
size_bytes_bucket{zone="a",le="0.5"} 3 # {trace_id="4bf9"} 0.25 1700000000.500
size_bytes_bucket{zone="a",le="1.0"} 3
size_bytes_bucket{zone="a",le="1e+06"} 5
size_bytes_bucket{zone="a",le="+Inf"} 6 # {} 1250000 1700000000.500
size_bytes_count{zone="a"} 6
size_bytes_sum{zone="a"} 1234567.5
size_bytes_created{zone="a"} 1700000000.5
size_bytes_bucket{zone="b",le="0.5"} 0
size_bytes_bucket{zone="b",le="1.0"} 0
size_bytes_bucket{zone="b",le="1e+06"} 0
size_bytes_bucket{zone="b",le="+Inf"} 0
size_bytes_count{zone="b"} 0
size_bytes_sum{zone="b"} 0
size_bytes_created{zone="b"} 1700000001.5
# EOF
`,
  },
  {
    name: "a histogram with a bound below zero has neither sum nor count, and zero is not below",
    families: [
      constHistogram({
        name: "heat",
        help,
        bounds: [-1, 0],
        samples: [{ buckets: [1, 0, 2], sum: 40 }],
      }),
      constHistogram({
        name: "zero",
        help,
        bounds: [0],
        samples: [{ buckets: [1, 2], sum: 40 }],
      }),
    ],
    page: `# TYPE heat histogram
# HELP heat Help.
heat_bucket{le="-1.0"} 1
heat_bucket{le="0.0"} 1
heat_bucket{le="+Inf"} 3
# TYPE zero histogram
# HELP zero Help.
zero_bucket{le="0.0"} 1
zero_bucket{le="+Inf"} 3
zero_count 3
zero_sum 40
# EOF
`,
  },
  {
    name: "a sum that is no counter is left out with its count, and other series keep theirs",
    families: [
      constHistogram({
        name: "heat",
        help,
        bounds: [],
        samples: [-1, NaN, -0, Infinity]
          .map((sum, at) => ({ labels: { at: `${at}` }, buckets: [2], sum })),
      }),
      constSummary({
        name: "wait",
        help,
        samples: [-1, NaN, 0].map((sum, at) => ({ labels: { at: `${at}` }, count: 2, sum })),
      }),
    ],
    page: `# TYPE heat histogram
# HELP heat Help.
heat_bucket{at="0",le="+Inf"} 2
heat_bucket{at="1",le="+Inf"} 2
heat_bucket{at="2",le="+Inf"} 2
heat_count{at="2"} 2
heat_sum{at="2"} -0
heat_bucket{at="3",le="+Inf"} 2
heat_count{at="3"} 2
heat_sum{at="3"} +Inf
# TYPE wait summary
# HELP wait Help.
wait_count{at="0"} 2
wait_count{at="1"} 2
wait_count{at="2"} 2
wait_sum{at="2"} 0
# EOF
`,
  },
  {
    name: "a gauge histogram has _gcount and _gsum, and no creation time",
    families: [{
      ...constGaugeHistogram({
        name: "file_bytes",
        help,
        bounds: [10],
        samples: [
          { labels: { disk: "a" }, buckets: [1, 2], sum: 300 },
          { labels: { disk: "b" }, buckets: [1, 0], sum: 0.5 },
          { labels: { disk: "c" }, buckets: [0, 0], sum: 0 },
          { labels: { disk: "d" }, buckets: [1, 0], sum: -1 },
        ],
      }),
      exemplars: [undefined, exemplarOf(200), ...Array(6)],
    }],
    options: { created: true },
    page: `# TYPE file_bytes gaugehistogram
# HELP file_bytes Help.
file_bytes_bucket{disk="a",le="10.0"} 1
file_bytes_bucket{disk="a",le="+Inf"} 3 # {trace_id="4bf9"} 200 1700000000.500
file_bytes_gcount{disk="a"} 3
file_bytes_gsum{disk="a"} 300
file_bytes_bucket{disk="b",le="10.0"} 1
file_bytes_bucket{disk="b",le="+Inf"} 1
file_bytes_gcount{disk="b"} 1
file_bytes_gsum{disk="b"} 0.5
file_bytes_bucket{disk="c",le="10.0"} 0
file_bytes_bucket{disk="c",le="+Inf"} 0
file_bytes_gcount{disk="c"} 0
file_bytes_gsum{disk="c"} 0
file_bytes_bucket{disk="d",le="10.0"} 1
file_bytes_bucket{disk="d",le="+Inf"} 1
# EOF
`,
  },
  {
    name: "a gauge histogram's sum can be negative if a bound is",
    families: [
      constGaugeHistogram({
        name: "heat",
        help,
        bounds: [-1, 0],
        samples: [-40, 40, NaN]
          .map((sum, at) => ({ labels: { at: `${at}` }, buckets: [1, 0, 0], sum })),
      }),
    ],
    page: `# TYPE heat gaugehistogram
# HELP heat Help.
heat_bucket{at="0",le="-1.0"} 1
heat_bucket{at="0",le="0.0"} 1
heat_bucket{at="0",le="+Inf"} 1
heat_gcount{at="0"} 1
heat_gsum{at="0"} -40
heat_bucket{at="1",le="-1.0"} 1
heat_bucket{at="1",le="0.0"} 1
heat_bucket{at="1",le="+Inf"} 1
heat_gcount{at="1"} 1
heat_gsum{at="1"} 40
heat_bucket{at="2",le="-1.0"} 1
heat_bucket{at="2",le="0.0"} 1
heat_bucket{at="2",le="+Inf"} 1
# EOF
`,
  },
  {
    name: "a summary with quantiles, NaN if nothing was observed lately",
    families: [{ ...summary, created: [since, since] }],
    options: { created: true },
    page: `# TYPE wait_seconds summary
# HELP wait_seconds Help.
wait_seconds{zone="a",quantile="0.0"} 0.25
wait_seconds{zone="a",quantile="0.5"} 1
wait_seconds{zone="a",quantile="0.99"} 2
wait_seconds{zone="a",quantile="1.0"} 3
wait_seconds_count{zone="a"} 4
wait_seconds_sum{zone="a"} 6.25
wait_seconds_created{zone="a"} 1700000000.5
wait_seconds{zone="b",quantile="0.0"} NaN
wait_seconds{zone="b",quantile="0.5"} NaN
wait_seconds{zone="b",quantile="0.99"} NaN
wait_seconds{zone="b",quantile="1.0"} NaN
wait_seconds_count{zone="b"} 0
wait_seconds_sum{zone="b"} 0
wait_seconds_created{zone="b"} 1700000000.5
# EOF
`,
  },
  {
    name: "a quantile below zero is the only sample left out",
    families: [
      constSummary({
        name: "heat",
        help,
        quantiles: [0, 0.5, 1],
        samples: [{ values: [-2, -0, 3], count: 3, sum: 1 }],
      }),
    ],
    page: `# TYPE heat summary
# HELP heat Help.
heat{quantile="0.5"} -0
heat{quantile="1.0"} 3
heat_count 3
heat_sum 1
# EOF
`,
  },
  {
    name: "native buckets are left out: classic ones remain, or only +Inf",
    families: [{
      ...constHistogram({
        name: "size",
        help,
        bounds: [],
        samples: [{ buckets: [3], sum: 7 }],
      }),
      native: [{
        schema: 3,
        zeroThreshold: 0,
        zeroCount: 1,
        positive: { indexes: [8], counts: [2] },
        negative: { indexes: [], counts: [] },
        exemplars: [exemplarOf(2)],
      }],
    }],
    page: `# TYPE size histogram
# HELP size Help.
size_bucket{le="+Inf"} 3
size_count 3
size_sum 7
# EOF
`,
  },
  {
    name: "creation times are written only for families that have them",
    families: [histogram, constCounter({ name: "a_total", help, samples: [{ value: 1 }] })],
    options: { created: true },
    page: `# TYPE size_bytes histogram
# UNIT size_bytes bytes
# HELP size_bytes Help.
size_bytes_bucket{zone="a",le="0.5"} 3
size_bytes_bucket{zone="a",le="1.0"} 3
size_bytes_bucket{zone="a",le="1e+06"} 5
size_bytes_bucket{zone="a",le="+Inf"} 6
size_bytes_count{zone="a"} 6
size_bytes_sum{zone="a"} 1234567.5
size_bytes_bucket{zone="b",le="0.5"} 0
size_bytes_bucket{zone="b",le="1.0"} 0
size_bytes_bucket{zone="b",le="1e+06"} 0
size_bytes_bucket{zone="b",le="+Inf"} 0
size_bytes_count{zone="b"} 0
size_bytes_sum{zone="b"} 0
# TYPE a counter
# HELP a Help.
a_total 1
# EOF
`,
  },
  {
    name: "names that are not legacy-valid are quoted if the reader accepts them",
    escaping: "allow-utf-8",
    options: { created: true },
    families: [
      counterOf("проба_total"),
      constGauge({ name: 'a "b" c', help, samples: [{ value: 1 }] }),
      constGauge({ name: "a", help, samples: [{ labels: { "b.c": "1", d: "2" }, value: 1 }] }),
      constInfo({ name: "build.of_info", help, samples: [{ labels: { x: "1" } }] }),
      constStateSet({ name: "my.mode", help, states: ["on"], samples: [{ on: ["on"] }] }),
      constHistogram({ name: "my.size", help, bounds: [], samples: [{ buckets: [1], sum: 2 }] }),
      constGauge({ name: "lag.in_seconds", help, unit: "seconds", samples: [] }),
    ],
    page: `# TYPE "проба" counter
# HELP "проба" Help.
{"проба_total",queue="a"} 3 # {trace_id="4bf9"} 2 1700000000.500
{"проба_created",queue="a"} 1700000000.5
{"проба_total",queue="b"} 0.5
{"проба_created",queue="b"} 1700000001.5
# TYPE "a \\"b\\" c" gauge
# HELP "a \\"b\\" c" Help.
{"a \\"b\\" c"} 1
# TYPE a gauge
# HELP a Help.
a{"b.c"="1",d="2"} 1
# TYPE "build.of" info
# HELP "build.of" Help.
{"build.of_info",x="1"} 1
# TYPE "my.mode" stateset
# HELP "my.mode" Help.
{"my.mode","my.mode"="on"} 1
# TYPE "my.size" histogram
# HELP "my.size" Help.
{"my.size_bucket",le="+Inf"} 1
{"my.size_count"} 1
{"my.size_sum"} 2
# TYPE "lag.in_seconds" gauge
# UNIT "lag.in_seconds" seconds
# HELP "lag.in_seconds" Help.
# EOF
`,
  },
  {
    name: "names are escaped for all other readers, before a suffix is removed",
    escaping: "values",
    families: [
      constCounter({ name: "jobs.done_total", help, samples: [{ value: 1 }] }),
      constInfo({ name: "build.of_info", help, samples: [{ labels: { "x.y": "1" } }] }),
    ],
    page: `# TYPE U__jobs_2e_done_ counter
# HELP U__jobs_2e_done_ Help.
U__jobs_2e_done__total 1
# TYPE U__build_2e_of_ info
# HELP U__build_2e_of_ Help.
U__build_2e_of__info{U__x_2e_y="1"} 1
# EOF
`,
  },
];
