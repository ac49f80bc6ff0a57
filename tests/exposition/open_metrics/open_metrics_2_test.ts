import { assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { EncodingError, type MetricFamily } from "../../../mod.ts";
import type { AcceptClause, BucketedSnapshot, SparseBuckets } from "../../../src/core.ts";
import { parseAccept } from "../../../src/exposition/encoding/accept.ts";
import { openMetrics2 } from "../../../src/exposition/open_metrics/open_metrics_2.ts";
import { familyCases } from "../../cases/families.ts";
import { typedCases } from "../../cases/typed_families.ts";
import { arbitraryFamily } from "../../support/arbitrary_families.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { malformedLines } from "../../support/open_metrics_2_grammar.ts";
import { sampleLines, textOf } from "../../support/pages.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const cases = [...familyCases, ...typedCases].flatMap(({ openMetrics2: page, ...rest }) =>
  page === undefined ? [] : [{ ...rest, page }]
);

function accepts(header: string): boolean {
  const [clause]: readonly AcceptClause[] = parseAccept(header);
  return openMetrics2.accepts(clause);
}

test("openMetrics2: its Content-Type is the specification's, with the escaping", () => {
  assertEquals(
    openMetrics2.contentType,
    "application/openmetrics-text; version=2.0.0; charset=utf-8",
  );
  assertEquals(openMetrics2.namesEscaping, true);
});

test("openMetrics2: accepts() only clauses that name version 2.0.0", () => {
  for (
    const header of [
      "application/openmetrics-text;version=2.0.0",
      'Application/OpenMetrics-Text; Version="2.0.0"; charset=utf-8;escaping=allow-utf-8;q=0.1',
    ]
  ) assertEquals(accepts(header), true, header);
  for (
    const header of [
      "application/openmetrics-text",
      "application/openmetrics-text;version=1.0.0",
      "application/openmetrics-text;version=0.0.1",
      "application/openmetrics-text;version=2.0",
      "text/plain;version=2.0.0",
      "application/*;version=2.0.0",
      "*/*",
    ]
  ) assertEquals(accepts(header), false, header);
});

for (const { name, families, page } of cases) {
  test(`openMetrics2: ${name}, equal to the byte in the first and the second scrape`, () => {
    for (const _ of ["first", "second"]) {
      assertEquals(textOf(openMetrics2.encode(families)), page);
    }
  });
}

test("openMetrics2: all cases fit on one page", () => {
  const families = cases.flatMap((each) => each.families);
  const page = cases.map((each) => each.page.slice(0, -"# EOF\n".length)).join("");
  assertEquals(textOf(openMetrics2.encode(families)), `${page}# EOF\n`);
});

test("openMetrics2: names that are not legacy-valid are quoted, or escaped if requested", () => {
  const families: readonly MetricFamily[] = [
    { ...counterOf('my."jobs"', { "a.b": "1", c: "2" }, {}), created: [1, 2] },
    { ...histogramOf("wait.time", { "a.b": "1" }), unit: "time" },
  ];
  assertEquals(
    textOf(openMetrics2.encode(families, { escaping: "allow-utf-8" })),
    `# TYPE "my.\\"jobs\\"" counter
# HELP "my.\\"jobs\\"" Help.
{"my.\\"jobs\\"","a.b"="1",c="2"} 1 st@1.000
{"my.\\"jobs\\""} 2 st@2.000
# TYPE "wait.time" histogram
# UNIT "wait.time" time
# HELP "wait.time" Help.
{"wait.time","a.b"="1"} {count:1,sum:0.5,bucket:[1.0:1,+Inf:1]}
# EOF
`,
  );
  assertEquals(sampleLines(textOf(openMetrics2.encode(families))), [
    'my__jobs_{a_b="1",c="2"} 1 st@1.000',
    "my__jobs_ 2 st@2.000",
    'wait_time{a_b="1"} {count:1,sum:0.5,bucket:[1.0:1,+Inf:1]}',
  ]);
});

test("openMetrics2: names do not change, even that of an info without _info", () => {
  const info: MetricFamily = { ...gaugeOf("build", {}), type: "info" };
  assertEquals(
    textOf(openMetrics2.encode([info])),
    "# TYPE build gauge\n# HELP build Help.\nbuild 1\n# EOF\n",
  );
});

test("openMetrics2: a unit is written if the type has one", () => {
  const units = (family: MetricFamily) =>
    textOf(openMetrics2.encode([family])).match(/^# UNIT .*$/gm) ?? [];
  const gauge = { ...gaugeOf("a_total", {}), unit: "seconds" };
  assertEquals(units(gauge), ["# UNIT a_total seconds"]);
  assertEquals(units({ ...gauge, unit: "m/s" }), []);
  assertEquals(units({ ...gauge, unit: "" }), []);
  assertEquals(units({ ...gauge, unit: "x\n# EOF" }), []);
  assertEquals(units({ ...gauge, name: "a_info", type: "info" }), []);
  assertEquals(units({ ...gauge, type: "stateset", states: ["on"] }), []);
});

test("openMetrics2: an exemplar has no maximum length, and its labels are escaped", () => {
  const labels = { trace_id: "x".repeat(200), note: '"\\\n' };
  const exemplars = [{ labels, value: NaN, timestamp: 1 }];
  assertEquals(sampleLines(textOf(openMetrics2.encode([{ ...counterOf("a", {}), exemplars }]))), [
    `a 1 # {trace_id="${"x".repeat(200)}",note="\\"\\\\\\n"} NaN 1.000`,
  ]);
});

test("openMetrics2: an exemplar without a time is left out and reported", () => {
  const exemplars = [{ labels: {}, value: 1, timestamp: NaN }, {
    labels: {},
    value: 2,
    timestamp: 3,
  }];
  const families: readonly MetricFamily[] = [
    { ...counterOf("a", {}), exemplars },
    { ...histogramOf("b", {}), exemplars },
  ];
  const errors: EncodingError[] = [];
  const page = openMetrics2.encode(families, { onError: (error) => errors.push(error) });
  assertEquals(sampleLines(textOf(page)), [
    "a 1",
    "b {count:1,sum:0.5,bucket:[1.0:1,+Inf:1]} # {} 2 3.000",
  ]);
  assertEquals(
    errors.map(({ message }) => message),
    ["a", "b"].map((name) => `${name}: an exemplar has the timestamp NaN; give seconds since 1970`),
  );
  assertThrowsWith(() => openMetrics2.encode(families), EncodingError, "a: ", "NaN");
});

test("openMetrics2: a histogram has one set of exemplars, that of its classic buckets if it has any", () => {
  const native = [1, 2, 3].map((row) => ({
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 1,
    positive: { indexes: [], counts: [] },
    negative: { indexes: [], counts: [] },
    exemplars: [{ labels: { native: `${row}` }, value: row, timestamp: row }],
  }));
  const classic = { labels: { classic: "3" }, value: 3, timestamp: 3 };
  const exemplars = [undefined, undefined, undefined, undefined, classic, undefined];
  const both: MetricFamily = {
    ...histogramOf("a", { x: "1" }, { x: "2" }, { x: "3" }),
    native,
    exemplars,
  };
  const shown = (family: MetricFamily) =>
    sampleLines(textOf(openMetrics2.encode([family])))
      .map((line) => line.slice(line.indexOf(" # ")));
  assertEquals(shown(both), [
    ' # {native="1"} 1 1.000',
    ' # {native="2"} 2 2.000',
    ' # {classic="3"} 3 3.000',
  ]);
  const buckets = both.buckets.filter((_, position) => position % 2 === 0);
  assertEquals(shown({ ...both, bounds: [], buckets, exemplars: [classic, classic, classic] }), [
    ' # {native="1"} 1 1.000',
    ' # {native="2"} 2 2.000',
    ' # {native="3"} 3 3.000',
  ]);
});

test("openMetrics2: a creation time that is not finite is left out", () => {
  const counter = counterOf("a", { x: "1" }, { x: "2" }, { x: "3" });
  const page = openMetrics2.encode([{ ...counter, created: [NaN, Infinity, -1.5] }]);
  assertEquals(sampleLines(textOf(page)), [
    'a{x="1"} 1',
    'a{x="2"} 2',
    'a{x="3"} 3 st@-1.500',
  ]);
});

test("openMetrics2: a family that fails leaves no bytes on the page, and the error names it", () => {
  const torn = { ...gaugeOf("torn", {}), values: undefined } as unknown as MetricFamily;
  const unwritable = { ...gaugeOf("bad", {}), type: "timer" } as unknown as MetricFamily;
  const counter: MetricFamily = {
    ...counterOf("nan", {}, { x: "1" }),
    values: new Float64Array(2).fill(NaN),
  };
  for (const bad of [torn, unwritable, counter]) {
    const errors: EncodingError[] = [];
    const families = [gaugeOf("a", {}), bad, gaugeOf("b", {})];
    const page = textOf(
      openMetrics2.encode(families, { onError: (error) => errors.push(error) }),
    );
    assertEquals(sampleLines(page), ["a 1", "b 1"]);
    assertFalse(page.includes(bad.name));
    assertEquals(errors.map(({ message }) => message.split(":")[0]), [bad.name]);
    assertThrowsWith(() => openMetrics2.encode([bad]), EncodingError, `${bad.name}: `);
  }
});

test("openMetrics2: pages of all families match the grammar", () => {
  assertEquals(malformedLines("a {count:1}\n# TYPE a timer\n\n# EOF"), [
    "a {count:1}",
    "# TYPE a timer",
    "\n# EOF",
  ]);
  const families = fc.array(arbitraryFamily, { maxLength: 4 });
  const property = fc.property(families, fc.string({ unit: "binary" }), (families, name) => {
    const odd = families.map((family) => ({ ...family, name: family.name + name }));
    for (const escaping of ["allow-utf-8", "underscores"] as const) {
      const page = openMetrics2.encode(odd, { escaping, onError: () => {} });
      assertEquals(malformedLines(textOf(page)), []);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test("openMetrics2: native buckets can be rebuilt from spans and counts", () => {
  const native = arbitraryFamily.filter((family): family is MetricFamily & BucketedSnapshot =>
    "native" in family && family.native !== undefined && family.labels.rows > 0
  );
  fc.assert(fc.property(native, ({ exemplars: _, ...family }) => {
    const page = sampleLines(textOf(openMetrics2.encode([family as MetricFamily])));
    page.forEach((line, row) => {
      for (const sign of ["negative", "positive"] as const) {
        const buckets = family.native?.[row][sign];
        assertEquals(rebuilt(line, sign), buckets && filled(buckets), line);
      }
    });
  }));
});

function rebuilt(line: string, sign: string): (readonly number[])[] {
  const list = (field: string) =>
    line.match(`,${sign}_${field}:\\[([^\\]]*)\\]`)?.[1].split(",") ?? [];
  const indexes: number[] = [];
  let next = 0;
  for (const [offset, length] of list("spans").map((span) => span.split(":").map(Number))) {
    next += offset;
    for (let bucket = 0; bucket < length; bucket++) indexes.push(next++);
  }
  const counts = list("buckets").map(Number);
  assertEquals(indexes.length, counts.length);
  return filled({ indexes, counts });
}

/** The buckets with something in them. */
function filled({ indexes, counts }: SparseBuckets): (readonly number[])[] {
  return indexes.map((index, position) => [index, counts[position]])
    .filter(([, count]) => count > 0);
}
