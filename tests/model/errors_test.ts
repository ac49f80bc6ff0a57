import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { test } from "node:test";
import {
  BindError,
  CollectionError,
  EncodingError,
  InvalidLabelError,
  InvalidValueError,
  MetricsError,
  RegistrationError,
  ServerStartError,
} from "../../mod.ts";
import { display } from "../../src/model/errors.ts";

const errors = [
  new MetricsError("m"),
  new RegistrationError("m"),
  new CollectionError("m"),
  new EncodingError("m"),
  new ServerStartError("m"),
  new InvalidValueError("jobs", -1, "a number from 0 up"),
  new InvalidLabelError("jobs", "queue", "x", `"x" is not allowed`),
  new BindError("127.0.0.1:1", new Error("taken")),
];

test("MetricsError is the base of every error, each with its own name", () => {
  for (const error of errors) {
    assertInstanceOf(error, MetricsError);
    assertInstanceOf(error, Error);
    assertEquals(error.name, error.constructor.name);
    assert(error.stack?.includes(error.message));
  }
});

test("InvalidValueError carries family and value", () => {
  const error = new InvalidValueError("jobs", -1, "a number from 0 up");
  assertEquals([error.family, error.value], ["jobs", -1]);
  assertEquals(error.message, "jobs: -1 is not a number from 0 up");
});

test("InvalidLabelError carries family, label and value", () => {
  const error = new InvalidLabelError("jobs", "queue", "x", `"x" is not allowed`);
  assertEquals([error.family, error.label, error.value], ["jobs", "queue", "x"]);
  assertEquals(error.message, `jobs: label "queue": "x" is not allowed`);
});

test("InvalidLabelError names no label if it is about a whole label set", () => {
  const error = new InvalidLabelError("jobs", "", {}, "the label set {} does not fit");
  assertEquals(error.message, "jobs: the label set {} does not fit");
});

test("display() shows any value", () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const cases: [unknown, string][] = [
    ["a\n", '"a\\n"'],
    [undefined, "undefined"],
    [null, "null"],
    [1n, "1"],
    [-0, "0"],
    [Symbol("a"), "Symbol(a)"],
    [{}, "[object Object]"],
    [[], "[]"],
    [["a", 1], "[a,1]"],
    [Object.create(null), "a value of type object"],
    [revoked.proxy, "a value of type object"],
  ];
  for (const [value, text] of cases) assertEquals(display(value), text);
});

test("display() cuts a long value", () => {
  assertEquals(display("a".repeat(78)).length, 80);
  assertEquals(display("a".repeat(79)), `"${"a".repeat(76)}...`);
  assertEquals(display("a".repeat(100_000)).length, 80);
});
