import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { titleOf, wordsOf } from "../../../src/operations/dashboard/titles.ts";

const titles: Readonly<Record<string, string>> = {
  queue_length: "Queue length",
  gc_pauses: "GC pauses",
  grpc_calls: "gRPC calls",
  nodejs_eventloop_delay: "Node.js event loop delay",
  "http.server.requests": "HTTP server requests",
  "größe_der_queue": "Größe der queue",
  "ärger": "Ärger",
  "注文 数": "注文 数",
  constructor: "Constructor",
  "::": "::",
};

for (const [name, title] of Object.entries(titles)) {
  test(`titleOf(): ${name} is ${title}`, () => assertEquals(titleOf(wordsOf(name)), title));
}
