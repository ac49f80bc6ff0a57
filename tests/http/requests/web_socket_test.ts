import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { HttpContext } from "../../../src/http/requests/http_context.ts";
import { statusOf } from "../../../src/http/requests/web_socket.ts";

const isBun = "Bun" in globalThis;

/** What Hono's server for Node passes in its event `upgrade`. */
const upgrading = { incoming: {}, outgoing: undefined };

function status(
  res: Response,
  { env = upgrading, method = "GET", upgrade = "websocket" } = {},
): number {
  const req = { method, header: (name: string) => name === "Upgrade" ? upgrade : undefined };
  return statusOf({ res, env, req } as unknown as HttpContext);
}

test("statusOf: an empty 200 to a handshake is a 101", () => {
  assertEquals(status(new Response(null)), 101);
  assertEquals(status(new Response(null), { upgrade: "WebSocket" }), 101);
});

test("statusOf: whatever else answers a handshake has its own status", () => {
  assertEquals(status(new Response(null, { status: 204 })), 204);
  assertEquals(status(new Response(null, { status: 400 })), 400);
  assertEquals(status(new Response("no socket here")), 200);
  assertEquals(status(new Response(new Uint8Array(1))), 200);
  const headers = { "Content-Type": "text/plain" };
  assertEquals(status(new Response(null, { headers })), 200);
});

test("statusOf: an empty 200 to anything else is a 200", () => {
  assertEquals(status(new Response(null), { upgrade: "" }), 200);
  assertEquals(status(new Response(null), { upgrade: "h2c" }), 200);
  assertEquals(status(new Response(null), { method: "POST" }), 200);
});

test("statusOf: where the server does not upgrade, an empty 200 is what it says", () => {
  for (const env of [null, {}, { incoming: {}, outgoing: {} }]) {
    assertEquals(status(new Response(null), { env: env as never }), isBun ? 101 : 200);
  }
});

test("statusOf leaves the body of a response unread", async () => {
  const body = new Response("text").body;
  const response = new Response(body);
  status(response);
  assertEquals([response.bodyUsed, await response.text()], [false, "text"]);
});
