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
} from "../../mod.ts";
import type { FamilyHeader, NativeBuckets } from "../../src/core.ts";
import type { FamilyCase } from "./families.ts";
import { timedCases } from "./timed_families.ts";

/** A header with a help text of no interest. */
function named(name: string, unit?: string): FamilyHeader {
  return unit === undefined ? { name, help: "Help." } : { name, help: "Help.", unit };
}

const traced: Exemplar = { labels: { trace_id: "4bf9" }, value: 0.67, timestamp: 1520879607.789 };
const bare: Exemplar = { labels: {}, value: 9.5, timestamp: 1520879608 };
const decodedTraced = {
  label: [{ name: "trace_id", value: "4bf9" }],
  value: 0.67,
  timestamp: { seconds: 1520879607, nanos: 789_000_000 },
};
const decodedBare = { value: 9.5, timestamp: { seconds: 1520879608, nanos: 0 } };
const created = [1520430000.123, 1520430001];
const decodedCreated = [
  { seconds: 1520430000, nanos: 123_000_000 },
  { seconds: 1520430001, nanos: 0 },
];

/** Gaps of one, of two and of three buckets, a bucket below one, and negative values. */
const native: NativeBuckets = {
  schema: 3,
  zeroThreshold: 0.001,
  zeroCount: 4,
  positive: { indexes: [-3, -1, 2, 6, 7], counts: [5, 2, 1, 7, 7] },
  negative: { indexes: [10], counts: [2 ** 40] },
  exemplars: [traced, bare],
};
const empty: NativeBuckets = {
  schema: -4,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: { indexes: [], counts: [] },
  negative: { indexes: [], counts: [] },
  exemplars: [],
};
const nativeTotal = 26 + 2 ** 40;
const decodedNative = {
  schema: 3,
  zeroThreshold: 0.001,
  zeroCount: 4,
  negativeSpan: [{ offset: 10, length: 1 }],
  negativeDelta: [2 ** 40],
  // -3 to 2 with its gaps filled, then 6 and 7.
  positiveSpan: [{ offset: -3, length: 6 }, { offset: 3, length: 2 }],
  positiveDelta: [5, -5, 2, -2, 0, 1, 6, 0],
  exemplars: [decodedTraced, decodedBare],
};
const nativeText = "schema:3,zero_threshold:0.001,zero_count:4," +
  "negative_spans:[10:1],negative_buckets:[1099511627776]," +
  "positive_spans:[-3:3,2:1,3:2],positive_buckets:[5,0,2,1,7,7]";

/** A case or more for each type, with all that a format may carry of it. */
export const typedCases: readonly FamilyCase[] = [
  ...timedCases,
  {
    name: "a counter with exemplars and creation times",
    families: [{
      ...constCounter({
        ...named("jobs"),
        samples: [
          { labels: { kind: "a" }, value: 17 },
          { labels: { kind: "b" }, value: 0.5 },
        ],
      }),
      exemplars: [traced, undefined],
      created,
    }],
    text: `# HELP jobs Help.\n# TYPE jobs counter\njobs{kind="a"} 17\njobs{kind="b"} 0.5\n`,
    openMetrics: `# TYPE jobs unknown
# HELP jobs Help.
jobs{kind="a"} 17
jobs{kind="b"} 0.5
# EOF
`,
    openMetrics2: `# TYPE jobs counter
# HELP jobs Help.
jobs{kind="a"} 17 st@1520430000.123 # {trace_id="4bf9"} 0.67 1520879607.789
jobs{kind="b"} 0.5 st@1520430001.000
# EOF
`,
    protobuf: [{
      ...named("jobs"),
      type: "COUNTER",
      metric: [
        {
          label: [{ name: "kind", value: "a" }],
          counter: { value: 17, exemplar: decodedTraced, createdTimestamp: decodedCreated[0] },
        },
        {
          label: [{ name: "kind", value: "b" }],
          counter: { value: 0.5, createdTimestamp: decodedCreated[1] },
        },
      ],
    }],
  },
  {
    name: "values of unknown type",
    families: [constUnknown({ ...named("other"), samples: [{ value: -3 }] })],
    text: "# HELP other Help.\n# TYPE other untyped\nother -3\n",
    openMetrics: "# TYPE other unknown\n# HELP other Help.\nother -3\n# EOF\n",
    openMetrics2: "# TYPE other unknown\n# HELP other Help.\nother -3\n# EOF\n",
    protobuf: [{ ...named("other"), type: "UNTYPED", metric: [{ untyped: { value: -3 } }] }],
  },
  {
    name: "an info",
    families: [
      constInfo({
        ...named("build_info"),
        samples: [{ labels: { version: "1.2", commit: "abc" } }],
      }),
    ],
    text: `# HELP build_info Help.
# TYPE build_info gauge
build_info{version="1.2",commit="abc"} 1
`,
    openMetrics: `# TYPE build info
# HELP build Help.
build_info{version="1.2",commit="abc"} 1
# EOF
`,
    openMetrics2: `# TYPE build_info info
# HELP build_info Help.
build_info{version="1.2",commit="abc"} 1
# EOF
`,
    protobuf: [{
      ...named("build_info"),
      type: "GAUGE",
      metric: [{
        label: [{ name: "commit", value: "abc" }, { name: "version", value: "1.2" }],
        gauge: { value: 1 },
      }],
    }],
  },
  {
    name: "a state set, its label among the others by name",
    families: [
      constStateSet({
        ...named("mode"),
        states: ["on", "off"],
        samples: [
          { labels: { area: "1", zone: "2" }, on: ["on"] },
          { labels: { area: "", zone: "3" }, on: [] },
        ],
      }),
    ],
    text: `# HELP mode Help.
# TYPE mode gauge
mode{area="1",zone="2",mode="on"} 1
mode{area="1",zone="2",mode="off"} 0
mode{zone="3",mode="on"} 0
mode{zone="3",mode="off"} 0
`,
    openMetrics: `# TYPE mode stateset
# HELP mode Help.
mode{area="1",zone="2",mode="on"} 1
mode{area="1",zone="2",mode="off"} 0
mode{zone="3",mode="on"} 0
mode{zone="3",mode="off"} 0
# EOF
`,
    openMetrics2: `# TYPE mode stateset
# HELP mode Help.
mode{area="1",zone="2",mode="on"} 1
mode{area="1",zone="2",mode="off"} 0
mode{zone="3",mode="on"} 0
mode{zone="3",mode="off"} 0
# EOF
`,
    protobuf: [{
      ...named("mode"),
      type: "GAUGE",
      metric: [
        {
          label: [
            { name: "area", value: "1" },
            { name: "mode", value: "on" },
            { name: "zone", value: "2" },
          ],
          gauge: { value: 1 },
        },
        {
          label: [
            { name: "area", value: "1" },
            { name: "mode", value: "off" },
            { name: "zone", value: "2" },
          ],
          gauge: { value: 0 },
        },
        {
          label: [{ name: "mode", value: "on" }, { name: "zone", value: "3" }],
          gauge: { value: 0 },
        },
        {
          label: [{ name: "mode", value: "off" }, { name: "zone", value: "3" }],
          gauge: { value: 0 },
        },
      ],
    }],
  },
  {
    name: "a state set without states",
    families: [constStateSet({ ...named("mode"), states: [], samples: [{ on: [] }] })],
    text: "# HELP mode Help.\n# TYPE mode gauge\n",
    openMetrics: "# TYPE mode stateset\n# HELP mode Help.\n# EOF\n",
    openMetrics2: "# TYPE mode stateset\n# HELP mode Help.\n# EOF\n",
    protobuf: [],
  },
  {
    name: "a summary with quantiles",
    families: [{
      ...constSummary({
        ...named("wait_seconds", "seconds"),
        quantiles: [0.5, 0.99],
        samples: [
          { labels: { queue: "a" }, count: 17, sum: 324.5, values: [1, 2.5] },
          { labels: { queue: "b" }, count: 0, sum: 0, values: [NaN, NaN] },
        ],
      }),
      created,
    }],
    text: `# HELP wait_seconds Help.
# TYPE wait_seconds summary
wait_seconds{queue="a",quantile="0.5"} 1
wait_seconds{queue="a",quantile="0.99"} 2.5
wait_seconds_sum{queue="a"} 324.5
wait_seconds_count{queue="a"} 17
wait_seconds{queue="b",quantile="0.5"} NaN
wait_seconds{queue="b",quantile="0.99"} NaN
wait_seconds_sum{queue="b"} 0
wait_seconds_count{queue="b"} 0
`,
    openMetrics: `# TYPE wait_seconds summary
# UNIT wait_seconds seconds
# HELP wait_seconds Help.
wait_seconds{queue="a",quantile="0.5"} 1
wait_seconds{queue="a",quantile="0.99"} 2.5
wait_seconds_count{queue="a"} 17
wait_seconds_sum{queue="a"} 324.5
wait_seconds{queue="b",quantile="0.5"} NaN
wait_seconds{queue="b",quantile="0.99"} NaN
wait_seconds_count{queue="b"} 0
wait_seconds_sum{queue="b"} 0
# EOF
`,
    openMetrics2: `# TYPE wait_seconds summary
# UNIT wait_seconds seconds
# HELP wait_seconds Help.
wait_seconds{queue="a"} {count:17,sum:324.5,quantile:[0.5:1.0,0.99:2.5]} st@1520430000.123
wait_seconds{queue="b"} {count:0,sum:0.0,quantile:[0.5:NaN,0.99:NaN]} st@1520430001.000
# EOF
`,
    protobuf: [{
      ...named("wait_seconds", "seconds"),
      type: "SUMMARY",
      metric: [
        {
          label: [{ name: "queue", value: "a" }],
          summary: {
            sampleCount: 17,
            sampleSum: 324.5,
            quantile: [{ quantile: 0.5, value: 1 }, { quantile: 0.99, value: 2.5 }],
            createdTimestamp: decodedCreated[0],
          },
        },
        {
          label: [{ name: "queue", value: "b" }],
          summary: {
            sampleCount: 0,
            sampleSum: 0,
            quantile: [{ quantile: 0.5, value: NaN }, { quantile: 0.99, value: NaN }],
            createdTimestamp: decodedCreated[1],
          },
        },
      ],
    }],
  },
  {
    name: "a summary without quantiles",
    families: [constSummary({ ...named("wait"), samples: [{ count: 2, sum: 3 }] })],
    text: "# HELP wait Help.\n# TYPE wait summary\nwait_sum 3\nwait_count 2\n",
    openMetrics: "# TYPE wait summary\n# HELP wait Help.\nwait_count 2\nwait_sum 3\n# EOF\n",
    openMetrics2: "# TYPE wait summary\n# HELP wait Help.\n" +
      "wait {count:2,sum:3.0,quantile:[]}\n# EOF\n",
    protobuf: [{
      ...named("wait"),
      type: "SUMMARY",
      metric: [{ summary: { sampleCount: 2, sampleSum: 3 } }],
    }],
  },
  {
    name: "a histogram with exemplars and a creation time",
    families: [{
      ...constHistogram({
        ...named("wait_seconds", "seconds"),
        bounds: [0.1, 1],
        samples: [{ buckets: [8, 3, 1], sum: 12 }],
      }),
      exemplars: [undefined, traced, bare],
      created,
    }],
    text: `# HELP wait_seconds Help.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.1"} 8
wait_seconds_bucket{le="1.0"} 11
wait_seconds_bucket{le="+Inf"} 12
wait_seconds_sum 12
wait_seconds_count 12
`,
    openMetrics: `# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
# HELP wait_seconds Help.
wait_seconds_bucket{le="0.1"} 8
wait_seconds_bucket{le="1.0"} 11 # {trace_id="4bf9"} 0.67 1520879607.789
wait_seconds_bucket{le="+Inf"} 12 # {} 9.5 1520879608.000
wait_seconds_count 12
wait_seconds_sum 12
# EOF
`,
    openMetrics2: `# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
# HELP wait_seconds Help.
wait_seconds {count:12,sum:12.0,bucket:[0.1:8,1.0:11,+Inf:12]} st@1520430000.123 \
# {trace_id="4bf9"} 0.67 1520879607.789 # {} 9.5 1520879608.000
# EOF
`,
    protobuf: [{
      ...named("wait_seconds", "seconds"),
      type: "HISTOGRAM",
      metric: [{
        histogram: {
          sampleCount: 12,
          sampleSum: 12,
          bucket: [
            { cumulativeCount: 8, upperBound: 0.1 },
            { cumulativeCount: 11, upperBound: 1, exemplar: decodedTraced },
            { cumulativeCount: 12, upperBound: Infinity, exemplar: decodedBare },
          ],
          createdTimestamp: decodedCreated[0],
        },
      }],
    }],
  },
  {
    name: "a gauge histogram, whose counts can be any numbers",
    families: [
      constGaugeHistogram({
        ...named("size"),
        bounds: [1],
        samples: [
          { labels: { of: "1" }, buckets: [20, 5], sum: 3.5 },
          { labels: { of: "2" }, buckets: [-0.5, 2], sum: -1 },
        ],
      }),
    ],
    text: `# HELP size Help.
# TYPE size histogram
size_bucket{of="1",le="1.0"} 20
size_bucket{of="1",le="+Inf"} 25
size_sum{of="1"} 3.5
size_count{of="1"} 25
size_bucket{of="2",le="1.0"} -0.5
size_bucket{of="2",le="+Inf"} 1.5
size_sum{of="2"} -1
size_count{of="2"} 1.5
`,
    openMetrics2: `# TYPE size gaugehistogram
# HELP size Help.
size{of="1"} {gcount:25,gsum:3.5,bucket:[1.0:20,+Inf:25]}
size{of="2"} {gcount:1.5,gsum:-1.0,bucket:[1.0:-0.5,+Inf:1.5]}
# EOF
`,
    protobuf: [{
      ...named("size"),
      type: "GAUGE_HISTOGRAM",
      metric: [
        {
          label: [{ name: "of", value: "1" }],
          histogram: {
            sampleCount: 25,
            sampleSum: 3.5,
            bucket: [
              { cumulativeCount: 20, upperBound: 1 },
              { cumulativeCount: 25, upperBound: Infinity },
            ],
          },
        },
        {
          label: [{ name: "of", value: "2" }],
          histogram: {
            sampleCountFloat: 1.5,
            sampleSum: -1,
            bucket: [
              { cumulativeCountFloat: -0.5, upperBound: 1 },
              { cumulativeCountFloat: 1.5, upperBound: Infinity },
            ],
          },
        },
      ],
    }],
  },
  {
    name: "a histogram with native buckets only",
    families: [{
      ...constHistogram({
        ...named("wait"),
        bounds: [],
        samples: [
          { labels: { queue: "a" }, buckets: [nativeTotal], sum: 5 },
          { labels: { queue: "b" }, buckets: [0], sum: 0 },
          { labels: { queue: "c" }, buckets: [0], sum: 0 },
        ],
      }),
      native: [native, empty, { ...empty, zeroThreshold: 0.001 }],
      created,
    }],
    text: `# HELP wait Help.
# TYPE wait histogram
wait_bucket{queue="a",le="+Inf"} 1099511627802
wait_sum{queue="a"} 5
wait_count{queue="a"} 1099511627802
wait_bucket{queue="b",le="+Inf"} 0
wait_sum{queue="b"} 0
wait_count{queue="b"} 0
wait_bucket{queue="c",le="+Inf"} 0
wait_sum{queue="c"} 0
wait_count{queue="c"} 0
`,
    openMetrics2: `# TYPE wait histogram
# HELP wait Help.
wait{queue="a"} {count:1099511627802,sum:5.0,${nativeText}} st@1520430000.123 \
# {trace_id="4bf9"} 0.67 1520879607.789 # {} 9.5 1520879608.000
wait{queue="b"} {count:0,sum:0.0,schema:-4,zero_threshold:0.0,zero_count:0} st@1520430001.000
wait{queue="c"} {count:0,sum:0.0,schema:-4,zero_threshold:0.001,zero_count:0}
# EOF
`,
    protobuf: [{
      ...named("wait"),
      type: "HISTOGRAM",
      metric: [
        {
          label: [{ name: "queue", value: "a" }],
          histogram: {
            sampleCount: nativeTotal,
            sampleSum: 5,
            ...decodedNative,
            createdTimestamp: decodedCreated[0],
          },
        },
        {
          label: [{ name: "queue", value: "b" }],
          histogram: {
            sampleCount: 0,
            sampleSum: 0,
            schema: -4,
            zeroThreshold: 0,
            zeroCount: 0,
            positiveSpan: [{ offset: 0, length: 0 }],
            createdTimestamp: decodedCreated[1],
          },
        },
        {
          label: [{ name: "queue", value: "c" }],
          histogram: {
            sampleCount: 0,
            sampleSum: 0,
            schema: -4,
            zeroThreshold: 0.001,
            zeroCount: 0,
          },
        },
      ],
    }],
  },
  {
    name: "a histogram with native and classic buckets, each with exemplars",
    families: [{
      ...constHistogram({
        ...named("wait"),
        bounds: [1],
        samples: [{ buckets: [nativeTotal - 1, 1], sum: 5 }],
      }),
      native: [native],
      exemplars: [traced, undefined],
    }],
    text: `# HELP wait Help.
# TYPE wait histogram
wait_bucket{le="1.0"} 1099511627801
wait_bucket{le="+Inf"} 1099511627802
wait_sum 5
wait_count 1099511627802
`,
    openMetrics2: `# TYPE wait histogram
# HELP wait Help.
wait {count:1099511627802,sum:5.0,${nativeText},\
bucket:[1.0:1099511627801,+Inf:1099511627802]} # {trace_id="4bf9"} 0.67 1520879607.789
# EOF
`,
    protobuf: [{
      ...named("wait"),
      type: "HISTOGRAM",
      metric: [{
        histogram: {
          sampleCount: nativeTotal,
          sampleSum: 5,
          bucket: [
            { cumulativeCount: nativeTotal - 1, upperBound: 1, exemplar: decodedTraced },
            { cumulativeCount: nativeTotal, upperBound: Infinity },
          ],
          ...decodedNative,
        },
      }],
    }],
  },
  {
    name: "a gauge histogram with native buckets that hold fractions",
    families: [{
      ...constGaugeHistogram({
        ...named("size"),
        bounds: [],
        samples: [{ buckets: [2], sum: 3 }],
      }),
      native: [{
        ...empty,
        zeroCount: 0.25,
        positive: { indexes: [1, 3], counts: [0.75, 0.5] },
        negative: { indexes: [0], counts: [0.5] },
      }],
    }],
    text: "# HELP size Help.\n# TYPE size histogram\n" +
      'size_bucket{le="+Inf"} 2\nsize_sum 3\nsize_count 2\n',
    openMetrics2: "# TYPE size gaugehistogram\n# HELP size Help.\n" +
      "size {gcount:2,gsum:3.0,schema:-4,zero_threshold:0.0,zero_count:0.25," +
      "negative_spans:[0:1],negative_buckets:[0.5]," +
      "positive_spans:[1:3],positive_buckets:[0.75,0,0.5]}\n# EOF\n",
    protobuf: [{
      ...named("size"),
      type: "GAUGE_HISTOGRAM",
      metric: [{
        histogram: {
          sampleCountFloat: 2,
          sampleSum: 3,
          schema: -4,
          zeroThreshold: 0,
          zeroCountFloat: 0.25,
          negativeSpan: [{ offset: 0, length: 1 }],
          negativeCount: [0.5],
          positiveSpan: [{ offset: 1, length: 3 }],
          positiveCount: [0.75, 0, 0.5],
        },
      }],
    }],
  },
  {
    name: "a unit before the _total of a counter, and one that is elsewhere",
    families: [
      constCounter({ ...named("busy_seconds_total", "seconds"), samples: [{ value: 1 }] }),
      constGauge({ ...named("idle_seconds_total", "seconds"), samples: [{ value: 2 }] }),
      constGauge({ ...named("seconds", "seconds"), samples: [{ value: 3 }] }),
    ],
    text: `# HELP busy_seconds_total Help.
# TYPE busy_seconds_total counter
busy_seconds_total 1
# HELP idle_seconds_total Help.
# TYPE idle_seconds_total gauge
idle_seconds_total 2
# HELP seconds Help.
# TYPE seconds gauge
seconds 3
`,
    openMetrics: `# TYPE busy_seconds counter
# UNIT busy_seconds seconds
# HELP busy_seconds Help.
busy_seconds_total 1
# TYPE idle_seconds_total gauge
# HELP idle_seconds_total Help.
idle_seconds_total 2
# TYPE seconds gauge
# HELP seconds Help.
seconds 3
# EOF
`,
    protobuf: [
      {
        ...named("busy_seconds_total", "seconds"),
        type: "COUNTER",
        metric: [{ counter: { value: 1 } }],
      },
      { ...named("idle_seconds_total"), type: "GAUGE", metric: [{ gauge: { value: 2 } }] },
      { ...named("seconds"), type: "GAUGE", metric: [{ gauge: { value: 3 } }] },
    ],
  },
];
