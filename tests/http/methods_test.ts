import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { isRead, methodNotAllowed, respond } from "../../src/http/methods.ts";

test("isRead: GET and HEAD only read", () => {
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"]) {
    const request = new Request("http://localhost/", { method });
    assertEquals(isRead(request), ["GET", "HEAD"].includes(method));
  }
});

test("methodNotAllowed: the response names the allowed methods", async () => {
  const response = methodNotAllowed(new Request("http://localhost/", { method: "DELETE" }));
  assertEquals(response.status, 405);
  assertEquals(Object.fromEntries(response.headers), {
    "allow": "GET, HEAD",
    "cache-control": "no-store",
    "content-type": "text/plain; charset=utf-8",
  });
  assertEquals(await response.text(), "DELETE is not allowed here; use GET or HEAD\n");
});

test("methodNotAllowed: a method of any length makes a short response", async () => {
  // Not every runtime lets one make such a request.
  const request = { method: "M".repeat(100_000) } as Request;
  assertEquals((await methodNotAllowed(request).text()).length < 100, true);
});

test("respond: HEAD has the length of the body of GET in place of the body", async () => {
  const init = { status: 503, headers: { "Content-Type": "text/plain" } };
  for (const [body, length] of [["grün\n", 6], [new Uint8Array(5), 5]] as const) {
    const [get, head] = ["GET", "HEAD"].map((method) =>
      respond(new Request("http://localhost/", { method }), body, init)
    );
    assertEquals((await get.arrayBuffer()).byteLength, length);
    assertEquals(get.headers.has("Content-Length"), false);
    assertEquals([get.status, head.status, head.body], [503, 503, null]);
    assertEquals(Object.fromEntries(head.headers), {
      "content-length": String(length),
      "content-type": "text/plain",
    });
  }
});
