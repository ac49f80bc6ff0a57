import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  constCounter,
  constGauge,
  constGaugeHistogram,
  constHistogram,
  constSummary,
  constUnknown,
  EncodingError,
  type Exemplar,
  type MetricFamily,
  type MetricType,
  openMetrics,
} from "../../../mod.ts";
import { parseAccept } from "../../../src/exposition/encoding/accept.ts";
import { familyCases } from "../../cases/families.ts";
import { type OpenMetricsCase, openMetricsCases } from "../../cases/open_metrics_families.ts";
import { typedCases } from "../../cases/typed_families.ts";
import { encoded } from "../../support/encoded.ts";
import { sampleLines, textOf } from "../../support/pages.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { familyOf } from "../../support/typed_family.ts";

test("openMetrics: each version has a Content-Type of its own", () => {
  const type = "application/openmetrics-text; version=";
  assertEquals(openMetrics().contentType, `${type}1.0.0; charset=utf-8`);
  assertEquals(openMetrics("1.0.0").contentType, `${type}1.0.0; charset=utf-8`);
  assertEquals(openMetrics("0.0.1").contentType, `${type}0.0.1; charset=utf-8`);
});

const clauses: readonly (readonly [header: string, ...versions: string[]])[] = [
  ["application/openmetrics-text", "0.0.1"],
  ["application/openmetrics-text;version=0.0.1", "0.0.1"],
  ["application/openmetrics-text;version=1.0.0", "1.0.0"],
  ['Application/OpenMetrics-Text; charset=utf-8; version="1.0.0"; escaping=dots', "1.0.0"],
  ["application/openmetrics-text;version=2.0.0"],
  ["application/openmetrics-text;version=1"],
  ["application/openmetrics-text;version="],
  ["text/plain;version=1.0.0"],
  ["text/plain"],
  ["application/*"],
  ["*/*"],
];

test("openMetrics: accepts() the clauses that name the version, and the older one if none is named", () => {
  for (const [header, ...versions] of clauses) {
    const [clause] = parseAccept(header);
    const found = (["0.0.1", "1.0.0"] as const)
      .filter((version) => openMetrics(version).accepts(clause));
    assertEquals(found, versions, header);
  }
});

const shared: readonly OpenMetricsCase[] = [...familyCases, ...typedCases].flatMap((each) =>
  each.openMetrics === undefined ? [] : [{ ...each, page: each.openMetrics }]
);

for (const { name, families, options, escaping, page } of [...openMetricsCases, ...shared]) {
  test(`openMetrics: ${name}, equal to the byte in both versions and in the second scrape`, () => {
    for (const version of ["1.0.0", "0.0.1", "1.0.0"] as const) {
      const written = openMetrics(version, options).encode(families, { escaping });
      assertEquals(textOf(written), page);
    }
  });
}

const trace: Exemplar = { labels: { trace_id: "4bf9" }, value: 1, timestamp: 1_700_000_000.5 };

test("openMetrics: times and exemplars that a type does not have change nothing", () => {
  const stray = { created: [1.5, 2.5], exemplars: [trace, trace] };
  const families = [
    constGauge({
      name: "a",
      help: "A.",
      samples: [{ value: 1 }, { labels: { b: "c" }, value: 2 }],
    }),
    constUnknown({ name: "d", help: "D.", samples: [{ value: 3 }] }),
  ];
  const encode = openMetrics("1.0.0", { created: true }).encode;
  const strays = families.map((family) => ({ ...family, ...stray } as MetricFamily));
  assertEquals(textOf(encode(strays)), textOf(encode(families)));
});

/** The samples of a counter and of a histogram's bucket that have this exemplar. */
function withExemplar(
  exemplar: Exemplar,
): { readonly lines: readonly string[]; readonly errors: readonly string[] } {
  const families: MetricFamily[] = [
    {
      ...constCounter({ name: "a_total", help: "A.", samples: [{ value: 1 }] }),
      exemplars: [exemplar],
    },
    {
      ...constHistogram({ name: "b", help: "B.", bounds: [], samples: [{ buckets: [1], sum: 1 }] }),
      exemplars: [exemplar],
    },
  ];
  const { page, errors } = encoded(openMetrics(), families);
  return { lines: sampleLines(page).slice(0, 2), errors: errors.map(({ message }) => message) };
}

const bare = ["a_total 1", 'b_bucket{le="+Inf"} 1'];

const exemplars: readonly (readonly [string, Partial<Exemplar>, text: string])[] = [
  ["labels", { labels: { a: "1", b: "2" } }, '{a="1",b="2"} 1 1700000000.500'],
  ["no label", { labels: {} }, "{} 1 1700000000.500"],
  ["escapes", { labels: { a: '\\ " \n }' } }, '{a="\\\\ \\" \\n }"} 1 1700000000.500'],
  ["a value of its own", { value: -0.25 }, '{trace_id="4bf9"} -0.25 1700000000.500'],
  ["an infinite value", { value: Infinity }, '{trace_id="4bf9"} +Inf 1700000000.500'],
  ["milliseconds", { timestamp: 1.0006 }, '{trace_id="4bf9"} 1 1.001'],
  ["a time before 1970", { timestamp: -1.5 }, '{trace_id="4bf9"} 1 -1.500'],
  ["a far time", { timestamp: 1e15 }, '{trace_id="4bf9"} 1 1000000000000000.000'],
];

for (const [what, exemplar, text] of exemplars) {
  test(`openMetrics: an exemplar with ${what}`, () => {
    const { lines, errors } = withExemplar({ ...trace, ...exemplar });
    assertEquals(lines, bare.map((line) => `${line} # ${text}`));
    assertEquals(errors, []);
  });
}

test("openMetrics: an exemplar without a value is left out", () => {
  assertEquals(withExemplar({ ...trace, value: NaN }), { lines: bare, errors: [] });
});

for (const timestamp of [NaN, Infinity, -Infinity]) {
  test(`openMetrics: an exemplar with the time ${timestamp} is left out and reported`, () => {
    const { lines, errors } = withExemplar({ ...trace, timestamp });
    assertEquals(lines, bare);
    assertEquals(errors.length, 2);
    for (const error of errors) assertStringIncludes(error, `the timestamp ${timestamp}`);
  });
}

const longest: readonly (readonly [what: string, labels: Exemplar["labels"]])[] = [
  ["letters", { abc: "x".repeat(125) }],
  ["two labels", { abc: "x".repeat(60), de: "y".repeat(63) }],
  ["emoji, each one character", { abc: "🛫".repeat(125) }],
  ["characters that are escaped, each one", { abc: '"\\\n'.repeat(41) + "\\\\" }],
];

for (const [what, labels] of longest) {
  test(`openMetrics: an exemplar can have 128 characters, but not 129: ${what}`, () => {
    const { lines, errors } = withExemplar({ ...trace, labels });
    assertEquals(lines.map((line) => line.includes(" # {abc=")), [true, true]);
    assertEquals(errors, []);

    const longer = withExemplar({ ...trace, labels: { ...labels, abc: `${labels.abc}x` } });
    assertEquals(longer.lines, bare);
    assertEquals(longer.errors.map((error) => error.match(/^\w+|\d+/g)), [
      ["a_total", "129", "128"],
      ["b", "129", "128"],
    ]);
  });
}

test("openMetrics: the error of an exemplar that is too long is thrown if there is no onError", () => {
  const counter = constCounter({ name: "a_total", help: "A.", samples: [{ value: 1 }] });
  const labels = { a: "x".repeat(128) };
  const families = [{ ...counter, exemplars: [{ ...trace, labels }] }];
  assertThrowsWith(() => openMetrics().encode(families), EncodingError, "129", "128");
});

const clashes: readonly (readonly [
  families: readonly MetricFamily[],
  kept: string[],
  reported: readonly string[],
])[] = [
  [[familyOf("gauge", "foo"), familyOf("counter", "foo_total")], ["foo"], ["foo_total"]],
  [[familyOf("counter", "foo_total"), familyOf("gauge", "foo")], ["foo_total"], ["foo"]],
  [[familyOf("info", "foo_info"), familyOf("gauge", "foo")], ["foo_info"], ["foo"]],
  [[familyOf("counter", "foo_total"), familyOf("counter", "foo")], ["foo_total"], ["foo"]],
  [[familyOf("counter", "foo_total"), familyOf("gauge", "foo_created")], ["foo_total"], [
    "foo_created",
  ]],
  [
    [familyOf("histogram", "x"), familyOf("counter", "x_count_total"), familyOf("gauge", "y")],
    ["x_bucket", "x_bucket", "x_count", "x_sum", "y"],
    ["x_count_total"],
  ],
  [
    [familyOf("histogram", "x_total"), familyOf("histogram", "x"), familyOf("counter", "x_total")],
    ["x_total_bucket", "x_total_bucket", "x_total_count", "x_total_sum"]
      .concat("x_bucket", "x_bucket", "x_count", "x_sum"),
    ["x_total"],
  ],
  [
    [familyOf("gaugehistogram", "x"), familyOf("gauge", "x_gsum"), familyOf("gauge", "x_sum")],
    ["x_bucket", "x_bucket", "x_gcount", "x_gsum", "x_sum"],
    ["x_gsum"],
  ],
  [[familyOf("gauge", "x"), familyOf("gauge", "x_created"), familyOf("unknown", "x_total")], [
    "x",
    "x_created",
    "x_total",
  ], []],
];

for (const [families, kept, reported] of clashes) {
  const names = families.map(({ type, name }) => `${type} ${name}`).join(", ");
  test(`openMetrics: of ${names} the first stays, and a clash is reported`, () => {
    const { page, errors } = encoded(openMetrics(), families);
    assertEquals(sampleLines(page).map((line) => line.match(/^\w+/)?.[0] ?? ""), kept);
    assertEquals(page.match(/^# TYPE/gm)?.length, families.length - reported.length);
    assertEquals(errors.map(({ message }) => message.split(": OpenMetrics keeps ")[0]), reported);
    for (const error of errors) assertInstanceOf(error, EncodingError);
  });
}

/** The names that a family `x` keeps for itself, by type. */
const kept: Readonly<Partial<Record<MetricType, readonly string[]>>> = {
  counter: ["x", "x_total", "x_created"],
  summary: ["x", "x_count", "x_sum", "x_created"],
  histogram: ["x", "x_count", "x_sum", "x_bucket", "x_created"],
  gaugehistogram: ["x", "x_gcount", "x_gsum", "x_bucket"],
  info: ["x", "x_info"],
  gauge: ["x"],
  unknown: ["x"],
  stateset: ["x"],
};
const named: Readonly<Partial<Record<MetricType, string>>> = { counter: "x_total", info: "x_info" };
const others = ["x", "x_total", "x_created", "x_count", "x_sum", "x_bucket"]
  .concat("x_gcount", "x_gsum", "x_info", "x_y", "y");

for (const [type, names] of Object.entries(kept) as [MetricType, string[]][]) {
  test(`openMetrics: a family x of type ${type} reserves ${names.join(", ")} and no more`, () => {
    const family = familyOf(type, named[type] ?? "x");
    for (const other of others) {
      const gauge = familyOf("gauge", other);
      for (const families of [[family, gauge], [gauge, family]]) {
        const { errors } = encoded(openMetrics(), families);
        assertEquals(errors.length, names.includes(other) ? 1 : 0, `${type} and ${other}`);
      }
    }
  });
}

test("openMetrics: the error of a clash names the families and the name they share", () => {
  const families = [familyOf("gauge", "foo"), familyOf("counter", "foo_total")];
  const [error] = encoded(openMetrics(), families).errors;
  assertEquals(
    error.message,
    'foo_total: OpenMetrics keeps "foo" for "foo"; rename one',
  );
  assertThrowsWith(() => openMetrics().encode(families), EncodingError, error.message);
});

test("openMetrics: a counter that gains _total can clash, and keeps its name otherwise", () => {
  const families = [familyOf("counter", "foo"), familyOf("gauge", "foo_created")];
  const renaming = encoded(openMetrics("1.0.0", { counters: "append-total" }), families);
  assertEquals(sampleLines(renaming.page), ["foo_total 1"]);
  assertEquals(renaming.errors.length, 1);
  const keeping = encoded(openMetrics(), families);
  assertEquals(sampleLines(keeping.page), ["foo 1", "foo_created 1"]);
  assertEquals(keeping.errors, []);
});

/** Families that no page may show: a strict reader would refuse it as a whole. */
const impossible: readonly (readonly [why: string, family: MetricFamily])[] = [
  ...[-1, NaN, -Infinity].map((value) =>
    [
      `a total of ${value}`,
      constCounter({ name: "bad_total", help: "Bad.", samples: [{ value: 1 }, { value }] }),
    ] as const
  ),
  ...[-1, NaN, 0.5].flatMap((count) => {
    const buckets = { name: "bad", help: "Bad.", bounds: [1] };
    const samples = [{ buckets: [1, count], sum: 1 }];
    return [
      [`a histogram's bucket of ${count}`, constHistogram({ ...buckets, samples })],
      [`a gauge histogram's bucket of ${count}`, constGaugeHistogram({ ...buckets, samples })],
      [
        `a summary's count of ${count}`,
        constSummary({ name: "bad", help: "Bad.", samples: [{ count, sum: 1 }] }),
      ],
    ] as const;
  }),
  ["an unknown type", { ...familyOf("gauge", "bad"), type: "timer" } as unknown as MetricFamily],
  ["an info that is called _info", familyOf("info", "_info")],
];

for (const [why, family] of impossible) {
  test(`openMetrics: ${why} loses its family, is reported, and leaves no bytes`, () => {
    const good = constGauge({ name: "good", help: "Good.", samples: [{ value: 1 }] });
    const { page, errors } = encoded(openMetrics(), [family, good]);
    assertEquals(page, "# TYPE good gauge\n# HELP good Good.\ngood 1\n# EOF\n");
    assertEquals(errors.map(({ message }) => message.split(":")[0]), [family.name]);
    assertInstanceOf(errors[0], EncodingError);
    assertThrowsWith(() => openMetrics().encode([family]), EncodingError, family.name);
  });
}

test("openMetrics: the name of a family that is left out is free again", () => {
  const bad = constCounter({ name: "foo_total", help: "Bad.", samples: [{ value: NaN }] });
  const { page, errors } = encoded(openMetrics(), [bad, familyOf("gauge", "foo")]);
  assertEquals(sampleLines(page), ["foo 1"]);
  assertEquals(errors.length, 1);
});

test("openMetrics: an encoder retains no names of a page for the next", () => {
  const encoder = openMetrics();
  const families = [familyOf("counter", "a_total"), familyOf("histogram", "b")];
  const first = encoded(encoder, families);
  assertEquals(encoded(encoder, families), first);
  assertEquals(first.errors, []);
});
