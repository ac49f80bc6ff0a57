import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { PushError } from "../../../src/push/delivery/push_error.ts";
import { userHeaders } from "../../../src/push/delivery/user_headers.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

test("userHeaders: names lose their case, values stay", () => {
  assertEquals(userHeaders("a writer", {}), {});
  assertEquals(userHeaders("a writer", { "X-Scope-OrgID": "a b\t\u00e9", "x-2": "" }), {
    "x-scope-orgid": "a b\t\u00e9",
    "x-2": "",
  });
});

test("userHeaders: what cannot be sent is refused by its name, without its value", () => {
  const cases: readonly [unknown, string][] = [
    [null, "must be an object"],
    ["X-Id: s3cret", "must be an object"],
    [[["x-id", "s3cret"]], "must be an object"],
    [new Headers({ "x-id": "s3cret" }), "must be an object"],
    [new Map([["x-id", "s3cret"]]), "must be an object"],
    [{ "x id": "s3cret" }, '"x id" is not the name of a header'],
    [{ "": "s3cret" }, '"" is not the name'],
    [{ "x-id": "s3cret\n" }, '"x-id" has a value with a line feed'],
    [{ "x-id": "s3cret€" }, '"x-id" has a value'],
    [{ "x-id": ["s3cret"] }, '"x-id" must be a string'],
    [{ "x-id": undefined }, '"x-id" must be a string'],
    [{ "x-id": "s3cret", "X-ID": "s3cret" }, '"X-ID" stands there twice'],
  ];
  for (const [headers, problem] of cases) {
    const { message } = assertThrowsWith(
      () => userHeaders("a writer", headers),
      PushError,
      problem,
    );
    assertEquals([message.startsWith("a writer: headers"), message.includes("s3cret")], [
      true,
      false,
    ]);
  }
});

test("userHeaders: those of the protocol and of the connection belong to nobody else", () => {
  const reserved = [
    "Content-Type",
    "content-encoding",
    "Content-Length",
    "X-Prometheus-Remote-Write-Version",
    "User-Agent",
    "Retry-Attempt",
    "Host",
    "Connection",
    "Expect",
    "Transfer-Encoding",
  ];
  for (const name of reserved) {
    const set = () => userHeaders("a writer", { [name]: "a" });
    assertThrowsWith(set, PushError, `"${name}" belongs to the protocol`);
  }
});
