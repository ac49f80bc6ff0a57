import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { Endpoint } from "../../../src/push/delivery/endpoint.ts";
import { answerError, networkError, unansweredError } from "../../../src/push/delivery/failure.ts";

const target = "https://host/write";
const headers = new Headers();

test("answerError: the server's words with their status, on one line and not too long", () => {
  const { message, status, answer } = answerError(target, {
    status: 400,
    headers,
    text: "out of\r\n  order",
  });
  assertEquals(message, "edgeprom push to https://host/write: 400, out of order");
  assertEquals([status, answer], [400, "out of\r\n  order"]);

  const long = answerError(target, { status: 500, headers, text: "a".repeat(1000) });
  assertEquals(long.message.length < 400 && long.message.endsWith("aaa..."), true);
  assertEquals(long.answer.length, 1000);
});

test("answerError: a remedy if one is known", () => {
  const of = (status: number, text = "") =>
    answerError(target, { status, headers, text }).message.replace(/.*write: /, "");
  assertEquals(of(401), "401; check authorization");
  assertEquals(of(403, "no"), "403, no; check authorization");
  assertEquals(of(413), "413");
  assertEquals(of(500, "no"), "500, no");
  assertEquals(
    of(308, "moved to b"),
    "308, moved to b; set the URL to the address that it moved to",
  );
  for (const status of [404, 405]) {
    for (const path of ["/api/v1/write", "--web.enable-remote-write-receiver", "/api/v1/push"]) {
      assertEquals(answerError(target, { status, headers, text: "" }).message.includes(path), true);
    }
  }
});

test("answerError: what a caller knows is said too", () => {
  const answer = { status: 404, headers, text: "no page" };
  const { message } = answerError(target, answer, { notFound: "ask ann", after: ", twice" });
  assertEquals(message, "edgeprom push to https://host/write: 404, no page, twice; ask ann");
});

test("unansweredError: it has a cause, and neither status nor words", () => {
  const thrown = new Error("a");
  const { message, cause, status, answer } = unansweredError(target, "aborted", thrown);
  assertEquals(message, "edgeprom push to https://host/write: aborted");
  assertStrictEquals(cause, thrown);
  assertEquals([status, answer], [undefined, ""]);
});

test("networkError: the reason, also one that stands in the cause, as Node's does", () => {
  const of = (thrown: unknown) =>
    networkError(new Endpoint("a test", target, {}), thrown, "").message.replace(/.*write: /, "")
      .replace("; is the server reachable?", "");
  assertEquals(of(new TypeError("connection refused")), "connection refused");
  const cause = new Error("connect ECONNREFUSED 127.0.0.1:9");
  assertEquals(
    of(new TypeError("fetch failed", { cause })),
    "fetch failed: connect ECONNREFUSED 127.0.0.1:9",
  );
  const all = Object.assign(new Error(""), { code: "ECONNREFUSED" });
  assertEquals(of(new TypeError("fetch failed", { cause: all })), "fetch failed: ECONNREFUSED");
  assertEquals(of(new TypeError("failed: a", { cause: "a" })), "failed: a");
  assertEquals(of(new TypeError("failed", { cause: null })), "failed: null");
  assertEquals(of("gone"), "gone");
});

test("networkError: a query of the URL is in neither message nor cause", () => {
  const url = `${target}?token=s3cret`;
  const { message, cause } = networkError(
    new Endpoint("a test", url, {}),
    new TypeError(`no way to ${url}`),
    "",
  );
  assertEquals(
    message,
    "edgeprom push to https://host/write: no way to https://host/write; is the server reachable?",
  );
  assertEquals(cause, undefined);
});
