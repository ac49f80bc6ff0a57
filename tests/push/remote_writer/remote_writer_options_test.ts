import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { PushError } from "../../../src/push/delivery/push_error.ts";
import {
  checkRemoteWriterOptions,
  type RemoteWriterOptions,
} from "../../../src/push/remote_writer/remote_writer_options.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const gatherer = { gather: () => Promise.resolve({ families: [], errors: [] }) };
const check = (options: object) =>
  checkRemoteWriterOptions(
    "a writer",
    { url: "http://a.test", gatherer, ...options } as RemoteWriterOptions,
  );

test("checkRemoteWriterOptions: defaults", () => {
  assertEquals(check({}), {
    gatherer,
    protocol: "auto",
    histograms: "classic",
    intervalSeconds: 15,
    timeoutSeconds: 30,
    attemptTimeoutSeconds: 10,
    maxAttempts: 5,
    staleMarkers: true,
    createdTimestamp: true,
    checkWritten: true,
    logger: undefined,
  });
});

test("checkRemoteWriterOptions: a wrong value is told with its name and what it must be", () => {
  const wrong: [string, unknown, string][] = [
    ["gatherer", {}, "gather()"],
    ["gatherer", undefined, "gatherer"],
    ["protocol", "3.0", '"auto", "2.0", "1.0"'],
    ["histograms", "none", '"classic", "native", "both", "nhcb"'],
    ["intervalSeconds", 0, "a number above 0"],
    ["timeoutSeconds", -1, "a number above 0"],
    ["attemptTimeoutSeconds", NaN, "a number above 0"],
    ["maxAttempts", "5", "a whole number from 1 up"],
    ["maxAttempts", 1.5, "a whole number from 1 up"],
    ["staleMarkers", 1, "true or false"],
    ["createdTimestamp", "no", "true or false"],
    ["checkWritten", null, "true or false"],
    ["logger", {}, "logger"],
    ["fetch", "fetch", "a function"],
    ["interval", 5, 'unknown option "interval"'],
  ];
  for (const [name, value, expected] of wrong) {
    assertThrowsWith(() => check({ [name]: value }), PushError, "a writer", name, expected);
  }
});

test("checkRemoteWriterOptions: custom buckets do not travel in 1.0", () => {
  assertThrowsWith(
    () => check({ protocol: "1.0", histograms: "nhcb" }),
    PushError,
    "custom buckets",
    '"1.0"',
  );
  assertEquals(check({ protocol: "1.0", histograms: "native" }).histograms, "native");
});
