import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { isRead, methodNotAllowed } from "../../src/http/methods.ts";

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
