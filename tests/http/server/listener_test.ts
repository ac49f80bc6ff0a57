import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { withReadableUrl } from "../../../src/http/server/listener.ts";

/** A request as a runtime makes it of the target and the `Host` of a client, and its URL as read. */
function urlOf(url: string, host?: string): string {
  const headers = new Headers(host === undefined ? {} : { Host: host });
  return withReadableUrl({ url, headers } as Request).url;
}

test("withReadableUrl: a URL that can be read stays, and any other gets the path asked for", () => {
  assertEquals(urlOf("http://a:9090/metrics?x", "a:9090"), "http://a:9090/metrics?x");
  assertEquals(urlOf("/metrics", "a:9090"), "http://localhost/metrics");
  assertEquals(urlOf("a:9090", "a:9090"), "http://localhost/a:9090");
  assertEquals(urlOf("http://a b/metrics", "a b"), "http://localhost/metrics");
  assertEquals(urlOf("http://a/b?/metrics", "a/b?"), "http://localhost/metrics");
  assertEquals(urlOf("http://a/metrics", "a b"), "http://a/metrics");
  assertEquals(urlOf("http://a/metrics"), "http://a/metrics");
  assertEquals(urlOf("http:///metrics", ""), "http:///metrics");
});
