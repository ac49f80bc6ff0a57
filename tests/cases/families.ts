import { constCounter, constGauge, constHistogram, type MetricFamily } from "../../mod.ts";
import { type FamilyHeader, labelTable } from "../../src/core.ts";
import type { DecodedFamily, DecodedLabel } from "../support/decoded_family.ts";

/** A snapshot and the page that each text of it must be, to the byte. */
export interface FamilyCase {
  readonly name: string;
  readonly families: readonly MetricFamily[];
  /** The Prometheus text format 0.0.4. */
  readonly text: string;
  /** OpenMetrics 1.0. */
  readonly openMetrics?: string;
  /** OpenMetrics 2.0. */
  readonly openMetrics2?: string;
  /** The decoded protobuf page, with only the fields that were written. */
  readonly protobuf?: readonly DecodedFamily[];
}

/** How a sample's value is written. */
export const sampleTexts: readonly (readonly [value: number, text: string])[] = [
  [0, "0"],
  [-0, "-0"],
  [1, "1"],
  [-1, "-1"],
  [9, "9"],
  [10, "10"],
  [99, "99"],
  [100, "100"],
  [12345, "12345"],
  [0.1, "0.1"],
  [-0.25, "-0.25"],
  [1e-7, "1e-7"],
  [123456789.123, "123456789.123"],
  [2 ** 30 - 1, "1073741823"],
  [2 ** 30, "1073741824"],
  [2 ** 30 + 0.5, "1073741824.5"],
  [2 ** 31 - 1, "2147483647"],
  [2 ** 31, "2147483648"],
  [-(2 ** 31), "-2147483648"],
  [2 ** 32, "4294967296"],
  [2 ** 32 + 1, "4294967297"],
  [2 ** 53, "9007199254740992"],
  [-(2 ** 53), "-9007199254740992"],
  [1e20, "100000000000000000000"],
  [1e21, "1e+21"],
  [5e-324, "5e-324"],
  [-1.7976931348623157e308, "-1.7976931348623157e+308"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
  [Infinity, "+Inf"],
  [-Infinity, "-Inf"],
  [NaN, "NaN"],
];

/** How a bound is written in `le`, ascending. */
export const boundTexts: readonly (readonly [bound: number, text: string])[] = [
  [-1.7976931348623157e308, "-1.7976931348623157e+308"],
  [-1e6, "-1e+06"],
  [-1.5, "-1.5"],
  [-1e-5, "-1e-05"],
  [0, "0.0"],
  [5e-324, "5e-324"],
  [1e-10, "1e-10"],
  [1e-5, "1e-05"],
  [1.5e-5, "1.5e-05"],
  [9.999e-5, "9.999e-05"],
  [1e-4, "0.0001"],
  [0.005, "0.005"],
  [0.1, "0.1"],
  [0.30000000000000004, "0.30000000000000004"],
  [1, "1.0"],
  [2.5, "2.5"],
  [10, "10.0"],
  [999_999, "999999.0"],
  [999_999.5, "999999.5"],
  [1_000_000, "1e+06"],
  [1_234_567, "1.234567e+06"],
  [1e10, "1e+10"],
  [2 ** 53, "9.007199254740992e+15"],
  [1e21, "1e+21"],
  [1.5e21, "1.5e+21"],
  [1e100, "1e+100"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
];

const bounds = boundTexts.map(([bound]) => bound);

/** A header with a help text of no interest. */
function named(name: string, help = "Help."): FamilyHeader {
  return { name, help };
}

/** Labels as protobuf has them. */
function pairs(labels: Readonly<Record<string, string>>): readonly DecodedLabel[] {
  return Object.entries(labels).map(([name, value]) => ({ name, value }));
}

/** Two families whose tables share one array of values and differ in their names. */
function sharing(): readonly MetricFamily[] {
  const values = ["1", "2"];
  const one = constGauge({ ...named("one"), samples: [{ value: 1 }] });
  return [
    { ...one, labels: { names: ["a", "b"], values, rows: 1 } },
    { ...one, name: "other", labels: { names: ["c", "d"], values, rows: 1 } },
    { ...one, name: "single", labels: { names: ["e"], values, rows: 1 } },
  ];
}

export const familyCases: readonly FamilyCase[] = [
  {
    name: "nothing",
    families: [],
    text: "",
    openMetrics: "# EOF\n",
    openMetrics2: "# EOF\n",
    protobuf: [],
  },
  {
    name: "a counter without labels",
    families: [constCounter({ ...named("jobs", "Jobs done."), samples: [{ value: 1027 }] })],
    text: "# HELP jobs Jobs done.\n# TYPE jobs counter\njobs 1027\n",
    openMetrics: "# TYPE jobs unknown\n# HELP jobs Jobs done.\njobs 1027\n# EOF\n",
    openMetrics2: "# TYPE jobs counter\n# HELP jobs Jobs done.\njobs 1027\n# EOF\n",
    protobuf: [{
      name: "jobs",
      help: "Jobs done.",
      type: "COUNTER",
      metric: [{ counter: { value: 1027 } }],
    }],
  },
  {
    name: "a counter with a name as OpenMetrics requires it",
    families: [constCounter({ ...named("jobs_total"), samples: [{ value: 1 }] })],
    text: "# HELP jobs_total Help.\n# TYPE jobs_total counter\njobs_total 1\n",
    openMetrics: "# TYPE jobs counter\n# HELP jobs Help.\njobs_total 1\n# EOF\n",
    openMetrics2: "# TYPE jobs_total counter\n# HELP jobs_total Help.\njobs_total 1\n# EOF\n",
    protobuf: [
      { ...named("jobs_total"), type: "COUNTER", metric: [{ counter: { value: 1 } }] },
    ],
  },
  {
    name: "a gauge with labels",
    families: [
      constGauge({
        ...named("queue:length"),
        samples: [
          { labels: { queue: "a", shard: "0" }, value: 3 },
          { labels: { queue: "b", shard: "1" }, value: -0.5 },
        ],
      }),
    ],
    text: `# HELP queue:length Help.
# TYPE queue:length gauge
queue:length{queue="a",shard="0"} 3
queue:length{queue="b",shard="1"} -0.5
`,
    openMetrics: `# TYPE queue:length gauge
# HELP queue:length Help.
queue:length{queue="a",shard="0"} 3
queue:length{queue="b",shard="1"} -0.5
# EOF
`,
    openMetrics2: `# TYPE queue:length gauge
# HELP queue:length Help.
queue:length{queue="a",shard="0"} 3
queue:length{queue="b",shard="1"} -0.5
# EOF
`,
    protobuf: [{
      ...named("queue:length"),
      type: "GAUGE",
      metric: [
        { label: pairs({ queue: "a", shard: "0" }), gauge: { value: 3 } },
        { label: pairs({ queue: "b", shard: "1" }), gauge: { value: -0.5 } },
      ],
    }],
  },
  {
    name: "families without series have their headers",
    families: [
      constCounter({ ...named("a"), samples: [] }),
      constHistogram({ ...named("b"), bounds: [1], samples: [] }),
      constGauge({ ...named("c"), samples: [] }),
    ],
    text: `# HELP a Help.
# TYPE a counter
# HELP b Help.
# TYPE b histogram
# HELP c Help.
# TYPE c gauge
`,
    openMetrics: `# TYPE a unknown
# HELP a Help.
# TYPE b histogram
# HELP b Help.
# TYPE c gauge
# HELP c Help.
# EOF
`,
    openMetrics2: `# TYPE a counter
# HELP a Help.
# TYPE b histogram
# HELP b Help.
# TYPE c gauge
# HELP c Help.
# EOF
`,
    protobuf: [],
  },
  {
    name: "families stay in the order given",
    families: ["b", "a", "c"].map((name) => constGauge({ ...named(name), samples: [] })),
    text: `# HELP b Help.
# TYPE b gauge
# HELP a Help.
# TYPE a gauge
# HELP c Help.
# TYPE c gauge
`,
    openMetrics: `# TYPE b gauge
# HELP b Help.
# TYPE a gauge
# HELP a Help.
# TYPE c gauge
# HELP c Help.
# EOF
`,
  },
  {
    name: "a unit, which changes nothing",
    families: [
      constGauge({ name: "lag_seconds", help: "Lag.", unit: "seconds", samples: [{ value: 1 }] }),
    ],
    text: "# HELP lag_seconds Lag.\n# TYPE lag_seconds gauge\nlag_seconds 1\n",
    openMetrics: "# TYPE lag_seconds gauge\n# UNIT lag_seconds seconds\n" +
      "# HELP lag_seconds Lag.\nlag_seconds 1\n# EOF\n",
    openMetrics2: "# TYPE lag_seconds gauge\n# UNIT lag_seconds seconds\n" +
      "# HELP lag_seconds Lag.\nlag_seconds 1\n# EOF\n",
    protobuf: [{
      name: "lag_seconds",
      help: "Lag.",
      type: "GAUGE",
      metric: [{ gauge: { value: 1 } }],
      unit: "seconds",
    }],
  },
  {
    name: "help escapes backslash and line feed, and nothing else",
    families: [
      constGauge({ ...named("a", 'a\\b\nc"d\\n\r\t🛫{} '), samples: [] }),
      constGauge({ ...named("b", ""), samples: [] }),
      constGauge({ ...named("c", "\n\n\\\\"), samples: [] }),
    ],
    text: '# HELP a a\\\\b\\nc"d\\\\n\r\t🛫{} \n# TYPE a gauge\n' +
      "# HELP b \n# TYPE b gauge\n" +
      "# HELP c \\n\\n\\\\\\\\\n# TYPE c gauge\n",
    openMetrics: '# TYPE a gauge\n# HELP a a\\\\b\\nc\\"d\\\\n\r\t🛫{} \n' +
      "# TYPE b gauge\n# HELP b \n" +
      "# TYPE c gauge\n# HELP c \\n\\n\\\\\\\\\n# EOF\n",
    openMetrics2: '# TYPE a gauge\n# HELP a a\\\\b\\nc\\"d\\\\n\r\t🛫{} \n' +
      "# TYPE b gauge\n# HELP b \n" +
      "# TYPE c gauge\n# HELP c \\n\\n\\\\\\\\\n# EOF\n",
  },
  {
    name: "label values escape backslash, double quote and line feed, and nothing else",
    families: [
      constGauge({
        ...named("a"),
        samples: ["\\", '"', "\n", '\\"\n', "\\n", "\r\t ", "🛫ä\u0000", "{},=#'"]
          .map((x) => ({ labels: { x, y: x }, value: 1 })),
      }),
    ],
    text: "# HELP a Help.\n# TYPE a gauge\n" +
      ["\\\\", '\\"', "\\n", '\\\\\\"\\n', "\\\\n", "\r\t ", "🛫ä\u0000", "{},=#'"]
        .map((x) => `a{x="${x}",y="${x}"} 1\n`).join(""),
    openMetrics: "# TYPE a gauge\n# HELP a Help.\n" +
      ["\\\\", '\\"', "\\n", '\\\\\\"\\n', "\\\\n", "\r\t ", "🛫ä\u0000", "{},=#'"]
        .map((x) => `a{x="${x}",y="${x}"} 1\n`).join("") +
      "# EOF\n",
    protobuf: [{
      ...named("a"),
      type: "GAUGE",
      metric: ["\\", '"', "\n", '\\"\n', "\\n", "\r\t ", "🛫ä\u0000", "{},=#'"]
        .map((x) => ({ label: pairs({ x, y: x }), gauge: { value: 1 } })),
    }],
  },
  {
    name: "an empty label value is an absent label",
    families: [
      constGauge({
        ...named("a"),
        samples: [
          { labels: { x: "1", y: "2", z: "3" }, value: 1 },
          { labels: { x: "", y: "2", z: "3" }, value: 2 },
          { labels: { x: "1", y: "", z: "3" }, value: 3 },
          { labels: { x: "1", y: "2" }, value: 4 },
          { labels: { y: "" }, value: 5 },
        ],
      }),
      constHistogram({
        ...named("b"),
        bounds: [],
        samples: [
          { labels: { x: "" }, buckets: [1], sum: 2 },
          { labels: { x: "1" }, buckets: [0], sum: 0 },
        ],
      }),
    ],
    text: `# HELP a Help.
# TYPE a gauge
a{x="1",y="2",z="3"} 1
a{y="2",z="3"} 2
a{x="1",z="3"} 3
a{x="1",y="2"} 4
a 5
# HELP b Help.
# TYPE b histogram
b_bucket{le="+Inf"} 1
b_sum 2
b_count 1
b_bucket{x="1",le="+Inf"} 0
b_sum{x="1"} 0
b_count{x="1"} 0
`,
    openMetrics: `# TYPE a gauge
# HELP a Help.
a{x="1",y="2",z="3"} 1
a{y="2",z="3"} 2
a{x="1",z="3"} 3
a{x="1",y="2"} 4
a 5
# TYPE b histogram
# HELP b Help.
b_bucket{le="+Inf"} 1
b_count 1
b_sum 2
b_bucket{x="1",le="+Inf"} 0
b_count{x="1"} 0
b_sum{x="1"} 0
# EOF
`,
    openMetrics2: `# TYPE a gauge
# HELP a Help.
a{x="1",y="2",z="3"} 1
a{y="2",z="3"} 2
a{x="1",z="3"} 3
a{x="1",y="2"} 4
a 5
# TYPE b histogram
# HELP b Help.
b {count:1,sum:2.0,bucket:[+Inf:1]}
b{x="1"} {count:0,sum:0.0,bucket:[+Inf:0]}
# EOF
`,
    protobuf: [
      {
        ...named("a"),
        type: "GAUGE",
        metric: [
          { label: pairs({ x: "1", y: "2", z: "3" }), gauge: { value: 1 } },
          { label: pairs({ y: "2", z: "3" }), gauge: { value: 2 } },
          { label: pairs({ x: "1", z: "3" }), gauge: { value: 3 } },
          { label: pairs({ x: "1", y: "2" }), gauge: { value: 4 } },
          { gauge: { value: 5 } },
        ],
      },
      {
        ...named("b"),
        type: "HISTOGRAM",
        metric: [
          {
            histogram: {
              sampleCount: 1,
              sampleSum: 2,
              bucket: [{ cumulativeCount: 1, upperBound: Infinity }],
            },
          },
          {
            label: pairs({ x: "1" }),
            histogram: {
              sampleCount: 0,
              sampleSum: 0,
              bucket: [{ cumulativeCount: 0, upperBound: Infinity }],
            },
          },
        ],
      },
    ],
  },
  {
    name: "names and values of JavaScript's own properties are nothing special",
    families: [
      constGauge({
        ...named("__proto__"),
        samples: [{ labels: { constructor: "__proto__", toString: "constructor" }, value: 1 }],
      }),
    ],
    text: `# HELP __proto__ Help.
# TYPE __proto__ gauge
__proto__{constructor="__proto__",toString="constructor"} 1
`,
    openMetrics: `# TYPE __proto__ gauge
# HELP __proto__ Help.
__proto__{constructor="__proto__",toString="constructor"} 1
# EOF
`,
    protobuf: [{
      ...named("__proto__"),
      type: "GAUGE",
      metric: [{
        label: pairs({ constructor: "__proto__", toString: "constructor" }),
        gauge: { value: 1 },
      }],
    }],
  },
  {
    name: "values of all sizes",
    families: [
      constGauge({
        ...named("a"),
        samples: sampleTexts.map(([value], at) => ({ labels: { at: `${at}` }, value })),
      }),
    ],
    text: "# HELP a Help.\n# TYPE a gauge\n" +
      sampleTexts.map(([, text], at) => `a{at="${at}"} ${text}\n`).join(""),
    openMetrics: "# TYPE a gauge\n# HELP a Help.\n" +
      sampleTexts.map(([, text], at) => `a{at="${at}"} ${text}\n`).join("") + "# EOF\n",
    openMetrics2: "# TYPE a gauge\n# HELP a Help.\n" +
      sampleTexts.map(([, text], at) => `a{at="${at}"} ${text}\n`).join("") + "# EOF\n",
    protobuf: [{
      ...named("a"),
      type: "GAUGE",
      metric: sampleTexts.map(([value], at) => ({
        label: pairs({ at: `${at}` }),
        gauge: { value },
      })),
    }],
  },
  {
    name: "a histogram without labels",
    families: [
      constHistogram({
        ...named("size_bytes", "Sizes."),
        bounds: [0.5, 1, 1e6],
        samples: [{ buckets: [3, 0, 2, 1], sum: 1_234_567.5 }],
      }),
    ],
    text: `# HELP size_bytes Sizes.
# TYPE size_bytes histogram
size_bytes_bucket{le="0.5"} 3
size_bytes_bucket{le="1.0"} 3
size_bytes_bucket{le="1e+06"} 5
size_bytes_bucket{le="+Inf"} 6
size_bytes_sum 1234567.5
size_bytes_count 6
`,
    openMetrics: `# TYPE size_bytes histogram
# HELP size_bytes Sizes.
size_bytes_bucket{le="0.5"} 3
size_bytes_bucket{le="1.0"} 3
size_bytes_bucket{le="1e+06"} 5
size_bytes_bucket{le="+Inf"} 6
size_bytes_count 6
size_bytes_sum 1234567.5
# EOF
`,
    openMetrics2: `# TYPE size_bytes histogram
# HELP size_bytes Sizes.
size_bytes {count:6,sum:1.2345675e+06,bucket:[0.5:3,1.0:3,1e+06:5,+Inf:6]}
# EOF
`,
    protobuf: [{
      name: "size_bytes",
      help: "Sizes.",
      type: "HISTOGRAM",
      metric: [{
        histogram: {
          sampleCount: 6,
          sampleSum: 1_234_567.5,
          bucket: [
            { cumulativeCount: 3, upperBound: 0.5 },
            { cumulativeCount: 3, upperBound: 1 },
            { cumulativeCount: 5, upperBound: 1e6 },
            { cumulativeCount: 6, upperBound: Infinity },
          ],
        },
      }],
    }],
  },
  {
    name: "a histogram with labels, le being the last",
    families: [
      constHistogram({
        ...named("size"),
        bounds: [-1, 0],
        samples: [
          { labels: { zone: "a", kind: "x" }, buckets: [1, 0, 0], sum: -2 },
          { labels: { zone: "b", kind: "y" }, buckets: [0, 0, 2], sum: NaN },
        ],
      }),
    ],
    text: `# HELP size Help.
# TYPE size histogram
size_bucket{zone="a",kind="x",le="-1.0"} 1
size_bucket{zone="a",kind="x",le="0.0"} 1
size_bucket{zone="a",kind="x",le="+Inf"} 1
size_sum{zone="a",kind="x"} -2
size_count{zone="a",kind="x"} 1
size_bucket{zone="b",kind="y",le="-1.0"} 0
size_bucket{zone="b",kind="y",le="0.0"} 0
size_bucket{zone="b",kind="y",le="+Inf"} 2
size_sum{zone="b",kind="y"} NaN
size_count{zone="b",kind="y"} 2
`,
    openMetrics: `# TYPE size histogram
# HELP size Help.
size_bucket{zone="a",kind="x",le="-1.0"} 1
size_bucket{zone="a",kind="x",le="0.0"} 1
size_bucket{zone="a",kind="x",le="+Inf"} 1
size_bucket{zone="b",kind="y",le="-1.0"} 0
size_bucket{zone="b",kind="y",le="0.0"} 0
size_bucket{zone="b",kind="y",le="+Inf"} 2
# EOF
`,
    openMetrics2: `# TYPE size histogram
# HELP size Help.
size{zone="a",kind="x"} {count:1,sum:-2.0,bucket:[-1.0:1,0.0:1,+Inf:1]}
size{zone="b",kind="y"} {count:2,sum:NaN,bucket:[-1.0:0,0.0:0,+Inf:2]}
# EOF
`,
    protobuf: [{
      ...named("size"),
      type: "HISTOGRAM",
      metric: [
        {
          label: pairs({ kind: "x", zone: "a" }),
          histogram: {
            sampleCount: 1,
            sampleSum: -2,
            bucket: [-1, 0, Infinity]
              .map((upperBound) => ({ cumulativeCount: 1, upperBound })),
          },
        },
        {
          label: pairs({ kind: "y", zone: "b" }),
          histogram: {
            sampleCount: 2,
            sampleSum: NaN,
            bucket: [
              { cumulativeCount: 0, upperBound: -1 },
              { cumulativeCount: 0, upperBound: 0 },
              { cumulativeCount: 2, upperBound: Infinity },
            ],
          },
        },
      ],
    }],
  },
  {
    name: "bounds of all sizes",
    families: [
      constHistogram({
        ...named("size"),
        bounds,
        samples: [{ buckets: [...bounds.map(() => 1), 1], sum: 0 }],
      }),
    ],
    text: "# HELP size Help.\n# TYPE size histogram\n" +
      [...boundTexts, [Infinity, "+Inf"]]
        .map(([, le], at) => `size_bucket{le="${le}"} ${at + 1}\n`).join("") +
      `size_sum 0\nsize_count ${bounds.length + 1}\n`,
    openMetrics: "# TYPE size histogram\n# HELP size Help.\n" +
      [...boundTexts, [Infinity, "+Inf"]]
        .map(([, le], at) => `size_bucket{le="${le}"} ${at + 1}\n`).join("") +
      "# EOF\n",
    openMetrics2: "# TYPE size histogram\n# HELP size Help.\n" +
      `size {count:${bounds.length + 1},sum:0.0,bucket:[` +
      [...boundTexts, [Infinity, "+Inf"]].map(([, le], at) => `${le}:${at + 1}`).join() +
      "]}\n# EOF\n",
    protobuf: [{
      ...named("size"),
      type: "HISTOGRAM",
      metric: [{
        histogram: {
          sampleCount: bounds.length + 1,
          sampleSum: 0,
          bucket: [...bounds, Infinity]
            .map((upperBound, at) => ({ cumulativeCount: at + 1, upperBound })),
        },
      }],
    }],
  },
  {
    name: "a histogram with counts of more than 32 bits",
    families: [
      constHistogram({
        ...named("size"),
        bounds: [1],
        samples: [{ buckets: [2 ** 31, 2 ** 31], sum: 2 ** 53 }],
      }),
    ],
    text: `# HELP size Help.
# TYPE size histogram
size_bucket{le="1.0"} 2147483648
size_bucket{le="+Inf"} 4294967296
size_sum 9007199254740992
size_count 4294967296
`,
    openMetrics: `# TYPE size histogram
# HELP size Help.
size_bucket{le="1.0"} 2147483648
size_bucket{le="+Inf"} 4294967296
size_count 4294967296
size_sum 9007199254740992
# EOF
`,
    openMetrics2: `# TYPE size histogram
# HELP size Help.
size {count:4294967296,sum:9.007199254740992e+15,bucket:[1.0:2147483648,+Inf:4294967296]}
# EOF
`,
    protobuf: [{
      ...named("size"),
      type: "HISTOGRAM",
      metric: [{
        histogram: {
          sampleCount: 2 ** 32,
          sampleSum: 2 ** 53,
          bucket: [
            { cumulativeCount: 2 ** 31, upperBound: 1 },
            { cumulativeCount: 2 ** 32, upperBound: Infinity },
          ],
        },
      }],
    }],
  },
  {
    name: "a table with more values than rows",
    families: [
      {
        ...constGauge({ ...named("a"), samples: [{ value: 1 }] }),
        labels: { ...labelTable([{ x: "1" }, { x: "2" }]), rows: 1 },
      },
    ],
    text: `# HELP a Help.\n# TYPE a gauge\na{x="1"} 1\n`,
    openMetrics: `# TYPE a gauge\n# HELP a Help.\na{x="1"} 1\n# EOF\n`,
    protobuf: [{
      ...named("a"),
      type: "GAUGE",
      metric: [{ label: pairs({ x: "1" }), gauge: { value: 1 } }],
    }],
  },
  {
    name: "tables that share their values",
    families: sharing(),
    text: `# HELP one Help.
# TYPE one gauge
one{a="1",b="2"} 1
# HELP other Help.
# TYPE other gauge
other{c="1",d="2"} 1
# HELP single Help.
# TYPE single gauge
single{e="1"} 1
`,
    openMetrics: `# TYPE one gauge
# HELP one Help.
one{a="1",b="2"} 1
# TYPE other gauge
# HELP other Help.
other{c="1",d="2"} 1
# TYPE single gauge
# HELP single Help.
single{e="1"} 1
# EOF
`,
    protobuf: [
      {
        ...named("one"),
        type: "GAUGE",
        metric: [{ label: pairs({ a: "1", b: "2" }), gauge: { value: 1 } }],
      },
      {
        ...named("other"),
        type: "GAUGE",
        metric: [{ label: pairs({ c: "1", d: "2" }), gauge: { value: 1 } }],
      },
      {
        ...named("single"),
        type: "GAUGE",
        metric: [{ label: pairs({ e: "1" }), gauge: { value: 1 } }],
      },
    ],
  },
];
