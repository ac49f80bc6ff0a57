/**
 * Serves the app on one platform and asserts what must hold on every one.
 *
 *     deno test -A tests/runtimes/served_test.ts -- node $(which node)
 */
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { until } from "../support/until.ts";
import { answers } from "./answers.ts";
import { build } from "./build.ts";
import { ask } from "./http_client.ts";
import { type Platform, type PlatformName, platforms } from "./platforms.ts";
import { serve, type ServeOptions, type Server } from "./serve.ts";
import { cfHeader } from "./workerd.ts";

const [name = "deno", executable = process.execPath] = process.argv.slice(2);
const platform: Platform = platforms[name as PlatformName];

let folder: string;
let options: ServeOptions;
let server: Server;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgeprom-served-"));
  const source = join("tests/runtimes/apps", platform.app);
  const module = platform.target ? await build(source, platform.target, folder) : source;
  options = { platform, executable, module };
  server = await serve(options);
});

after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

for (const { name, run } of answers) test(name, () => run(server));

test("GET /metrics/live, with the hash of the script that is in it", async () => {
  const { status, headers, body } = await ask(`${server.url}/metrics/live`);
  const [, script] = body.toString().match(/<script>([^]*)<\/script>/) ?? [];
  const hash = createHash("sha256").update(script).digest("base64");
  assertEquals([status, headers["content-type"]], [200, "text/html; charset=utf-8"]);
  assertStringIncludes(String(headers["content-security-policy"]), `script-src 'sha256-${hash}'`);
});

if (name === "workerd") {
  test("GET /metrics with gzip on Workers, only if the client itself accepts it", async () => {
    for (const [clientAcceptEncoding, encoding] of [["", undefined], ["gzip", "gzip"]]) {
      const headers = {
        "accept-encoding": "br, gzip",
        [cfHeader]: JSON.stringify({ clientAcceptEncoding }),
      };
      const answer = await ask(`${server.url}/metrics`, { headers });
      assertEquals([answer.status, answer.headers["content-encoding"]], [200, encoding]);
    }
  });
}

if (platform.stops) {
  test("a server that is stopped answers the requests before", async () => {
    const slow = await serve({ ...options, env: { COLLECTOR_SECONDS: "0.5" } });
    await until(() => hasAnswered(slow));
    const begun = collections(slow).length;
    const answer = ask(`${slow.url}/metrics`);
    await until(() => collections(slow).length > begun);
    const end = slow.stop("SIGTERM");
    const { status, body } = await answer;
    assertEquals(status, 200);
    assertMatch(body.toString(), /^processor_events_received 0$/m);
    assertEquals(await end, { code: 0, signal: null }, slow.output());
    await assertRejects(() => ask(`${slow.url}/ready`));
  });
}

/**
 * Asks until each thread has answered. Deno does not stop a thread that is still starting when it is
 * told to.
 */
async function hasAnswered(server: Server): Promise<boolean> {
  await Promise.all(Array.from({ length: 8 }, () => ask(`${server.url}/metrics`)));
  return new Set(collections(server)).size === (platform.threads ?? 1);
}

/** The lines that a slow collector has written, with the thread's name if there are several. */
function collections(server: Server): readonly string[] {
  return server.output().match(/^.*collecting$/gm) ?? [];
}
