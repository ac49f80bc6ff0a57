import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { authorizationHeader, authorizationOf } from "../../../src/push/delivery/authorization.ts";
import { PushError } from "../../../src/push/delivery/push_error.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const header = (authorization: unknown) => authorizationHeader("a writer", authorization);

test("authorizationHeader: a token, or a name and a password in UTF-8", () => {
  assertEquals(header({ bearer: "abc.DEF-1/~+=" }), "Bearer abc.DEF-1/~+=");
  assertEquals(header({ username: "ann", password: "a:b" }), `Basic ${btoa("ann:a:b")}`);
  assertEquals(header({ username: "", password: "" }), `Basic ${btoa(":")}`);
  assertEquals(header({ username: "ä", password: "€" }), "Basic w6Q64oKs");
  assertEquals(header({ bearer: "a", username: undefined }), "Bearer a");
});

test("authorizationHeader: any other shape is refused, and never shown", () => {
  const shapes: readonly unknown[] = [
    "s3cret",
    null,
    ["s3cret"],
    {},
    { token: "s3cret" },
    { bearer: "s3cret", username: "s3cret" },
    { username: "s3cret" },
    { password: "s3cret" },
    { bearer: { s3cret: 1 } },
    { username: "s3cret", password: 12345 },
  ];
  for (const shape of shapes) {
    const { message, cause } = assertThrowsWith(() => header(shape), PushError, "a writer");
    assertEquals([message.includes("s3cret"), message.includes("12345"), cause], [
      false,
      false,
      undefined,
    ]);
  }
});

test("authorizationHeader: characters that no server would get are refused, and never shown", () => {
  const cases: readonly [unknown, string][] = [
    [{ bearer: "" }, "empty"],
    [{ bearer: "s3cret\n" }, "line feed"],
    [{ bearer: "s3 cret" }, "space"],
    [{ bearer: "s3crét" }, "character"],
    [{ username: "s3:cret", password: "" }, "username with a colon"],
    [{ username: "s3cret\r", password: "" }, "username with a line feed"],
    [{ username: "a", password: "s3cret\n" }, "password with a line feed"],
    [{ username: "a", password: "s3\ud800cret" }, "password"],
  ];
  for (const [authorization, problem] of cases) {
    const { message } = assertThrowsWith(() => header(authorization), PushError, problem);
    assertEquals(/s3|cr.t/.test(message.replace("character", "")), false, message);
  }
});

test("authorizationOf: the name and the password of a URL, if it has them", () => {
  const of = (url: string) => authorizationOf("a writer: url", new URL(url));
  assertEquals(of("https://host/"), undefined);
  assertEquals(of("https://ann%40x:p%3Aw@host/"), { username: "ann@x", password: "p:w" });
  assertEquals(of("https://ann@host/"), { username: "ann", password: "" });
  const { message } = assertThrowsWith(() => of("https://ann:s3cret%zz@host/"), PushError, "%25");
  assertEquals(message.includes("s3cret"), false);
});
