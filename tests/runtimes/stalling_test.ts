/**
 * Serves a long page on one platform to clients that read nothing, and asserts that Prometheus gets
 * its pages beside them. `soak.ts` does the same with more clients and longer pages.
 *
 *     deno test -A tests/runtimes/stalling_test.ts -- node $(which node)
 */
import { assert, assertEquals } from "@std/assert";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { build } from "./build.ts";
import { type Platform, type PlatformName, platforms } from "./platforms.ts";
import { serve, type Server } from "./serve.ts";
import { megabytesOf, scrapeOnce, stall } from "./stalling.ts";

const [name = "deno", executable = process.execPath] = process.argv.slice(2);
const platform: Platform = platforms[name as PlatformName];
const series = 20_000;

let folder: string;
let server: Server;
let url: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgeprom-stalling-"));
  const source = join("tests/runtimes/apps", `measured_${platform.app}`);
  const module = platform.target ? await build(source, platform.target, folder) : source;
  const env = { LONG_SERIES: String(series), LONG_WIDTH: "250" };
  server = await serve({ platform, executable, module, env, path: "/long/ready" });
  url = `${server.url}/long/metrics`;
  await scrapeOnce(url);
});

after(async () => {
  await server?.stop("SIGKILL");
  await rm(folder, { recursive: true });
});

/** A page of 5 MB: how many series it has, or why there is none. */
async function pageOf(compressed: boolean): Promise<number | string> {
  const page = await scrapeOnce(url, compressed && platform.compresses);
  return page.match(/^wide\{/gm)?.length ?? page;
}

const formats: readonly (readonly string[])[] = [
  [],
  ["Accept: text/plain;version=1.0.0;escaping=dots"],
  ["Accept: text/plain;version=0.0.4;escaping=values", "Accept-Encoding: gzip"],
  ["X-Prometheus-Scrape-Timeout-Seconds: 0.000001"],
];

// Workers limit nothing, as they end requests without notice.
if (name !== "workerd") {
  test("GET /metrics, served: Prometheus gets every page beside clients that stall", async () => {
    const before = megabytesOf(server.pid);
    const crowd = await stall(url, { clients: 20, headersOf: (client) => formats[client % 4] });
    try {
      const pages: (number | string)[] = [];
      for (let time = 0; time < 5; time++) pages.push(await pageOf(time % 2 === 0));
      assertEquals(pages, [series, series, series, series, series]);
      // Each with a page of its own, they would take 100 MB.
      const { threads = 1 } = platform;
      assert(megabytesOf(server.pid) - before < 90 * threads);
    } finally {
      crowd.leave();
    }
  });

  test("GET /metrics, served: clients side by side get whole pages", async () => {
    const asked = Array.from({ length: 60 }, (_, client) => pageOf(client % 2 === 0));
    assertEquals(new Set(await Promise.all(asked)), new Set([series]));
  });
}
