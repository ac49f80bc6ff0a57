import { MetricsError, RegistrationError } from "../../src/model/errors.ts";
import {
  aFunction,
  aList,
  anObject,
  anything,
  aPositiveNumber,
  aString,
  checkOptions,
  oneOf,
  type OptionRules,
  required,
  withMethod,
} from "../../src/model/options.ts";
import { assertThrows } from "@std/assert";
import { test } from "node:test";

interface Options {
  readonly registry?: unknown;
  readonly labels?: unknown;
  readonly mode?: unknown;
  readonly callback?: unknown;
  readonly timeoutSeconds?: unknown;
  readonly readiness?: unknown;
  readonly prefix?: unknown;
}

const rules: OptionRules<Options> = {
  registry: withMethod("a registry", "gather"),
  labels: anObject,
  mode: oneOf("throw", "report"),
  callback: aFunction,
  timeoutSeconds: aPositiveNumber,
  readiness: aList,
  prefix: aString,
};

const check = (options: unknown) => checkOptions("the app", options as Options, rules);

test("checkOptions: what the rules allow passes, and so does undefined", () => {
  check({});
  check({ registry: { gather() {} }, labels: {}, mode: "throw", callback() {}, readiness: [] });
  check({ registry: undefined, timeoutSeconds: Infinity, prefix: "" });
});

test("checkOptions: an unknown option is named with the nearest known one", () => {
  const cases: readonly [string, string][] = [
    ["readines", `the app: unknown option "readines"; it is called "readiness" here`],
    ["timeoutSecond", `unknown option "timeoutSecond"; it is called "timeoutSeconds" here`],
    ["Prefix", `unknown option "Prefix"; it is called "prefix" here`],
    [
      "colour",
      `unknown option "colour"; the options are registry, labels, mode, callback, ` +
      `timeoutSeconds, readiness, prefix`,
    ],
    ["toString", `unknown option "toString"; the options are`],
    ["x".repeat(2_000), "the options are"],
  ];
  for (const [name, message] of cases) {
    assertThrows(() => check({ [name]: 1 }), RegistrationError, message);
  }
});

test("checkOptions: prom-client's words lead to ours", () => {
  assertThrows(() => check({ labelNames: ["a"] }), RegistrationError, `called "labels" here`);
  assertThrows(() => check({ collect() {} }), RegistrationError, `called "callback" here`);
  assertThrows(() => check({ url: "" }), RegistrationError, "the options are registry");
  // Ours is no option here, so all are listed.
  assertThrows(() => check({ percentiles: [0.5] }), RegistrationError, "the options are registry");
});

test("checkOptions: one thing that has several names here leads from each to the one that is meant", () => {
  const pusher = {
    gatherer: anything,
    target: anything,
    intervalSeconds: anything,
    giveUpSeconds: anything,
  };
  const words = { everySeconds: "intervalSeconds", url: "target", registry: "gatherer" };
  for (const [word, option] of Object.entries(words)) {
    const message = `"${word}"; it is called "${option}" here`;
    assertThrows(
      () => checkOptions("it", { [word]: 1 }, pusher as never),
      RegistrationError,
      message,
    );
  }
  // Where the other name is no option, the nearest one is.
  const near = { registries: anything };
  const message = `it is called "registries" here`;
  assertThrows(
    () => checkOptions("it", { registry: 1 }, near as never),
    RegistrationError,
    message,
  );
});

test("checkOptions: a wrong value is named with what it must be", () => {
  const cases: readonly [unknown, string][] = [
    [{ registry: {} }, "the app: registry [object Object] must be a registry"],
    [{ registry: null }, "registry null must be a registry"],
    [{ labels: ["a"] }, "labels [a] must be an object"],
    [{ mode: "loud" }, 'mode "loud" must be one of "throw", "report"'],
    [{ timeoutSeconds: 0 }, "timeoutSeconds 0 must be a number above 0"],
    [{ timeoutSeconds: NaN }, "timeoutSeconds NaN must be a number above 0"],
    [{ readiness: null }, "readiness null must be a list"],
    [{ prefix: 1 }, "prefix 1 must be a string"],
    [null, "the app: the options null must be an object"],
    [5, "the options 5 must be an object"],
    [undefined, "the options undefined must be an object"],
  ];
  for (const [options, message] of cases) {
    assertThrows(() => check(options), RegistrationError, message);
  }
});

test("checkOptions: a required option may not be left out", () => {
  const rule = { name: required(anything) };
  assertThrows(
    () => checkOptions("a check", {} as { name: string }, rule, MetricsError),
    MetricsError,
    "a check: name undefined must be anything",
  );
});
