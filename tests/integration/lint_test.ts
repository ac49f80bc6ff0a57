import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { type LabelRecord, type MetricFamily, prometheusText } from "../../mod.ts";
import { lint } from "../../src/testing.ts";
import { lintCases } from "../cases/lint_families.ts";
import { missing } from "../support/components.ts";
import { checkMetrics } from "../support/promtool.ts";
import { familyOf } from "../support/typed_family.ts";

const skip = missing("promtool");

/**
 * What promtool says of families, a line a finding. It repeats one for each series, label or word
 * that it concerns.
 */
function judged(families: readonly MetricFamily[]): readonly string[] {
  const { code, lines } = checkMetrics(prometheusText.encode(families));
  assert(code === 0 || code === 3, lines.join("\n"));
  assertEquals(code === 0, lines.length === 0);
  const types = new Map(families.map(({ name, type }) => [name, textTypes[type] ?? type]));
  return [...new Set(lines)].filter((line) => {
    // Up to 2.45 it looked for the words of all types; since then, only for that of the family.
    const [, name, type] = /^(\S+) metric name should not include type '(\w+)'$/.exec(line) ?? [];
    return type === undefined || types.get(name) === type;
  });
}

const textTypes: Readonly<Record<string, string>> = {
  gaugehistogram: "histogram",
  info: "gauge",
  stateset: "gauge",
};

/** What lint says by the rules of promtool. */
function linted(families: readonly MetricFamily[]): readonly string[] {
  return lint(families).filter(({ rule }) => rule !== "unit")
    .map(({ family, text }) => `${family} ${text}`);
}

test("promtool says of the table of cases what the table says", { skip }, () => {
  const families = lintCases.map(({ family }) => family);
  const expected = lintCases.flatMap(({ family, findings }) =>
    findings.map(([, text]) => `${family.name} ${text}`)
  );
  assertEquals([...judged(families)].sort(), expected.sort());
});

test("lint says of the table of cases what promtool says, in the same order", { skip }, () => {
  const families = lintCases.map(({ family }) => family);
  assertEquals(linted(families), judged(families));
});

/** One unit a name at most: of several, promtool takes any. */
const units = "seconds minutes days kelvins bits kilobytes gibibits milligrams kilocalories metres"
  .split(" ");
const words = ("jobs queue Queue length waitTime X total count sum bucket gauge counter summary " +
  "histogram untyped s ms MS b kb d h min _ a:b : 1 total_ created info le quantile").split(" ");
const labelNames = ["le", "quantile", "topic", "topicName", "TOPIC", "aB", "a_B", "Ba", "x1Y"];

const name = fc.tuple(
  fc.array(fc.constantFrom(...words), { maxLength: 4 }),
  fc.option(fc.constantFrom(...units), { nil: undefined }),
  fc.array(fc.constantFrom(...words), { maxLength: 2 }),
).map(([before, unit, after]) => [...before, ...(unit ? [unit] : []), ...after].join("_"))
  .filter((name) => /^[a-zA-Z_:]/.test(name));

const types = ["counter", "gauge", "unknown", "stateset", "summary", "histogram", "gaugehistogram"];
const family = fc.record({
  type: fc.constantFrom(...types as MetricFamily["type"][]),
  name,
  help: fc.constantFrom("Help.", ""),
  labels: fc.dictionary(fc.constantFrom(...labelNames), fc.constant("1")),
}).filter(({ type, name }) => !(type === "stateset" && name.includes(":")))
  .filter(({ type, name, labels }) => !reserved(type, name).some((label) => label in labels))
  .map(({ type, name, help, labels }) => familyOf(type, name, { help, labels: sorted(labels) }));

/** Names that differ in more than a suffix: promtool refuses a page on which two families mix. */
const families = fc.uniqueArray(family, {
  maxLength: 40,
  selector: ({ name }) => name.replace(/(_(bucket|sum|count))+$/, ""),
});

test("lint says of any families what promtool says", { skip }, () => {
  const property = fc.property(families, (families) => {
    assertEquals(linted(families), judged(families));
  });
  fc.assert(property, { numRuns: 100 });
});

/** The label that a type writes itself. */
function reserved(type: MetricFamily["type"], name: string): readonly string[] {
  if (type === "histogram" || type === "gaugehistogram") return ["le"];
  return type === "summary" ? ["quantile"] : type === "stateset" ? [name] : [];
}

function sorted(labels: LabelRecord): LabelRecord {
  return Object.fromEntries(Object.entries(labels).sort());
}
