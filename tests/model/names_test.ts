import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { RegistrationError } from "../../mod.ts";
import { CounterFamily } from "../../src/metrics/counter.ts";
import { HistogramFamily } from "../../src/metrics/histogram_family.ts";
import { display } from "../../src/model/errors.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const names = ["a", "A9", "_", ":", "app:jobs_total", "__proto__", "constructor", "toString"];
const noNames = ["", "9a", "a-b", "a b", "a.b", "ä", "a\n", "a{", undefined, null, 5, {}, ["a"]];

test("a metric name of letters, digits, _ and : is allowed", () => {
  for (const name of names) {
    assertEquals(new CounterFamily({ name, help: "" }).header.name, name);
  }
});

test("any other metric name is refused, and the error says what a name may be", () => {
  for (const name of noNames) {
    const define = () => new CounterFamily({ name: name as string, help: "" });
    assertThrowsWith(
      define,
      RegistrationError,
      `${display(name)} is not a metric name`,
      "use letters",
    );
  }
});

test("a label name has no colon", () => {
  for (const label of ["", "9a", "a-b", "a b", "a:b", "ä", "a\n", undefined, null, 5]) {
    const define = () => new CounterFamily({ name: "a", help: "", labels: [label as string] });
    assertThrowsWith(define, RegistrationError, "a: ", "is not a label name", "use letters");
  }
});

test("a name with a dot is refused, naming utf8Names, with which any text but NUL is a name", () => {
  const refused = [
    [{ name: "http.requests", help: "" }, '"http.requests"'],
    [{ name: "a", help: "", labels: ["http.method"] }, 'a: "http.method"'],
    [{ name: "a", help: "", constantLabels: { "http.method": "get" } }, 'a: "http.method"'],
  ] as const;
  for (const [definition, name] of refused) {
    assertThrowsWith(
      () => new CounterFamily(definition),
      RegistrationError,
      name,
      "other names need a registry with utf8Names",
    );
    const { header } = new CounterFamily({ ...definition, utf8Names: true });
    assertEquals(header.name, definition.name);
  }
  for (const name of ["", "a\0", "\ud800"]) {
    for (const wrong of [{ name }, { name: "a", labels: [name] }]) {
      const define = () => new CounterFamily({ help: "", utf8Names: true, ...wrong });
      assertThrowsWith(define, RegistrationError, "give a well-formed text without NUL");
    }
  }
});

test("a label name may be that of a property of Object", () => {
  const labels = ["constructor", "toString", "valueOf", "length", "name", "hasOwnProperty"];
  const [description] = new CounterFamily({ name: "a", help: "", labels }).describe();
  assertEquals(description.labelNames, labels);
});

test("a label name that begins with __ is refused", () => {
  for (const label of ["__", "__name__", "__proto__"]) {
    const define = () => new CounterFamily({ name: "a", help: "", labels: [label] });
    assertThrowsWith(define, RegistrationError, `a: label "${label}" is reserved`, "Prometheus");
  }
});

test("the label name le is refused in a histogram, which writes it itself", () => {
  const definitions = [
    { labels: ["le"] },
    { labels: { le: ["1"] } },
    { constantLabels: { le: "1" } },
  ];
  for (const definition of definitions) {
    const define = () => new HistogramFamily({ name: "a", help: "", ...definition });
    assertThrowsWith(define, RegistrationError, `a: label "le" is reserved`, "writes it itself");
  }
  assertEquals(
    new CounterFamily({ name: "a", help: "", labels: ["le"] }).header.name,
    "a",
  );
});

test("a help text is mandatory, and may be empty", () => {
  for (const help of [undefined, null, 5, {}]) {
    const define = () => new CounterFamily({ name: "a", help: help as unknown as string });
    assertThrowsWith(define, RegistrationError, `a: help is ${String(help)}`, "give a text");
  }
  assertEquals(new CounterFamily({ name: "a", help: "" }).header.help, "");
});

test("a help text with a lone surrogate is refused, one with a pair is not", () => {
  const define = () => new CounterFamily({ name: "a", help: "half \ud83d" });
  assertThrowsWith(define, RegistrationError, "a: help", "lone surrogate");
  assertEquals(new CounterFamily({ name: "a", help: "whole 🛫" }).header.help, "whole 🛫");
});

test("a unit is the suffix of the name, before _total", () => {
  const good = [["a_seconds", "seconds"], ["a_bytes_total", "bytes"], ["a_per_second", "second"]];
  for (const [name, unit] of good) {
    assertEquals(new CounterFamily({ name, help: "", unit }).header.unit, unit);
  }
  const bad = [["a", "seconds"], ["aseconds", "seconds"], ["seconds", "seconds"], ["a_", ""]];
  for (const [name, unit] of bad) {
    const define = () => new CounterFamily({ name, help: "", unit });
    assertThrowsWith(define, RegistrationError, `${name}: unit "${unit}"`, "leave the unit out");
  }
  const number = () => new CounterFamily({ name: "a_5", help: "", unit: 5 as unknown as string });
  assertThrowsWith(number, RegistrationError, "a_5: unit 5");
});
