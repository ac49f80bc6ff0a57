import { assert, assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { createMetricsApp, type MetricsAppOptions, MetricsRegistry } from "../../../mod.ts";
import { livePage } from "../../../src/http/live/live_page.ts";

function appOf(options: MetricsAppOptions = {}) {
  return createMetricsApp({ registry: new MetricsRegistry(), livePage: true, ...options });
}

/** What is between two tags, of which a page has one. */
function inside(html: string, tag: string): string {
  const found = [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, "g"))];
  assertEquals(found.length, 1, tag);
  return found[0][1];
}

test("the live page takes 25 kB at most, and 9 kB compressed", async () => {
  const bytes = new TextEncoder().encode((await livePage("/metrics")).html);
  assert(bytes.length <= 25_000, `${bytes.length} bytes`);
  const { length } = gzipSync(bytes, { level: 9 });
  assert(length <= 9_000, `${length} bytes compressed`);
});

test("the live page allows a browser only what is in it", async () => {
  const response = await appOf().request("/metrics/live");
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("Content-Type"), "text/html; charset=utf-8");
  assertEquals(response.headers.get("X-Content-Type-Options"), "nosniff");
  assertEquals(response.headers.get("Referrer-Policy"), "no-referrer");
  assertEquals(response.headers.get("Cache-Control"), "no-store");
  const html = await response.text();
  const hashOf = (tag: string) =>
    `'sha256-${createHash("sha256").update(inside(html, tag)).digest("base64")}'`;
  assertEquals(response.headers.get("Content-Security-Policy")?.split("; "), [
    "default-src 'none'",
    `script-src ${hashOf("script")}`,
    `style-src ${hashOf("style")}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
});

test("the live page loads nothing, and makes no markup of text", async () => {
  const { html } = await livePage("/metrics");
  const script = inside(html, "script");
  new Function(script);
  assertEquals(
    script.match(/innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(/),
    null,
  );
  assertEquals(
    html.match(/https?:(?!\/\/www\.w3\.org\/)|\bsrc=|<link|@import|url\(|style=|\son\w+=/),
    null,
  );
});

test("the live page is off unless it is asked for", async () => {
  for (const livePage of [undefined, false]) {
    assertEquals((await appOf({ livePage }).request("/metrics/live")).status, 404);
  }
});

test("the live page answers HEAD as GET, without a body, and no other method", async () => {
  const get = await appOf().request("/metrics/live");
  const head = await appOf().request("/metrics/live", { method: "HEAD" });
  const { length } = new TextEncoder().encode(await get.text());
  assertEquals([head.status, head.headers.get("Content-Length")], [200, String(length)]);
  assertEquals(await head.text(), "");
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const response = await appOf().request("/metrics/live", { method });
    assertEquals([response.status, response.headers.get("Allow")], [405, "GET, HEAD"]);
  }
});

test("the live page is below the path of the metrics, whatever that is", async () => {
  const paths = { "/": ["/live", ""], "/a/b": ["/a/b/live", ""], "/m/": ["/m/live", "/"] };
  for (const [metrics, [path, end]] of Object.entries(paths)) {
    const response = await appOf({ paths: { metrics } }).request(path);
    assertEquals(response.status, 200, metrics);
    assertMatch(await response.text(), new RegExp(`data-end="${end}"`));
  }
});
