import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { aggregatorHeader } from "../../../src/deltas/reply.ts";
import { replyOf } from "../../../src/push/delta_pusher/delta_reply.ts";

const headers = new Headers({ [aggregatorHeader]: "edgeprom/1" });
const of = (status: number, reply: unknown) =>
  replyOf({ status, headers, text: JSON.stringify(reply) });

test("replyOf: a reply of an aggregator, without what cannot be meant", () => {
  const refused = [{ family: "a", reason: "b" }];
  const full = {
    result: "applied",
    refused,
    hasLiving: false,
    heartbeatSeconds: 100,
    refreshSeconds: 1000,
  } as const;
  assertEquals(of(200, full), full);
  const wrong = {
    reason: 1,
    refused: [...refused, null, { family: 1 }],
    hasLiving: "no",
    heartbeatSeconds: 0,
    refreshSeconds: "1",
    other: 1,
  };
  assertEquals(of(200, { result: "duplicate", ...wrong }), { result: "duplicate", refused });
  assertEquals(of(409, { result: "unknown", reason: "why" }), { result: "unknown", reason: "why" });
  for (const status of [400, 401, 413]) {
    assertEquals(of(status, { result: "refused" }), { result: "refused" });
  }
});

test("replyOf: nothing is known if another answers, or the status says something else", () => {
  const text = '{"result":"applied"}';
  assertEquals(replyOf({ status: 200, headers: new Headers(), text }), undefined);
  for (const cut of ["", "{", "null", "[]", '"applied"', '{"result":"toString"}', "{}"]) {
    assertEquals(replyOf({ status: 200, headers, text: cut }), undefined, cut);
  }
  assertEquals(of(409, { result: "applied" }), undefined);
  assertEquals(of(200, { result: "unknown" }), undefined);
  assertEquals(of(503, { result: "refused" }), undefined);
});
