import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  type EncodingError,
  type MetricFamily,
  MetricsRegistry,
  openMetrics,
  prometheusText,
} from "../../../mod.ts";
import type { EscapingScheme } from "../../../src/core.ts";
import { escapeFamilies } from "../../../src/exposition/encoding/escape_families.ts";
import { escapeMetricName } from "../../../src/exposition/encoding/escaping.ts";
import { encoded } from "../../support/encoded.ts";
import { gaugeOf } from "../../support/families.ts";
import { sampleLines, textOf } from "../../support/pages.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { familyOf } from "../../support/typed_family.ts";

/** Families as they are called under a scheme, and what was reported. */
function escaped(
  families: readonly MetricFamily[],
  scheme: EscapingScheme,
): { readonly families: string[][]; readonly errors: string[] } {
  const errors: EncodingError[] = [];
  const kept = escapeFamilies(families, scheme, (error) => errors.push(error));
  return {
    families: kept.map(({ name, labels }) => [name, ...labels.names]),
    errors: errors.map(({ message }) => message),
  };
}

const dotted = [
  gaugeOf("my.metric", { "a.b": "1", c: "2" }),
  gaugeOf("plain_name", { "d:e": "1", f_g: "2" }),
];

const expected: readonly (readonly [EscapingScheme, ...string[][]])[] = [
  ["allow-utf-8", ["my.metric", "a.b", "c"], ["plain_name", "d:e", "f_g"]],
  ["underscores", ["my_metric", "a_b", "c"], ["plain_name", "d_e", "f_g"]],
  ["dots", ["my_dot_metric", "a_dot_b", "c"], ["plain__name", "d__e", "f__g"]],
  ["values", ["U__my_2e_metric", "U__a_2e_b", "c"], ["plain_name", "U__d_3a_e", "f_g"]],
];

for (const [scheme, ...names] of expected) {
  test(`escapeFamilies: metric and label names under ${scheme}`, () => {
    assertEquals(escaped(dotted, scheme), { families: names, errors: [] });
  });
}

test("escapeFamilies: families without a name to escape are returned as they are", () => {
  const families = [gaugeOf("a", { b: "1" }), familyOf("histogram", "c:d")];
  for (const scheme of ["allow-utf-8", "underscores", "dots", "values"] as const) {
    const kept = escapeFamilies(families, scheme, () => {});
    assertStrictEquals(kept[0], families[0]);
    assertStrictEquals(kept[1], families[1]);
  }
  const [, untouched] = escapeFamilies([dotted[0], families[0]], "underscores", () => {});
  assertStrictEquals(untouched, families[0]);
});

test("escapeFamilies: a snapshot is not changed", () => {
  const before = structuredClone(dotted);
  for (const scheme of ["underscores", "dots", "values"] as const) escaped(dotted, scheme);
  assertEquals(dotted, before);
});

test("escapeFamilies: escaped label names are one array in all scrapes, as a key for caches", () => {
  const scrape = (scheme: EscapingScheme) =>
    escapeFamilies(dotted, scheme, () => {}).map(({ labels }) => labels.names);
  for (const scheme of ["underscores", "dots", "values"] as const) {
    const [first, second] = [scrape(scheme), scrape(scheme)];
    first.forEach((names, position) => assertStrictEquals(second[position], names));
  }
  assert(scrape("dots")[0] !== scrape("values")[0]);
});

test("escapeFamilies: a family under each scheme in turn has its current values", async () => {
  const registry = new MetricsRegistry({ utf8Names: true });
  const family = registry.gauge({ name: "my.metric", help: "M.", labels: ["a.b"] });
  const pages = async () => {
    const { families } = await registry.gather();
    return ["allow-utf-8", "underscores", "dots", "values", "underscores"].map((scheme) =>
      sampleLines(textOf(prometheusText.encode(families, { escaping: scheme as EscapingScheme })))
    );
  };
  family.set({ "a.b": "1" }, 1);
  const first = await pages();
  family.set({ "a.b": "2" }, 2);
  const second = await pages();
  const lines = (page: readonly string[]) =>
    page.flatMap((line) => [line, line.replace('="1"} 1', '="2"} 2')]);
  assertEquals(first, [
    ['{"my.metric","a.b"="1"} 1'],
    ['my_metric{a_b="1"} 1'],
    ['my_dot_metric{a_dot_b="1"} 1'],
    ['U__my_2e_metric{U__a_2e_b="1"} 1'],
    ['my_metric{a_b="1"} 1'],
  ]);
  assertEquals(second, first.map(lines));
});

type Names = readonly string[];

/** Families, a scheme that makes two names one, which stay, and what is said of the others. */
const collisions: readonly (readonly [
  families: readonly MetricFamily[],
  scheme: EscapingScheme,
  kept: Names,
  ...reports: readonly Names[],
])[] = [
  [[gaugeOf("a.b"), gaugeOf("a_b")], "underscores", ["a_b"], ["a_b: ", '"a_b"', '"a.b"']],
  [[gaugeOf("a b"), gaugeOf("a.b"), gaugeOf("a/b")], "underscores", ["a_b"], [
    "a.b: ",
    '"a_b"',
    '"a b"',
  ], ["a/b: ", '"a_b"', '"a b"']],
  [[gaugeOf("a__b"), gaugeOf("a-_b")], "dots", ["a____b"], ["a-_b: ", '"a____b"', '"a__b"']],
  [[gaugeOf("U__a_2e_b"), gaugeOf("a.b")], "values", ["U__a_2e_b"], ["a.b: ", '"U__a_2e_b"']],
  [[familyOf("histogram", "a.b"), gaugeOf("a_b_sum")], "underscores", ["a_b"], [
    "a_b_sum: ",
    '"a_b_sum"',
    '"a.b"',
  ]],
  [[gaugeOf("a.b.count"), familyOf("summary", "a.b")], "underscores", ["a_b_count"], [
    "a.b: ",
    '"a_b_count"',
    '"a.b.count"',
  ]],
  [[gaugeOf("x", { "a.b": "1", a_b: "2" }), gaugeOf("y")], "underscores", ["y"], [
    "x: ",
    'two of its labels become "a_b"',
  ]],
  [[gaugeOf("x", { "a-b": "1", "a/b": "2" }), gaugeOf("y")], "dots", ["y"], [
    "x: ",
    'two of its labels become "a__b"',
  ]],
  [[{ ...familyOf("stateset", "my.mode", { labels: { my_mode: "1" } }) }], "underscores", [], [
    "my.mode: ",
    'two of its labels become "my_mode"',
  ]],
  // A label of this name is the metric's own, and a second one fails the scrape.
  [[gaugeOf("x", { "--name--": "1" }), gaugeOf("y")], "underscores", ["y"], ["x: ", '"__name__"']],
  [[gaugeOf("x", { "-name-": "1" }), gaugeOf("y")], "dots", ["y"], ["x: ", '"__name__"']],
  [[gaugeOf("x", { "-name-": "1" })], "values", ["x"]],
  [[gaugeOf("a.b"), gaugeOf("a_b")], "dots", ["a_dot_b", "a__b"]],
  [[gaugeOf("a.b"), gaugeOf("a_b")], "values", ["U__a_2e_b", "a_b"]],
  [[gaugeOf("x", { "a.b": "1", a_b: "2" })], "allow-utf-8", ["x"]],
];

for (const [families, scheme, kept, ...reports] of collisions) {
  const names = families.map(({ name, labels }) => JSON.stringify([name, ...labels.names]));
  test(`escapeFamilies: of ${names} under ${scheme} the first stays, all others are reported`, () => {
    const { families: left, errors } = escaped(families, scheme);
    assertEquals(left.map(([name]) => name), [...kept]);
    assertEquals(errors.length, reports.length);
    reports.forEach((parts, at) => {
      for (const part of [`escaped by ${scheme}`, ...parts]) assertStringIncludes(errors[at], part);
    });
  });
}

test("escapeFamilies: a family that is left out takes no names from later ones", () => {
  const families = [
    gaugeOf("x", { "a.b": "1", a_b: "2" }),
    { ...familyOf("histogram", "y.z"), labels: gaugeOf("", { "a.b": "1", a_b: "2" }).labels },
    gaugeOf("y_z_sum"),
    gaugeOf("x"),
  ];
  const { families: left, errors } = escaped(families, "underscores");
  assertEquals(left.map(([name]) => name), ["y_z_sum", "x"]);
  assertEquals(errors.length, 2);
});

test("escapeFamilies: families with one name are not reported if nothing is escaped", () => {
  const families = [gaugeOf("x"), gaugeOf("x"), gaugeOf("a.b"), gaugeOf("y")];
  for (const scheme of ["underscores", "values"] as const) {
    const { families: left, errors } = escaped(families, scheme);
    assertEquals(left.map(([name]) => name), ["x", "x", escapeMetricName("a.b", scheme), "y"]);
    assertEquals(errors, []);
  }
});

test("escapeFamilies: a collision loses one family of a page, in every format", () => {
  const families = [gaugeOf("a.b", {}), gaugeOf("a_b", {}), gaugeOf("c", {})];
  for (const encoder of [prometheusText, openMetrics()]) {
    const { page, errors } = encoded(encoder, families);
    assertEquals(sampleLines(page), ["a_b 1", "c 1"]);
    assertEquals(errors.length, 1);
    assertThrowsWith(() => encoder.encode(families), Error, "a_b: ", "underscores");
    assertEquals(encoded(encoder, families, { escaping: "dots" }).errors, []);
  }
});

test("escapeFamilies: the label of a state set is its escaped name", () => {
  const families = [familyOf("stateset", "my.mode", { labels: { "a.b": "1" } })];
  const lines = (["allow-utf-8", "underscores", "dots", "values"] as const).flatMap((escaping) =>
    [prometheusText, openMetrics()].map((encoder) =>
      sampleLines(encoded(encoder, families, { escaping }).page)[0]
    )
  );
  assertEquals(
    lines,
    [
      '{"my.mode","a.b"="1","my.mode"="a"} 1',
      'my_mode{a_b="1",my_mode="a"} 1',
      'my_dot_mode{a_dot_b="1",my_dot_mode="a"} 1',
      'U__my_2e_mode{U__a_2e_b="1",U__my_2e_mode="a"} 1',
    ].flatMap((line) => [line, line]),
  );
});
