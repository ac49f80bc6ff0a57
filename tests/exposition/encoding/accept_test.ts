import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { parseAccept } from "../../../src/exposition/encoding/accept.ts";

/** Clauses in a short form: value, weight, and the parameters where there are some. */
function parsed(header: string): readonly unknown[] {
  return parseAccept(header).map(({ value, quality, parameters }) =>
    parameters.size === 0 ? [value, quality] : [value, quality, Object.fromEntries(parameters)]
  );
}

const om = "application/openmetrics-text";

const cases: [header: string, ...clauses: unknown[]][] = [
  [""],
  [" \t"],
  [",,, ,"],
  [";;;"],
  ["gzip", ["gzip", 1]],
  ["*/*", ["*/*", 1]],
  ["a, b ,c", ["a", 1], ["b", 1], ["c", 1]],
  ["TEXT/Plain;Version=0.0.4;Q=0.5", ["text/plain", 0.5, { version: "0.0.4" }]],
  ["a;q=0", ["a", 0]],
  ["a;q=0.0", ["a", 0]],
  ["a;q=0.001", ["a", 0.001]],
  ["a;q=1.000", ["a", 1]],
  ["a;q=2", ["a", 1]],
  ["a;q=1e9", ["a", 1]],
  ["a;q=Infinity", ["a", 1]],
  ["a;q=-1", ["a", 0]],
  ["a;q=-Infinity", ["a", 0]],
  ["a;q=", ["a", 1]],
  ["a;q", ["a", 1]],
  ["a;q=high", ["a", 1]],
  ["a;q=0.5x", ["a", 1]],
  ["a;q=NaN", ["a", 1]],
  [`a;q="0.5"`, ["a", 0.5]],
  ["a ; q = 0.5 ; b = c", ["a", 0.5, { b: "c" }]],
  ["a;b=1;q=0.5;c=2", ["a", 0.5, { b: "1", c: "2" }]],
  ["a;b=1;b=2;B=3", ["a", 1, { b: "1" }]],
  ["a;b=", ["a", 1, { b: "" }]],
  ["a;=b", ["a", 1]],
  ["a;b;c=1", ["a", 1, { c: "1" }]],
  ["a;b=c=d", ["a", 1, { b: "c=d" }]],
  ["a;;;b=1;", ["a", 1, { b: "1" }]],
  [";b=1,a", ["a", 1]],
  ["q=0.5", ["q=0.5", 1]],
  [`a;b="c,d", e`, ["a", 1, { b: "c,d" }], ["e", 1]],
  [`a;b="c;q=0;d=e";q=0.5`, ["a", 0.5, { b: "c;q=0;d=e" }]],
  [`a;b="say \\"hi\\" \\\\"`, ["a", 1, { b: 'say "hi" \\' }]],
  [`a;b=""`, ["a", 1, { b: "" }]],
  ["a;__proto__=1;constructor=2", [
    "a",
    1,
    Object.fromEntries([["__proto__", "1"], [
      "constructor",
      "2",
    ]]),
  ]],
  [
    `${om};version=1.0.0;q=0.5,${om};version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
    [om, 0.5, { version: "1.0.0" }],
    [om, 0.4, { version: "0.0.1" }],
    ["text/plain", 0.3, { version: "0.0.4" }],
    ["*/*", 0.2],
  ],
  [
    "text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,*/*;q=2",
    ["text/plain", 0.4, { version: "1.0.0", escaping: "allow-utf-8" }],
    ["*/*", 1],
  ],
];

test("parseAccept: clauses have their parameters and weights", () => {
  for (const [header, ...clauses] of cases) assertEquals(parsed(header), clauses, header);
});

test("parseAccept: an unclosed quote spoils its own clause at most", () => {
  for (const header of [`gzip, a;b="c, d`, `gzip, "`, `gzip, "\\`, `gzip, a;b="c\\"`]) {
    assertEquals(parsed(header)[0], ["gzip", 1], header);
  }
});

/** Any text, and texts of the characters that mean something. */
const header = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...';,="\\ q01.ab*/\t'.split(""), "q=", ";q=0.5")).map((parts) =>
    parts.join("")
  ),
);

test("parseAccept: no header makes it fail, and every weight is from 0 to 1", () => {
  fc.assert(
    fc.property(header, (header) => {
      for (const { value, quality, parameters } of parseAccept(header)) {
        assert(quality >= 0 && quality <= 1);
        assertEquals(value, value.trim().toLowerCase());
        assert(value !== "" && !value.includes(";"));
        for (const name of parameters.keys()) assertEquals(name, name.toLowerCase());
      }
    }),
    { numRuns: 1000 },
  );
});

const token = fc.stringMatching(/^[a-z0-9.+-]{1,8}$/);
const clause = fc.record({
  value: fc.tuple(token, token).map((parts) => parts.join("/")),
  parameters: fc.dictionary(token.filter((name) => name !== "q"), fc.string({ unit: "binary" })),
  quality: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
});

test("parseAccept: a well-formed header is parsed completely", () => {
  fc.assert(fc.property(fc.array(clause), (clauses) => {
    const header = clauses.map(({ value, parameters, quality }) => {
      const quoted = Object.entries(parameters)
        .map(([name, text]) => `;${name}="${text.replace(/[\\"]/g, "\\$&")}"`);
      return `${value}${quoted.join("")};q=${quality}`;
    }).join(", ");
    const read = parseAccept(header).map(({ value, parameters, quality }) => ({
      value,
      parameters: Object.fromEntries(parameters),
      quality,
    }));
    assertEquals(read, clauses.map((each) => ({ ...each, parameters: { ...each.parameters } })));
  }));
});

const hostile: [unit: string, last: string][] = [
  [";", ""],
  [",", ""],
  ['"', ""],
  ['"', '"'],
  ["\\", ""],
  ['"\\', ""],
  ['\\"', ""],
  ["; ", ""],
  [" ", ";"],
  [";q=", ""],
  [";a=", '"'],
  [';a="', ""],
  [';a="\\"', ""],
  ["=", ";a"],
  ["a", ";a"],
  ["(a+)+", ""],
];

for (const [unit, last] of hostile) {
  test(`parseAccept: 100 kB of ${JSON.stringify(unit)} before ${JSON.stringify(last)} take no time`, () => {
    const header = `gzip;q=0.5,${unit.repeat(Math.ceil(100_000 / unit.length))}${last}`;
    assertEquals(parsed(header)[0], ["gzip", 0.5]);
  });
}

test("parseAccept: 10,000 clauses are 10,000 clauses", () => {
  const header = Array.from({ length: 10_000 }, (_, number) => `a${number};q=0.5;b="x,y"`);
  const clauses = parseAccept(header.join(","));
  assertEquals(clauses.length, 10_000);
  assertEquals(clauses[9_999].value, "a9999");
});
