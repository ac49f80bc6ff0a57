import { assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  CollectionError,
  constCounter,
  constHistogram,
  constStateSet,
  constSummary,
  type Exemplar,
  type MetricFamily,
  MetricsError,
  prometheusText,
} from "../../../mod.ts";
import type { BucketedSnapshot, CounterSnapshot, NativeBuckets } from "../../../src/core.ts";
import { DroppedExemplars } from "../../../src/model/exemplar.ts";
import { checkFamilySteps } from "../../../src/model/gathering/check_family.ts";
import { checkedFamily, counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { textOf } from "../../support/pages.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const counter = counterOf("jobs", { queue: "a" }, { queue: "b" });
const histogram = histogramOf("jobs_seconds", { queue: "a" }, { queue: "b" });

/** A table of `a` with these values. */
const tableOf = (...values: unknown[]) => ({ names: ["a"], values, rows: values.length });
const two = new Float64Array(2);

test("checkFamilySteps(): a valid family passes", () => {
  const good: MetricFamily[] = [
    counter,
    histogram,
    gaugeOf("empty"),
    gaugeOf("unlabelled", {}),
    gaugeOf("mixed", { a: "1" }, { b: "1" }, {}),
    { ...gaugeOf("a"), labels: { names: ["a"], values: ["1", "2", "3"], rows: 1 }, values: one() },
    { ...counter, help: "" },
    { ...histogram, bounds: [-1] },
  ];
  for (const family of good) {
    const { name, type, labels: { rows } } = checkedFamily(family);
    assertEquals([name, type, rows], [family.name, family.type, family.labels.rows]);
  }
});

test("checkFamilySteps(): a value that is not a family is refused", () => {
  for (const family of [undefined, null, "jobs 1", 5, true, () => counter]) {
    assertThrowsWith(
      () => checkedFamily(family as unknown as MetricFamily),
      CollectionError,
      "in place of a family",
    );
  }
});

const wrong: [Record<string, unknown>, ...string[]][] = [
  [{ ...counter, name: "" }, `"" is not a metric name`],
  [{ ...counter, name: "a\0" }, `"a\\u0000" is not a metric name`, "NUL"],
  [{ ...counter, name: "\ud800" }, "is not a metric name"],
  [{ ...counter, name: 5 }, "5 is not a metric name"],
  [{ ...counter, name: undefined }, "undefined is not a metric name"],
  [{ ...counter, help: undefined }, "jobs: help is undefined"],
  [{ ...counter, help: "\udc00" }, "jobs: help", "lone surrogate"],
  [{ ...counter, type: "timer" }, `jobs: "timer" is not a type of metric`],
  [{ ...counter, type: undefined }, "jobs: undefined is not a type of metric"],
  [{ ...counter, type: "constructor" }, `jobs: "constructor" is not a type of metric`],
  [{ ...counter, unit: 5 }, "jobs: unit 5 is not a text"],
  [{ ...gaugeOf("jobs", {}), merge: "avg" }, `jobs: merge "avg" must be a way to merge gauges`],
  [{ ...counter, type: "info", name: "_info" }, "_info: the name of an info"],
  [{ ...counter, values: undefined }, "jobs: values"],
  [{ ...counter, values: [1, 2] }, "jobs: values", "Float64Array"],
  [{ ...counter, values: new Float32Array(2) }, "jobs: values", "Float64Array"],
  [{ ...counter, values: new Float64Array(1) }, "jobs: values", "2"],
  [{ ...counter, values: new Float64Array(3) }, "jobs: values", "2"],
  [{ ...histogram, buckets: new Float64Array(3) }, "jobs_seconds: buckets", "4"],
  [{ ...histogram, buckets: [1, 2, 3, 4] }, "jobs_seconds: buckets", "Float64Array"],
  [{ ...histogram, sums: new Float64Array(1) }, "jobs_seconds: sums", "2"],
  [{ ...histogram, sums: undefined }, "jobs_seconds: sums"],
  [{ ...histogram, bounds: undefined }, "jobs_seconds: ", "bounds undefined"],
  [{ ...histogram, bounds: "12" }, "jobs_seconds: ", `bounds "12"`],
  [{ ...histogram, bounds: [2, 1] }, "jobs_seconds: ", "bounds [2,1]", "ascending"],
  [{ ...histogram, bounds: [1, 1] }, "jobs_seconds: ", "bounds [1,1]", "ascending"],
  [{ ...histogram, bounds: [1, NaN] }, "jobs_seconds: ", "bounds [1,NaN]"],
  [{ ...histogram, bounds: [1, Infinity] }, "jobs_seconds: ", "bounds [1,Infinity]"],
  [{ ...histogram, bounds: ["1"] }, "jobs_seconds: ", "bounds [1]"],
];

test("checkFamilySteps(): a wrong header or wrong numbers are refused, naming the family and what is wrong", () => {
  for (const [family, ...parts] of wrong) {
    const check = () => checkedFamily(family as unknown as MetricFamily);
    assertThrowsWith(check, MetricsError, ...parts);
  }
});

const malformed = [
  undefined,
  null,
  [],
  { names: ["a"], values: ["1", "2"] },
  { names: "ab", values: ["1", "2"], rows: 2 },
  { names: ["a"], values: "12", rows: 2 },
  { names: ["a"], values: ["1"], rows: 2 },
  { names: ["a"], values: ["1", "2"], rows: -2 },
  { names: ["a"], values: ["1", "2"], rows: 1.5 },
  { names: ["a"], values: ["1", "2"], rows: NaN },
  { names: ["a"], values: ["1", "2"], rows: "2" },
];

test("checkFamilySteps(): a label table of another shape is refused with what makes one", () => {
  for (const labels of malformed) {
    const check = () => checkedFamily({ ...counter, labels } as unknown as MetricFamily);
    assertThrowsWith(check, CollectionError, "jobs: its label table", "labelTable()");
  }
});

const wrongLabels: [MetricFamily["labels"] | object, ...string[]][] = [
  [tableOf("1", 2), `label "a": 2 is not a text`],
  [tableOf("1", undefined), `label "a": undefined`],
  // deno-lint-ignore no-sparse-arrays
  [{ names: ["a"], values: ["1", ,], rows: 2 }, `label "a": undefined`],
  [{ names: ["a", "a"], values: ["1", "2", "3", "4"], rows: 2 }, `label "a" is there twice`],
  [{ names: [""], values: ["1", "2"], rows: 2 }, `"" is not a label name`],
  [{ names: ["a\0"], values: ["1", "2"], rows: 2 }, `"a\\u0000" is not a label name`],
  [{ names: [5], values: ["1", "2"], rows: 2 }, "5 is not a label name"],
  [{ names: ["__name__"], values: ["1", "2"], rows: 2 }, `label "__name__" is reserved`],
];

test("checkFamilySteps(): wrong labels are refused, naming family and label", () => {
  for (const [labels, ...parts] of wrongLabels) {
    const check = () => checkedFamily({ ...counter, labels } as unknown as MetricFamily);
    assertThrowsWith(check, MetricsError, "jobs: ", ...parts);
  }
});

test("checkFamilySteps(): a label le of a histogram is refused", () => {
  const family = histogramOf("jobs_seconds", { le: "1" });
  assertThrowsWith(
    () => checkedFamily(family),
    MetricsError,
    `jobs_seconds: label "le" is reserved`,
  );
  checkedFamily(gaugeOf("jobs", { le: "1" }));
});

test("checkFamilySteps(): two series with the same labels are refused, as a server would drop one", () => {
  const same: MetricFamily["labels"][] = [
    { names: ["a"], values: ["1", "1"], rows: 2 },
    { names: ["a", "b"], values: ["1", "", "1", ""], rows: 2 },
    { names: [], values: [], rows: 2 },
    { names: ["a"], values: ["", ""], rows: 2 },
  ];
  for (const labels of same) {
    const check = () => checkedFamily({ ...counter, labels, values: two });
    assertThrowsWith(
      check,
      CollectionError,
      "jobs: two series have the labels",
      "make them distinct",
    );
  }
});

test("checkFamilySteps(): a wrong number of rows cannot make it loop for ever", () => {
  const labels = { names: [], values: [], rows: 2 ** 50 };
  assertThrowsWith(() => checkedFamily({ ...counter, labels }), CollectionError, "jobs: ");
});

function one(): Float64Array {
  return Float64Array.of(1);
}

test("checkFamilySteps(): a count below 0 or NaN is refused", () => {
  const header = { name: "jobs", help: "Jobs." };
  for (const bad of [-1, NaN]) {
    const families = [
      constCounter({ ...header, samples: [{ value: bad }] }),
      constHistogram({ ...header, bounds: [1], samples: [{ buckets: [1, bad], sum: 1 }] }),
      constSummary({ ...header, samples: [{ count: bad, sum: 1 }] }),
    ];
    for (const family of families) {
      assertThrowsWith(
        () => checkedFamily(family),
        CollectionError,
        "jobs: ",
        String(bad),
        "from 0 up",
      );
    }
  }
});

test("checkFamilySteps(): null in place of an optional column passes", () => {
  const family = { ...histogram, exemplars: null, native: null } as unknown as MetricFamily;
  checkedFamily(family);
});

const stateSet = constStateSet({
  name: "mode",
  help: "Mode.",
  states: ["on", "off"],
  samples: [{ on: ["on"] }],
});
const summary = constSummary({
  name: "wait",
  help: "Wait.",
  quantiles: [0, 1],
  samples: [{ count: 2, sum: 3, values: [1, 2] }],
});
const since = 1_700_000_000;

const wrongParts: [Record<string, unknown>, ...string[]][] = [
  [{ ...stateSet, name: "__name__" }, "__name__: a state set's name is also that of a label"],
  [{ ...stateSet, states: ["a", "a"] }, "mode: states [a,a] must be distinct strings"],
  [{ ...stateSet, states: ["a", 5] }, "mode: states [a,5]"],
  [{ ...stateSet, states: ["a", "\ud800"] }, "mode: states"],
  [{ ...stateSet, states: "ab" }, "mode: states"],
  [{ ...stateSet, values: Float64Array.of(1, 2) }, "mode: values hold 2; a state is 0 or 1"],
  [{ ...stateSet, values: Float64Array.of(NaN, 0) }, "mode: values hold NaN"],
  [{ ...summary, quantiles: [0, 1.5] }, "wait: quantiles [0,1.5] must be", "from 0 to 1"],
  [{ ...summary, quantiles: [-0.5, 1] }, "wait: quantiles [-0.5,1] must be", "from 0 to 1"],
  [{ ...summary, quantiles: [1, 0] }, "wait: quantiles [1,0] must be ascending"],
  [{ ...summary, values: Float64Array.of(1) }, "wait: values has 1 entries", "2"],
  [{ ...counter, created: [since] }, "jobs: created does not hold 2 times"],
  [{ ...counter, created: 5 }, "jobs: created"],
  [{ ...counter, created: [since, NaN] }, "jobs: created holds NaN; give seconds since 1970"],
  [{ ...counter, created: [since, "5"] }, `jobs: created holds "5"`],
  [{ ...counter, created: [since, 8.7e12] }, "jobs: created holds 8700000000000"],
  [{ ...counter, timestamps: [since, since] }, "jobs: timestamps is not a Float64Array"],
  [{ ...counter, timestamps: Float64Array.of(since) }, "jobs: timestamps has 1 entries"],
  [{ ...counter, timestamps: Float64Array.of(since, Infinity) }, "jobs: timestamps hold Infinity"],
  [
    { ...counter, timestamps: Float64Array.of(since, Date.now() / 1000 + 660) },
    "jobs: timestamps hold",
    "not in the future",
  ],
  [{ ...counter, timestamps: Float64Array.of(since, -1) }, "jobs: timestamps hold -1; a time is"],
  [{ ...counter, exemplars: [undefined] }, "jobs: exemplars has 1 entries"],
  [{ ...counter, exemplars: "ab" }, "jobs: exemplars is not a list"],
];

test("checkFamilySteps(): what a type has besides is checked, row after row", () => {
  checkedFamily(stateSet);
  checkedFamily(summary);
  checkedFamily({ ...counter, created: [since, -since, NaN] });
  checkedFamily({ ...counter, timestamps: Float64Array.of(NaN, 0) });
  checkedFamily({ ...counter, timestamps: Float64Array.of(NaN, Date.now() / 1000 + 540) });
  for (const [family, ...parts] of wrongParts) {
    const check = () => checkedFamily(family as unknown as MetricFamily);
    assertThrowsWith(check, MetricsError, ...parts);
  }
});

const sparse: NativeBuckets = {
  schema: 0,
  zeroThreshold: 0.5,
  zeroCount: 1,
  positive: { indexes: [-3, 5], counts: [2, 3] },
  negative: { indexes: [0], counts: [4] },
  exemplars: [],
};

/** A native histogram with one row, of 10 observations by its classic buckets. */
function nativeOf(native: object, { buckets = [10], sum = 7 } = {}): MetricFamily {
  const family = constHistogram({
    name: "size",
    help: "Size.",
    bounds: buckets.slice(1),
    samples: [{ buckets, sum }],
  });
  return { ...family, native: [{ ...sparse, ...native }] };
}

const wrongNative: [MetricFamily, ...string[]][] = [
  [nativeOf({ schema: 9 }), "schema 9", "-4 to 8"],
  [nativeOf({ schema: -5 }), "schema -5"],
  [nativeOf({ schema: -53 }), "schema -53"],
  [nativeOf({ schema: 0.5 }), "schema 0.5"],
  [nativeOf({ schema: "0" }), `schema "0"`],
  [nativeOf({ zeroThreshold: -1 }), "zeroThreshold of -1"],
  [nativeOf({ zeroThreshold: NaN }), "zeroThreshold of NaN"],
  [nativeOf({ zeroThreshold: Infinity }), "zeroThreshold of Infinity"],
  [nativeOf({ zeroCount: -1 }), "zeroCount of -1"],
  [nativeOf({ zeroCount: undefined }), "zeroCount of undefined"],
  [nativeOf({ positive: { indexes: [5, -3], counts: [2, 3] } }), "index -3", "ascending"],
  [nativeOf({ positive: { indexes: [5, 5], counts: [2, 3] } }), "index 5", "ascending"],
  [nativeOf({ positive: { indexes: [0.5, 5], counts: [2, 3] } }), "index 0.5"],
  [nativeOf({ positive: { indexes: [0, 2 ** 31], counts: [2, 3] } }), "index 2147483648"],
  [nativeOf({ positive: { indexes: [-(2 ** 19), 0], counts: [2, 3] } }), "index -524288"],
  [nativeOf({ positive: { indexes: ["0", 5], counts: [2, 3] } }), `index "0"`],
  [nativeOf({ positive: { indexes: [1, 5], counts: [5] } }), "as many indexes as counts"],
  [nativeOf({ positive: { indexes: [1, 5] } }), "as many indexes as counts"],
  [nativeOf({ positive: undefined }), "as many indexes as counts"],
  [nativeOf({ negative: { indexes: [0], counts: [-4] } }), "bucket of -4"],
  [nativeOf({ negative: { indexes: [0], counts: [NaN] } }), "bucket of NaN"],
  [nativeOf({ negative: { indexes: [0], counts: [Infinity] } }), "bucket of Infinity"],
  [nativeOf({}, { buckets: [11] }), "10 observations", "buckets has 11"],
  [nativeOf({}, { buckets: [9] }), "10 observations", "buckets has 9"],
  [nativeOf({}, { buckets: [9], sum: NaN }), "buckets has 9"],
  [nativeOf({ zeroCount: 2 ** 53 - 9 }, { buckets: [2 ** 53] }), "buckets has 9007199254740992"],
];

test("checkFamilySteps(): native buckets that do not agree are refused, as one row loses the page", () => {
  const good = [
    nativeOf({}),
    nativeOf({ schema: -4 }),
    nativeOf({ schema: 8, zeroThreshold: 0 }),
    nativeOf({}, { buckets: [4, 6] }),
    nativeOf({ positive: { indexes: [0, 2 ** 19 - 1], counts: [2, 3] } }),
    // NaN counts, and is in no bucket.
    nativeOf({}, { buckets: [11], sum: NaN }),
    nativeOf({ zeroCount: 2 ** 53 - 10 }, { buckets: [2 ** 53 - 1] }),
    // Servers do not compare fractions.
    nativeOf({ zeroCount: 0.5 }, { buckets: [9] }),
  ];
  for (const family of good) checkedFamily(family);
  for (const [family, ...parts] of wrongNative) {
    assertThrowsWith(() => checkedFamily(family), CollectionError, "size: native ", ...parts);
  }
  const [second] = wrongNative;
  const native = [sparse, ...(second[0] as BucketedSnapshot).native!];
  const two = { ...nativeOf({}), labels: { names: ["a"], values: ["1", "2"], rows: 2 } };
  const family = { ...two, buckets: Float64Array.of(10, 10), sums: new Float64Array(2), native };
  assertThrowsWith(() => checkedFamily(family as MetricFamily), CollectionError, "schema 9");
});

test("checkFamilySteps(): exemplars that no server takes are dropped, and counted by family", () => {
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (text: string) => warnings.push(text);
  const good: Exemplar = { labels: { a: "b" }, value: 1, timestamp: since };
  const bad: unknown[] = [
    { ...good, labels: { "a-b": "1" } },
    { ...good, labels: { a: "\0" } },
    { ...good, labels: undefined },
    { ...good, value: "1" },
    { ...good, timestamp: NaN },
    { ...good, timestamp: undefined },
    { ...good, timestamp: 8.7e12 },
    5,
  ];
  const dropped = new DroppedExemplars();
  try {
    for (const each of bad) {
      const exemplars = [each, good] as Exemplar[];
      const checked = checkedFamily({ ...counter, exemplars }, dropped) as CounterSnapshot;
      assertEquals(checked.exemplars, [undefined, good]);
      const native = checkedFamily(nativeOf({ exemplars }), dropped) as BucketedSnapshot;
      assertEquals(native.native?.[0].exemplars, [good]);
    }
  } finally {
    console.warn = warn;
  }
  assertEquals([...dropped.counts], [["jobs", bad.length], ["size", bad.length]]);
  assertEquals(warnings.map((text) => text.split(":")[0]), ["jobs", "size"]);
  const none = { ...counter, exemplars: [null, good] } as unknown as CounterSnapshot;
  assertEquals((checkedFamily(none, dropped) as CounterSnapshot).exemplars, [undefined, good]);
});

test("checkFamilySteps(): a label value that was cut through an emoji is mended", () => {
  const { labels } = checkedFamily({ ...gaugeOf("a", {}), labels: table("🛫".slice(0, 1)) });
  assertEquals(labels.values, ["\ufffd"]);
});

function table(value: string): MetricFamily["labels"] {
  return { names: ["a"], values: [value], rows: 1 };
}

/** Calls a function with each object and list within a value. */
function visit(value: unknown, call: (each: Record<string, unknown>) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const each of Object.values(value)) visit(each, call);
  call(value as Record<string, unknown>);
}

test("checkFamilySteps(): nothing that a collector changes after the check is on the page", () => {
  const exemplar = { labels: { a: "b" }, value: 1, timestamp: since };
  const families: MetricFamily[] = [
    { ...counter, created: [since, since], exemplars: [exemplar, undefined] },
    { ...nativeOf({ exemplars: [exemplar] }), timestamps: Float64Array.of(since) },
    stateSet,
    summary,
  ];
  for (const family of families) {
    const given = structuredClone(family);
    const checked = checkedFamily(given);
    assertEquals(checked, family);
    visit(given, (each) => {
      for (const key of Object.keys(each)) {
        if (ArrayBuffer.isView(each)) (each as unknown as number[])[Number(key)] = -5;
        else each[key] = "changed";
      }
    });
    assertEquals(checked, family);
  }
});

test("checkFamilySteps(): labels that are edited in place are new lines, the same labels are not", () => {
  const given = structuredClone(gaugeOf("a", { zone: "1" }, { zone: "2" }));
  const page = () => textOf(prometheusText.encode([checkedFamily(given)]));
  const first = checkedFamily(given);
  assertStrictEquals(checkedFamily(given).labels, first.labels);
  assertStringIncludes(page(), 'a{zone="1"} 1\n');
  (given.labels.values as string[])[0] = "3";
  assertStringIncludes(page(), 'a{zone="3"} 1\n');
  (given.labels.values as string[])[1] = "3";
  assertThrowsWith(page, CollectionError, "two series");
  (given.labels.values as string[])[1] = "2";
  (given.labels.names as string[])[0] = "region";
  assertStringIncludes(page(), 'a{region="3"} 1\n');
});

test("checkFamilySteps(): a table that passed is checked again for a type that reserves its label", () => {
  const { labels } = gaugeOf("a", { le: "1" });
  checkedFamily({ ...gaugeOf("a", {}), labels });
  const family = { ...histogramOf("b", {}), labels };
  assertThrowsWith(() => checkedFamily(family), MetricsError, `label "le" is reserved`);
});

test("checkFamilySteps(): a large family is checked in steps, all of it", () => {
  const values = Array.from({ length: 5000 }, (_, row) => String(row));
  const labels = { names: ["a"], values, rows: 5000 };
  const steps = [...checkFamilySteps({ ...counter, labels, values: new Float64Array(5000) })];
  assertEquals(steps.length, 5);
  const wrong = checkFamilySteps({
    ...counter,
    labels: { ...labels, values: values.with(4999, "0") },
    values: new Float64Array(5000),
  });
  assertThrowsWith(() => [...wrong], CollectionError, "two series");
});
