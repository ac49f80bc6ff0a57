import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { parse } from "yaml";
import { RegistrationError } from "../../../mod.ts";
import { toYaml } from "../../../src/operations.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const pages: readonly (readonly [what: string, data: unknown, page: string])[] = [
  [
    "words as they are",
    { summary: "all {{ $labels.job }} is well" },
    [
      "summary: all {{ $labels.job }} is well",
    ].join("\n"),
  ],
  [
    "PromQL as it is",
    { expr: 'sum by (job) (rate(a{b=~"5.."}[5m])) > 0' },
    [
      'expr: sum by (job) (rate(a{b=~"5.."}[5m])) > 0',
    ].join("\n"),
  ],
  ["a duration as it is", ["5m", "30d", "15"], '- 5m\n- 30d\n- "15"'],
  [
    "words of YAML in quotes",
    ["true", "No", "null", "~", "1e3"],
    [
      '- "true"',
      '- "No"',
      '- "null"',
      '- "~"',
      '- "1e3"',
    ].join("\n"),
  ],
  [
    "what would be syntax in quotes",
    ["a: b", "a #b", "a:", "- a", "{a", 'it\'s: "so"'],
    [
      '- "a: b"',
      '- "a #b"',
      '- "a:"',
      '- "- a"',
      '- "{a"',
      `- 'it''s: "so"'`,
    ].join("\n"),
  ],
  ["spaces at an end, and nothing, in quotes", ["a ", " a", ""], '- "a "\n- " a"\n- ""'],
  [
    "several lines as a block",
    { expr: "(\n  a\n)\n/ b", x: 1 },
    [
      "expr: |-",
      "  (",
      "    a",
      "  )",
      "  / b",
      "x: 1",
    ].join("\n"),
  ],
  [
    "lines that a block would change in quotes",
    ["a\n\nb", " a\nb", "a \nb", "a\n"],
    [
      '- "a\\n\\nb"',
      '- " a\\nb"',
      '- "a \\nb"',
      '- "a\\n"',
    ].join("\n"),
  ],
  [
    "what is not ASCII with escapes",
    ["Ä", "😀", "\u2028", "\x7f", "\0", "a\ud800"],
    [
      '- "\\u00c4"',
      '- "\\U0001f600"',
      '- "\\u2028"',
      '- "\\u007f"',
      '- "\\u0000"',
      '- "a\\ufffd"',
    ].join("\n"),
  ],
  [
    "keys in quotes if they need it",
    { on: 1, "a b": 2, "": 3, "a/b.c-d": 4 },
    [
      '"on": 1',
      '"a b": 2',
      '"": 3',
      "a/b.c-d: 4",
    ].join("\n"),
  ],
  [
    "nothing for undefined, and what is empty",
    { a: undefined, b: [], c: {}, d: null },
    [
      "b: []",
      "c: {}",
      "d: null",
    ].join("\n"),
  ],
  [
    "lists in lists, and objects in them",
    [[1, [2]], { a: [{ b: false, c: [] }], d: {} }],
    [
      "- - 1",
      "  - - 2",
      "- a:",
      "    - b: false",
      "      c: []",
      "  d: {}",
    ].join("\n"),
  ],
];

for (const [what, data, page] of pages) {
  test(`toYaml() writes ${what}`, () => assertEquals(toYaml(data), `${page}\n`));
}

test("toYaml() folds text that is longer than a line", () => {
  const lines = toYaml({ a: { runbook: "word ".repeat(40).trim() } }).trimEnd().split("\n");
  assertEquals(lines.slice(0, 2), ["a:", "  runbook: >-"]);
  assertEquals(lines.slice(2).map((line) => line.length), [98, 98, 13]);
  const [fifty, fortyNine] = [50, 49].map((length) => "a".repeat(length));
  assertEquals(toYaml(`${fifty} ${fifty}`), `>-\n${fifty}\n${fifty}\n`);
  assertEquals(toYaml(`${fifty} ${fortyNine} a`), `>-\n${fifty} ${fortyNine}\na\n`);
  assertEquals(toYaml("a".repeat(101)), `>-\n${"a".repeat(101)}\n`);
});

test("toYaml(): any data are read as they were, by YAML 1.1 and 1.2", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom(..."ab:# -'\"{}[]|>\\\n\t%@&*!0.e") }),
    fc.string({ unit: fc.constantFrom("a", "word", " ", ": ", " #"), minLength: 60 }),
    fc.constantFrom("yes", "0x1f", "1:30", "2001-01-01", ".inf", "<<", "=", "---", "...", "?"),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(fc.property(value, (data) => {
    const plain = JSON.parse(JSON.stringify(data));
    for (const version of ["1.1", "1.2"] as const) {
      assertEquals(parse(toYaml(data), { version, merge: false }), plain);
    }
  }));
});

test("toYaml(): what is not plain data is refused", () => {
  const circle: unknown[] = [];
  circle.push({ circle });
  for (const value of [() => 1, new Date(0), NaN, Infinity, 1n, Symbol.iterator, new Map()]) {
    assertThrowsWith(() => toYaml({ a: [value] }), RegistrationError, "is not plain data");
  }
  assertThrowsWith(() => toYaml(circle), RegistrationError, "contain themselves");
  const twice = { a: 1 };
  assertEquals(toYaml([twice, twice]), "- a: 1\n- a: 1\n");
});
