import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import {
  constCounter,
  constGauge,
  constHistogram,
  constStateSet,
  constSummary,
  type MetricFamily,
  prometheusText,
} from "../../../src/core.ts";
import { firstPage } from "../../../src/exposition/text/first_page.ts";
import { arbitraryFamily } from "../../support/arbitrary_families.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { textOf } from "../../support/pages.ts";

const typeNames = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  summary: "summary",
  stateset: "gauge",
};

function plainFamilies(): readonly MetricFamily[] {
  const help = "A \\ and\na line.";
  return [
    constCounter({
      name: "a_total",
      help,
      samples: [{ value: 1 }, { labels: { b: '"' }, value: 2 }],
    }),
    constGauge({ name: "b", help, samples: [{ labels: { c: "", d: "é" }, value: NaN }] }),
    constHistogram({
      name: "c",
      help,
      bounds: [0.5, 1],
      samples: [{ labels: { d: "1" }, buckets: [1, 2, 3], sum: 4 }],
    }),
    constSummary({
      name: "d",
      help,
      quantiles: [0.5],
      samples: [{ values: [1], count: 2, sum: -0 }],
    }),
    constStateSet({ name: "e", help, states: ["on", "off"], samples: [{ on: ["on"] }] }),
  ];
}

test("firstPage: each type in one string, equal to the byte to a page with cached lines", () => {
  const families = plainFamilies();
  const page = firstPage(families, typeNames);
  assertEquals(page, textOf(prometheusText.encode(families)));
  assertEquals(
    page,
    `# HELP a_total A \\\\ and\\na line.
# TYPE a_total counter
a_total 1
a_total{b="\\""} 2
# HELP b A \\\\ and\\na line.
# TYPE b gauge
b{d="é"} NaN
# HELP c A \\\\ and\\na line.
# TYPE c histogram
c_bucket{d="1",le="0.5"} 1
c_bucket{d="1",le="1.0"} 3
c_bucket{d="1",le="+Inf"} 6
c_sum{d="1"} 4
c_count{d="1"} 6
# HELP d A \\\\ and\\na line.
# TYPE d summary
d{quantile="0.5"} 1
d_sum -0
d_count 2
# HELP e A \\\\ and\\na line.
# TYPE e gauge
e{e="on"} 1
e{e="off"} 0
`,
  );
});

test("firstPage: a state set with a colon in its name has the label in quotes", () => {
  const [, , , , states] = plainFamilies();
  assertEquals(
    firstPage([{ ...states, name: "a:b", help: "" }], typeNames),
    '# HELP a:b \n# TYPE a:b gauge\na:b{"a:b"="on"} 1\na:b{"a:b"="off"} 0\n',
  );
});

test("firstPage: the first page of any families is the second one, to the byte", () => {
  fc.assert(fc.property(fc.array(arbitraryFamily, { maxLength: 4 }), (families) => {
    const errors: string[][] = [[], []];
    const pages = errors.map((list) =>
      textOf(prometheusText.encode(families, { onError: ({ message }) => list.push(message) }))
    );
    assertEquals([pages[1], errors[1]], [pages[0], errors[0]]);
  }));
});

test("firstPage: families that were on a page have none, alone or among new ones", () => {
  const [first, second] = [counterOf("a", { b: "1" }), counterOf("b", { b: "1" })];
  assertEquals(typeof firstPage([first], typeNames), "string");
  assertEquals(firstPage([first], typeNames), undefined);
  assertEquals(firstPage([second, first], typeNames), undefined);
  assertEquals(typeof firstPage([second], typeNames), "string");
});

const rows = (count: number) => Array.from({ length: count }, (_, row) => ({ row: `${row}` }));
const others: readonly (readonly [string, MetricFamily])[] = [
  ["1,025 lines", counterOf("a", ...rows(1025))],
  ["1,025 lines of buckets", histogramOf("a", ...rows(1025))],
  ["a time of measurement", { ...gaugeOf("a", {}), timestamps: new Float64Array(1) }],
  ["a name in UTF-8", gaugeOf("a.b", {})],
  ["a label name in UTF-8", gaugeOf("a", { "b.c": "1" })],
  ["an unknown type", { ...gaugeOf("a", {}), type: "toString" as never }],
  ["no label values", { ...gaugeOf("a"), labels: { names: ["b"], values: [], rows: 1 } }],
  ["a summary without counts", { ...plainFamilies()[3], counts: undefined } as never],
  ["half a row", { ...gaugeOf("a"), labels: { names: [], values: [], rows: 0.5 } }],
  ["no labels", { ...gaugeOf("a"), labels: undefined as never }],
];
for (const [what, family] of others) {
  test(`firstPage: none with ${what}`, () => {
    assertEquals(firstPage([counterOf("z", { y: "1" }), family], typeNames), undefined);
  });
}

test("firstPage: 1,024 lines are not too many", () => {
  assertEquals(typeof firstPage([counterOf("a", ...rows(1024))], typeNames), "string");
});
