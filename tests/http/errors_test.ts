import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { test } from "node:test";
import { BindError, ServerStartError } from "../../mod.ts";

test("BindError names the address, the reason and the ways out", () => {
  const cause = new Error("address already in use");
  const error = new BindError("127.0.0.1:9090", cause);
  assertInstanceOf(error, ServerStartError);
  assertEquals(error.address, "127.0.0.1:9090");
  assertStrictEquals(error.cause, cause);
  for (
    const part of [
      "cannot listen on 127.0.0.1:9090: address already in use",
      "METRICS_PORT",
      `"port"`,
      "0 picks a free one",
      "METRICS_HOST",
      `"hostname"`,
      "stop what listens there",
    ]
  ) assertStringIncludes(error.message, part);
});

test("BindError may have a cause that is no error", () => {
  assertStringIncludes(
    new BindError("[::1]:80", "denied").message,
    "cannot listen on [::1]:80: denied;",
  );
});
