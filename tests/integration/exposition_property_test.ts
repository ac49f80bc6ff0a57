import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { after, before, test } from "node:test";
import { MetricsRegistry, RegistrationError } from "../../mod.ts";
import { missing } from "../support/components.ts";
import {
  numberOf,
  type ParsedFamily,
  type PythonParser,
  startPythonParser,
} from "../support/python_parser.ts";

interface Content {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets: readonly number[];
  readonly series: readonly Series[];
}

interface Series {
  readonly values: readonly string[];
  /** What is recorded: all observations of a histogram; others take the first. */
  readonly numbers: readonly number[];
}

type Labels = readonly (readonly [name: string, value: string])[];

const inherited = ["__proto__", "constructor", "toString"];
const awkward = [
  ...inherited,
  "",
  '"',
  "\\",
  "\n",
  "\\n",
  '\\"',
  "\r",
  "🛫",
  " ",
  "{",
  "}",
  "=",
  ",",
];

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...awkward)).map((parts) => parts.join("")),
);
/** Its ends are no white space, which client_python would take off. */
const help = fc.oneof(fc.constant(""), text.map((inside) => `<${inside}>`));
const number = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 5e-324, -5e-324, 1e308, 2 ** 53, 1e21, 1e-7),
);
const metricName = fc.tuple(
  fc.oneof(fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/), fc.constantFrom(...inherited)),
  fc.constantFrom("", "_total", "_created"),
).map((parts) => parts.join(""));
const labelName = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/),
  fc.constantFrom(...inherited),
).filter((name) => !name.startsWith("__") && name !== "le");
const bounds = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), {
  minLength: 1,
  maxLength: 6,
  comparator: (one, other) => one === other,
}).map((bounds) => bounds.sort((one, other) => one - other));

const family: fc.Arbitrary<Content> = fc.record({
  name: metricName,
  type: fc.constantFrom("counter", "gauge", "histogram"),
  help,
  labels: fc.uniqueArray(labelName, { maxLength: 4 }),
  buckets: bounds,
}).chain((definition) => {
  const one = fc.record({
    values: fc.tuple(...definition.labels.map(() => text)),
    numbers: fc.array(number, { minLength: 1, maxLength: 5 }),
  });
  const options = { minLength: 1, maxLength: 4, selector: labelValues };
  return fc.uniqueArray(one, options).map((series) => ({ ...definition, series }));
});

/** Names that differ in more than a suffix: client_python takes suffixes off. */
const families = fc.uniqueArray(family, {
  maxLength: 6,
  selector: ({ name }) => name.replace(/_(total|created)$/, ""),
});

const skip = missing("client_python");
let python: PythonParser | undefined;
before(() => {
  if (!skip) python = startPythonParser();
});
after(() => python?.stop());

test("client_python reads back what was recorded", { skip }, async () => {
  const property = fc.asyncProperty(families, async (contents) => {
    const registry = new MetricsRegistry();
    for (const content of contents) record(registry, content, 0, 1);
    // A page in between, as a scrape keeps what it can of the one before.
    await registry.encode();
    for (const content of contents) record(registry, content, 1);
    const parsed = await python?.parse("text", await registry.encode()) ?? [];
    assertEquals(parsed.flatMap(found).sort(), contents.flatMap(expected).sort());
  });
  await fc.assert(property, { numRuns: 1000 });
});

test("a lone surrogate is refused in a help text, and U+FFFD in a label value", () => {
  const torn = fc.tuple(text, fc.constantFrom("\ud800", "\udbff", "\udc00", "\udfff"), text)
    .map((parts) => parts.join(""));
  fc.assert(fc.property(torn, (text) => {
    const registry = new MetricsRegistry();
    assertThrows(() => registry.gauge({ name: "a", help: text }), RegistrationError);
    const gauge = registry.gauge({ name: "a", help: "A.", labels: ["b"] });
    gauge.set({ b: text }, 1);
    const [{ labels: { values } }] = gauge.collect();
    assertEquals(values, [text.toWellFormed()]);
    assert(values[0].includes("\ufffd"));
  }));
});

/** Records some of a family's series. Asking for a family again gives the one that exists. */
function record(registry: MetricsRegistry, content: Content, from: number, to?: number): void {
  const { name, type, help, labels, buckets, series } = content;
  for (const { values, numbers } of series.slice(from, to)) {
    const set = Object.fromEntries(labels.map((label, column) => [label, values[column]]));
    if (type === "counter") registry.counter({ name, help, labels }).inc(set, increment(numbers));
    if (type === "gauge") registry.gauge({ name, help, labels }).set(set, numbers[0]);
    if (type === "histogram") {
      const histogram = registry.histogram({ name, help, labels, buckets });
      for (const observed of numbers) histogram.observe(set, observed);
    }
  }
}

/** A family as the lines it should come back as, one for its head and one a sample. */
function expected({ name, type, help, labels, buckets, series }: Content): string[] {
  const counter = name.replace(/_total$/, "");
  const samples = series.flatMap(({ values, numbers }) => {
    // An empty label value says that the label is absent.
    const set = labels.map((label, column) => [label, values[column]] as const)
      .filter(([, value]) => value !== "");
    if (type === "counter") return [sample(`${counter}_total`, set, increment(numbers))];
    // A gauge knows one zero.
    if (type === "gauge") return [sample(name, set, numbers[0] + 0)];
    const below = buckets.map((bound) => {
      const count = numbers.filter((number) => number <= bound).length;
      return sample(`${name}_bucket`, [...set, ["le", spelled(bound)]], count);
    });
    return [
      ...below,
      sample(`${name}_bucket`, [...set, ["le", spelled(Infinity)]], numbers.length),
      sample(`${name}_count`, set, numbers.length),
      sample(`${name}_sum`, set, numbers.reduce((sum, number) => sum + number, 0)),
    ];
  });
  return [head(type === "counter" ? counter : name, type, help), ...samples];
}

/** A parsed family in the same lines. */
function found({ name, type, help, samples }: ParsedFamily): string[] {
  const lines = samples.map(({ name, labels, value }) => {
    const set = labels.map(([label, value]) =>
      [label, label === "le" ? spelled(numberOf(value)) : value] as const
    );
    return sample(name, set, numberOf(value));
  });
  return [head(name, type, help), ...lines];
}

function head(name: string, type: string, help: string): string {
  return JSON.stringify([name, type, help]);
}

function sample(name: string, labels: Labels, value: number): string {
  return JSON.stringify([name, [...labels].sort(), spelled(value)]);
}

function spelled(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}

function increment([number]: readonly number[]): number {
  return Number.isFinite(number) ? Math.abs(number) : 1;
}

function labelValues({ values }: Series): string {
  return JSON.stringify(values);
}
