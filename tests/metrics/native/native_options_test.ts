import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { RegistrationError } from "../../../src/model/errors.ts";
import {
  type NativeHistogramOptions,
  readNativeOptions,
} from "../../../src/metrics/native/native_options.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const defaults: NativeHistogramOptions = {
  factor: 1.1,
  maxBuckets: 160,
  zeroThreshold: 2 ** -128,
  maxZeroThreshold: 0,
  minResetSeconds: 0,
  exemplars: 10,
  exemplarTtlSeconds: 300,
};

test("native options: true and an empty object are all defaults", () => {
  assertEquals(readNativeOptions("jobs_seconds", true), defaults);
  assertEquals(readNativeOptions("jobs_seconds", {}), defaults);
});

test("native options: a value replaces a default, undefined does not", () => {
  const options = readNativeOptions("jobs_seconds", { factor: 2, maxBuckets: undefined });
  assertEquals(options, { ...defaults, factor: 2 });
  assert(Object.isFrozen(options));
});

const taken: Partial<NativeHistogramOptions>[] = [
  { factor: 1.0000001 },
  { factor: 1e308 },
  { maxBuckets: 0 },
  { zeroThreshold: 0 },
  { maxZeroThreshold: 1e308 },
  { minResetSeconds: 0.5 },
  { exemplars: 0 },
  { exemplarTtlSeconds: 0.001 },
  { exemplarTtlSeconds: Infinity },
];

for (const options of taken) {
  const [[name, value]] = Object.entries(options);
  test(`native options: ${name} takes ${value}`, () => {
    assertEquals(readNativeOptions("jobs_seconds", options), { ...defaults, ...options });
  });
}

const refused: [name: string, value: unknown, remedy: string][] = [
  ...[1, 0.9, 0, -2, NaN, Infinity, "2", null]
    .map((value): [string, unknown, string] => ["factor", value, "finite number above 1"]),
  ...["maxBuckets", "exemplars"].flatMap((name) =>
    [-1, 1.5, NaN, Infinity, "10", null]
      .map((value): [string, unknown, string] => [name, value, "an integer, at least 0"])
  ),
  ...["zeroThreshold", "maxZeroThreshold", "minResetSeconds"].flatMap((name) =>
    [-1, NaN, Infinity, "1", null]
      .map((value): [string, unknown, string] => [name, value, "at least 0"])
  ),
  ...[0, -1, NaN, "300", null]
    .map((value): [string, unknown, string] => ["exemplarTtlSeconds", value, "above 0"]),
];

for (const [name, value, remedy] of refused) {
  test(`native options: ${name} refuses ${typeof value === "string" ? `"${value}"` : value}`, () => {
    const call = () => readNativeOptions("jobs_seconds", { [name]: value });
    assertThrowsWith(call, RegistrationError, "jobs_seconds", name, String(value), remedy);
  });
}

test("native options: a misspelt option is refused, with the nearest one", () => {
  const misspelt = { maxBucket: 10 } as Partial<NativeHistogramOptions>;
  const call = () => readNativeOptions("jobs_seconds", misspelt);
  assertThrowsWith(call, RegistrationError, "jobs_seconds", '"maxBucket"', '"maxBuckets"');
});

for (const native of [false, null, undefined, 3, "yes", [], [1.1]]) {
  test(`native options: ${native} is no native options`, () => {
    const call = () => readNativeOptions("jobs_seconds", native as unknown as true);
    assertThrowsWith(
      call,
      RegistrationError,
      "jobs_seconds",
      `${native}`,
      "must be true or an object",
    );
  });
}
