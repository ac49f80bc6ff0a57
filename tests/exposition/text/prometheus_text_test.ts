import { assertEquals, assertFalse, assertInstanceOf, assertMatch } from "@std/assert";
import { test } from "node:test";
import { EncodingError, type MetricFamily, prometheusText } from "../../../mod.ts";
import { parseAccept } from "../../../src/exposition/encoding/accept.ts";
import { familyCases } from "../../cases/families.ts";
import { typedCases } from "../../cases/typed_families.ts";
import { gaugeOf } from "../../support/families.ts";
import { textOf } from "../../support/pages.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const cases = [...familyCases, ...typedCases];

test("prometheusText: its Content-Type is the one that every server knows", () => {
  assertEquals(prometheusText.contentType, "text/plain; version=0.0.4; charset=utf-8");
});

for (const { name, families, text } of cases) {
  test(`prometheusText: ${name}, equal to the byte in the first and the second scrape`, () => {
    for (const _ of ["first", "second"]) {
      assertEquals(textOf(prometheusText.encode(families)), text);
    }
  });
}

test("prometheusText: all cases fit on one page", () => {
  const families = cases.flatMap((each) => each.families);
  const text = cases.map((each) => each.text).join("");
  assertEquals(textOf(prometheusText.encode(families)), text);
});

test("prometheusText: a page with a family ends with a line feed and has no empty line", () => {
  for (const { families, text } of cases) {
    const page = textOf(prometheusText.encode(families));
    assertEquals(page === "" || page.endsWith("\n"), true);
    assertFalse(page.startsWith("\n") || page.includes("\n\n"), text);
  }
});

test("prometheusText: a page shares no bytes with the next one", () => {
  const families = [gaugeOf("a", {})];
  const first = prometheusText.encode(families);
  first.fill(0);
  assertEquals(textOf(prometheusText.encode(families)), "# HELP a Help.\n# TYPE a gauge\na 1\n");
});

const unwritable = { ...gaugeOf("bad", {}), type: "timer" } as unknown as MetricFamily;
const torn = { ...gaugeOf("bad", {}), labels: undefined } as unknown as MetricFamily;

for (const [what, bad] of [["of no known type", unwritable], ["without labels", torn]] as const) {
  test(`prometheusText: a family ${what} leaves no bytes on the page, and the error names it`, () => {
    const errors: EncodingError[] = [];
    const onError = (error: EncodingError) => void errors.push(error);
    const families = [gaugeOf("a", {}), bad, gaugeOf("b", {})];
    const page = textOf(prometheusText.encode(families, { onError }));
    assertEquals(page.match(/^\w+(?= )/gm), ["a", "b"]);
    assertFalse(page.includes("bad"));
    assertEquals(errors.length, 1);
    assertInstanceOf(errors[0], EncodingError);
    assertMatch(errors[0].message, /^bad: /);
    assertInstanceOf(errors[0].cause, Error);
  });
}

test("prometheusText: the error is thrown if there is no onError", () => {
  assertThrowsWith(() => prometheusText.encode([unwritable]), EncodingError, "bad: ", "timer");
});

const clauses: [header: string, accepted: boolean][] = [
  ["text/plain", true],
  ["text/plain;version=0.0.4", true],
  ["text/plain;charset=utf-8;version=0.0.4", true],
  ["text/plain;version=0.0.4;escaping=underscores", true],
  ["TEXT/PLAIN", true],
  ["text/plain;version=1.0.0", false],
  ["text/plain;version=", false],
  ["text/*", false],
  ["*/*", false],
  ["text/html", false],
];

test("prometheusText: accepts() knows the clauses that name it, and no wildcards", () => {
  for (const [header, accepted] of clauses) {
    const [clause] = parseAccept(header);
    assertEquals(prometheusText.accepts(clause), accepted, header);
  }
});
