import {
  constCounter,
  constGauge,
  constGaugeHistogram,
  constHistogram,
  constInfo,
  constStateSet,
  constSummary,
  constUnknown,
} from "../../mod.ts";
import type { FamilyCase } from "./families.ts";

const help = "Help.";
const timestamp = 1_700_000_000.25;

/** Families of each type whose values another system measured. */
export const timedCases: readonly FamilyCase[] = [
  {
    name: "a gauge with a time in one series, and one at the beginning of time",
    families: [constGauge({
      name: "timed",
      help,
      samples: [
        { labels: { zone: "a" }, value: 5, timestamp },
        { labels: { zone: "b" }, value: 6 },
        { labels: { zone: "c" }, value: 7, timestamp: 0 },
      ],
    })],
    text: `# HELP timed Help.
# TYPE timed gauge
timed{zone="a"} 5 1700000000250
timed{zone="b"} 6
timed{zone="c"} 7 0
`,
    openMetrics: `# TYPE timed gauge
# HELP timed Help.
timed{zone="a"} 5 1700000000.250
timed{zone="b"} 6
timed{zone="c"} 7 0.000
# EOF
`,
    openMetrics2: `# TYPE timed gauge
# HELP timed Help.
timed{zone="a"} 5 1700000000.250
timed{zone="b"} 6
timed{zone="c"} 7 0.000
# EOF
`,
    protobuf: [{
      name: "timed",
      help,
      type: "GAUGE",
      metric: [
        { label: [{ name: "zone", value: "a" }], gauge: { value: 5 }, timestampMs: 1700000000250 },
        { label: [{ name: "zone", value: "b" }], gauge: { value: 6 } },
        { label: [{ name: "zone", value: "c" }], gauge: { value: 7 }, timestampMs: 0 },
      ],
    }],
  },
  {
    name: "a counter with a time, a start and an exemplar",
    families: [{
      ...constCounter({ name: "timed_total", help, samples: [{ value: 5, timestamp }] }),
      created: [1_600_000_000],
      exemplars: [{ labels: { a: "b" }, value: 1, timestamp: 1_650_000_000 }],
    }],
    text: `# HELP timed_total Help.
# TYPE timed_total counter
timed_total 5 1700000000250
`,
    openMetrics: `# TYPE timed counter
# HELP timed Help.
timed_total 5 1700000000.250 # {a="b"} 1 1650000000.000
# EOF
`,
    openMetrics2: `# TYPE timed_total counter
# HELP timed_total Help.
timed_total 5 1700000000.250 st@1600000000.000 # {a="b"} 1 1650000000.000
# EOF
`,
    protobuf: [{
      name: "timed_total",
      help,
      type: "COUNTER",
      metric: [{
        counter: {
          value: 5,
          exemplar: {
            label: [{ name: "a", value: "b" }],
            value: 1,
            timestamp: { seconds: 1_650_000_000, nanos: 0 },
          },
          createdTimestamp: { seconds: 1_600_000_000, nanos: 0 },
        },
        timestampMs: 1700000000250,
      }],
    }],
  },
  {
    name: "distributions with a time, which is that of each of their samples",
    families: [
      constHistogram({
        name: "timed_histogram",
        help,
        bounds: [1],
        samples: [{ buckets: [1, 2], sum: 7, timestamp }],
      }),
      constGaugeHistogram({
        name: "timed_now",
        help,
        bounds: [],
        samples: [{ buckets: [2], sum: 7, timestamp }],
      }),
      constSummary({
        name: "timed_summary",
        help,
        quantiles: [0.5],
        samples: [{ count: 2, sum: 7, values: [3], timestamp }],
      }),
    ],
    text: `# HELP timed_histogram Help.
# TYPE timed_histogram histogram
timed_histogram_bucket{le="1.0"} 1 1700000000250
timed_histogram_bucket{le="+Inf"} 3 1700000000250
timed_histogram_sum 7 1700000000250
timed_histogram_count 3 1700000000250
# HELP timed_now Help.
# TYPE timed_now histogram
timed_now_bucket{le="+Inf"} 2 1700000000250
timed_now_sum 7 1700000000250
timed_now_count 2 1700000000250
# HELP timed_summary Help.
# TYPE timed_summary summary
timed_summary{quantile="0.5"} 3 1700000000250
timed_summary_sum 7 1700000000250
timed_summary_count 2 1700000000250
`,
    openMetrics: `# TYPE timed_histogram histogram
# HELP timed_histogram Help.
timed_histogram_bucket{le="1.0"} 1 1700000000.250
timed_histogram_bucket{le="+Inf"} 3 1700000000.250
timed_histogram_count 3 1700000000.250
timed_histogram_sum 7 1700000000.250
# TYPE timed_now gaugehistogram
# HELP timed_now Help.
timed_now_bucket{le="+Inf"} 2 1700000000.250
timed_now_gcount 2 1700000000.250
timed_now_gsum 7 1700000000.250
# TYPE timed_summary summary
# HELP timed_summary Help.
timed_summary{quantile="0.5"} 3 1700000000.250
timed_summary_count 2 1700000000.250
timed_summary_sum 7 1700000000.250
# EOF
`,
    openMetrics2: `# TYPE timed_histogram histogram
# HELP timed_histogram Help.
timed_histogram {count:3,sum:7.0,bucket:[1.0:1,+Inf:3]} 1700000000.250
# TYPE timed_now gaugehistogram
# HELP timed_now Help.
timed_now {gcount:2,gsum:7.0,bucket:[+Inf:2]} 1700000000.250
# TYPE timed_summary summary
# HELP timed_summary Help.
timed_summary {count:2,sum:7.0,quantile:[0.5:3.0]} 1700000000.250
# EOF
`,
    protobuf: [
      {
        name: "timed_histogram",
        help,
        type: "HISTOGRAM",
        metric: [{
          histogram: {
            sampleCount: 3,
            sampleSum: 7,
            bucket: [
              { cumulativeCount: 1, upperBound: 1 },
              { cumulativeCount: 3, upperBound: Infinity },
            ],
          },
          timestampMs: 1700000000250,
        }],
      },
      {
        name: "timed_now",
        help,
        type: "GAUGE_HISTOGRAM",
        metric: [{
          histogram: {
            sampleCount: 2,
            sampleSum: 7,
            bucket: [{ cumulativeCount: 2, upperBound: Infinity }],
          },
          timestampMs: 1700000000250,
        }],
      },
      {
        name: "timed_summary",
        help,
        type: "SUMMARY",
        metric: [{
          summary: { sampleCount: 2, sampleSum: 7, quantile: [{ quantile: 0.5, value: 3 }] },
          timestampMs: 1700000000250,
        }],
      },
    ],
  },
  {
    name: "facts, states and what nobody knows, with a time",
    families: [
      constInfo({ name: "timed_info", help, samples: [{ labels: { a: "b" }, timestamp }] }),
      constStateSet({
        name: "timed_mode",
        help,
        states: ["on", "off"],
        samples: [{ labels: { a: "b" }, on: ["on"] }, { labels: { a: "c" }, on: [], timestamp }],
      }),
      constUnknown({ name: "timed_unknown", help, samples: [{ value: 5, timestamp }] }),
    ],
    text: `# HELP timed_info Help.
# TYPE timed_info gauge
timed_info{a="b"} 1 1700000000250
# HELP timed_mode Help.
# TYPE timed_mode gauge
timed_mode{a="b",timed_mode="on"} 1
timed_mode{a="b",timed_mode="off"} 0
timed_mode{a="c",timed_mode="on"} 0 1700000000250
timed_mode{a="c",timed_mode="off"} 0 1700000000250
# HELP timed_unknown Help.
# TYPE timed_unknown untyped
timed_unknown 5 1700000000250
`,
    openMetrics: `# TYPE timed info
# HELP timed Help.
timed_info{a="b"} 1
# TYPE timed_mode stateset
# HELP timed_mode Help.
timed_mode{a="b",timed_mode="on"} 1
timed_mode{a="b",timed_mode="off"} 0
timed_mode{a="c",timed_mode="on"} 0 1700000000.250
timed_mode{a="c",timed_mode="off"} 0 1700000000.250
# TYPE timed_unknown unknown
# HELP timed_unknown Help.
timed_unknown 5 1700000000.250
# EOF
`,
    openMetrics2: `# TYPE timed_info info
# HELP timed_info Help.
timed_info{a="b"} 1 1700000000.250
# TYPE timed_mode stateset
# HELP timed_mode Help.
timed_mode{a="b",timed_mode="on"} 1
timed_mode{a="b",timed_mode="off"} 0
timed_mode{a="c",timed_mode="on"} 0 1700000000.250
timed_mode{a="c",timed_mode="off"} 0 1700000000.250
# TYPE timed_unknown unknown
# HELP timed_unknown Help.
timed_unknown 5 1700000000.250
# EOF
`,
    protobuf: [
      {
        name: "timed_info",
        help,
        type: "GAUGE",
        metric: [{
          label: [{ name: "a", value: "b" }],
          gauge: { value: 1 },
          timestampMs: 1700000000250,
        }],
      },
      {
        name: "timed_mode",
        help,
        type: "GAUGE",
        metric: ["b", "c"].flatMap((a) =>
          ["on", "off"].map((state) => ({
            label: [{ name: "a", value: a }, { name: "timed_mode", value: state }],
            gauge: { value: a === "b" && state === "on" ? 1 : 0 },
            ...(a === "c" && { timestampMs: 1700000000250 }),
          }))
        ),
      },
      {
        name: "timed_unknown",
        help,
        type: "UNTYPED",
        metric: [{ untyped: { value: 5 }, timestampMs: 1700000000250 }],
      },
    ],
  },
];
