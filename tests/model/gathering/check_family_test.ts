import { test } from "node:test";
import {
  CollectionError,
  constCounter,
  constHistogram,
  constSummary,
  type MetricFamily,
  MetricsError,
} from "../../../mod.ts";
import { checkedFamily } from "../../../src/model/gathering/check_family.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const counter = counterOf("jobs", { queue: "a" }, { queue: "b" });
const histogram = histogramOf("jobs_seconds", { queue: "a" }, { queue: "b" });

/** A table of `a` with these values. */
const tableOf = (...values: unknown[]) => ({ names: ["a"], values, rows: values.length });
const two = new Float64Array(2);

test("checkedFamily(): a valid family passes", () => {
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
  for (const family of good) checkedFamily(family);
});

test("checkedFamily(): a value that is not a family is refused", () => {
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
  [{ ...counter, name: "\ud800" }, "is not a metric name"],
  [{ ...counter, name: 5 }, "5 is not a metric name"],
  [{ ...counter, name: undefined }, "undefined is not a metric name"],
  [{ ...counter, help: undefined }, "jobs: help is undefined"],
  [{ ...counter, help: "\udc00" }, "jobs: help", "lone surrogate"],
  [{ ...counter, type: "timer" }, `jobs: "timer" is not a type of metric`],
  [{ ...counter, type: undefined }, "jobs: undefined is not a type of metric"],
  [{ ...counter, type: "constructor" }, `jobs: "constructor" is not a type of metric`],
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
  [{ ...histogram, bounds: [2, 1] }, "jobs_seconds: ", "bounds 2,1", "ascending"],
  [{ ...histogram, bounds: [1, 1] }, "jobs_seconds: ", "bounds 1,1", "ascending"],
  [{ ...histogram, bounds: [1, NaN] }, "jobs_seconds: ", "bounds 1,NaN"],
  [{ ...histogram, bounds: [1, Infinity] }, "jobs_seconds: ", "bounds 1,Infinity"],
  [{ ...histogram, bounds: ["1"] }, "jobs_seconds: ", "bounds 1"],
];

test("checkedFamily(): a wrong header or wrong numbers are refused, naming the family and what is wrong", () => {
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

test("checkedFamily(): a label table of another shape is refused with what makes one", () => {
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
  [{ names: [5], values: ["1", "2"], rows: 2 }, "5 is not a label name"],
  [{ names: ["__name__"], values: ["1", "2"], rows: 2 }, `label "__name__" is reserved`],
];

test("checkedFamily(): wrong labels are refused, naming family and label", () => {
  for (const [labels, ...parts] of wrongLabels) {
    const check = () => checkedFamily({ ...counter, labels } as unknown as MetricFamily);
    assertThrowsWith(check, MetricsError, "jobs: ", ...parts);
  }
});

test("checkedFamily(): a label le of a histogram is refused", () => {
  const family = histogramOf("jobs_seconds", { le: "1" });
  assertThrowsWith(
    () => checkedFamily(family),
    MetricsError,
    `jobs_seconds: label "le" is reserved`,
  );
  checkedFamily(gaugeOf("jobs", { le: "1" }));
});

test("checkedFamily(): two series with the same labels are refused, as a server would drop one", () => {
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

test("checkedFamily(): a wrong number of rows cannot make it loop for ever", () => {
  const labels = { names: [], values: [], rows: 2 ** 50 };
  assertThrowsWith(() => checkedFamily({ ...counter, labels }), CollectionError, "jobs: ");
});

function one(): Float64Array {
  return Float64Array.of(1);
}

test("checkedFamily(): a count below 0 or NaN is refused", () => {
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

test("checkedFamily(): null in place of an optional column passes", () => {
  const family = { ...histogram, exemplars: null, native: null } as unknown as MetricFamily;
  checkedFamily(family);
});
