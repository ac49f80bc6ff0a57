/** The package in a Worker: installed from npm's side, bundled by esbuild, served by the platform. */
import { assert, assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { findPackaged } from "../runner/executables.ts";
import { answers } from "../runtimes/answers.ts";
import { ask } from "../runtimes/http_client.ts";
import { type Platform, type PlatformName, platforms } from "../runtimes/platforms.ts";
import { serve, type Server } from "../runtimes/serve.ts";
import { deferred } from "../support/deferred.ts";
import { answering, freePort } from "../support/network.ts";
import { start } from "../support/process.ts";
import { RemoteWriteReceiver } from "../support/remote_write_receiver.ts";
import { root } from "../support/root.ts";
import { until } from "../support/until.ts";
import { type Bundled, bundleForWorker } from "./esbuild.ts";
import { commandsOf } from "./example_commands.ts";
import { takesEvents } from "./examples.ts";
import { order } from "./push_examples.ts";
import { createNpmProject } from "./npm_project.ts";
import type { Project } from "./project.ts";

const [name, executable, registry] = process.argv.slice(2);
const platform: Platform = platforms[name as PlatformName];

const configuration = readFileSync(join(root, "examples/workers/wrangler.jsonc"), "utf8");
const compatibilityDate = configuration.match(/"compatibility_date": "([^"]+)"/)?.[1];

let project: Project;
let bundle: Bundled;
let server: Server;

before(async () => {
  // Wrangler would tell its makers of each run, and keep its logs elsewhere.
  project = await createNpmProject(registry, (home) => ({
    WRANGLER_SEND_METRICS: "false",
    XDG_CONFIG_HOME: home,
  }));
  await project.run("npx", ["-y", "jsr", "add", "@edgeprom/edgeprom"]);
  await project.run("npm", ["install", "--no-audit", "--no-fund", "hono", "esbuild"]);
  // The example under the name by which the platforms' entries know a handler.
  await project.copy(["examples/workers/worker.ts", "tests/runtimes/apps/listener.ts"]);
  await rename(join(project.folder, "worker.ts"), join(project.folder, "handler.ts"));
  bundle = await bundleForWorker(project, platform.app);
  server = await serve({ platform, executable, module: bundle.file, compatibilityDate });
});

after(async () => {
  await server?.stop();
  await project?.remove();
});

test("the bundle needs nothing that is not in it", () => {
  assertEquals(bundle.packages, ["@edgeprom/edgeprom", "hono"]);
  assertEquals([bundle.external, bundle.externalLater, bundle.output], [[], [], ""]);
});

test("the bundle has no languages in it", () => {
  assertEquals(bundle.sources.filter((source) => source.includes("/locales/")), []);
});

test("worker.ts takes events", () => takesEvents(server.url));

for (const { name, run } of answers) test(`worker.ts: ${name}`, () => run(server));

test("a Worker that is written for the clients counts, and has no metrics of a process", async () => {
  await project.copy(["tests/installation/programs/drop_in_worker.ts"]);
  await rename(join(project.folder, "drop_in_worker.ts"), join(project.folder, "handler.ts"));
  const { file: module, packages } = await bundleForWorker(project, platform.app);
  assertEquals(packages, ["@edgeprom/edgeprom"]);
  const dropIn = await serve({ platform, executable, module, compatibilityDate, path: "/other" });
  try {
    const page = async (path: string) => (await ask(`${dropIn.url}${path}`)).body.toString();
    const [one, other] = [await page("/one"), await page("/other")];
    assert(one.includes('\nrequests_total{path="/one"} 2\n'), one);
    assert(one.includes('\nwait_seconds_bucket{le="1"} '), one);
    assertEquals(one.match(/^(?:process|nodejs)_\w+/gm), null);
    assert(other.includes('\nothers_total{path="/one"} 1\n'), other);
    assertEquals(other.match(/^(?:process|nodejs)_\w+/gm), null);
  } finally {
    await dropIn.stop();
  }
});

if (name === "workerd") {
  test("wrangler makes a Worker that runs of the example", async () => {
    await project.copy(["examples/workers/worker.ts", "examples/workers/wrangler.jsonc"]);
    const flags = ["deploy", "--dry-run", "--outdir", "deployed"];
    const output = await project.run("npx", ["-y", "wrangler@4", ...flags]);
    assertEquals(output.match(/^.*warning.*$/gim), null, output);
    const module = join(project.folder, "deployed/worker.js");
    const deployed = await serve({ platform, executable, module, compatibilityDate });
    await deployed.stop();
  });

  test("wrangler dev serves the example, uncompressed for who does not ask", async () => {
    await withWrangler("examples/workers/worker.ts", async (url) => {
      await answering(`${url}/ready`);
      await takesEvents(url);
      const { headers } = await ask(`${url}/metrics`);
      assertEquals(headers["content-encoding"], undefined);
      const wanting = { headers: { "accept-encoding": "gzip" } };
      const compressed = await ask(`${url}/metrics`, wanting);
      assertEquals(compressed.headers["content-encoding"], "gzip");
    });
  });

  test("wrangler dev serves the example that pushes, on requests and on its cron trigger", async () => {
    const folder = "examples/push_worker";
    await project.copy([`${folder}/worker.ts`, `${folder}/wrangler.jsonc`]);
    const receiver = new RemoteWriteReceiver();
    const { url: target, close } = await receiver.listen();
    const secrets = { REMOTE_WRITE_URL: target, REMOTE_WRITE_TOKEN: "a-long-secret" };
    const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
    await project.write(".dev.vars", lines.join(""));
    const latest = (name: string) => receiver.latest(receiver.keys().find(isOf(name)) ?? "");
    const ordered = deferred();
    receiver.script(async (incoming) => {
      await ordered.promise;
      return incoming.take();
    });
    const serving = withWrangler(`${folder}/worker.ts`, async (url) => {
      await order(url);
      // The response did not wait for the push.
      assertEquals(receiver.received.flatMap(({ answer }) => answer ?? []), []);
      ordered.resolve();
      await until(() => latest("shop_orders_total") === 1);
      assertEquals((await ask(`${url}/__scheduled`)).status, 200);
      assertEquals(latest("shop_cleanups_total"), 1);
    });
    await serving.finally(close);
    assertEquals(receiver.violations, []);
    const { headers } = receiver.received[0];
    assertEquals(headers.authorization, "Bearer a-long-secret");
  });

  test("wrangler dev serves the example that aggregates, in a Durable Object", async () => {
    const folder = "examples/edge_aggregate";
    const files = ["worker.ts", "aggregate_object.ts", "wrangler.jsonc"];
    await project.copy(files.map((file) => `${folder}/${file}`));
    await project.write(".dev.vars", "METRICS_TOKEN=a-long-secret\n");
    await withWrangler(`${folder}/worker.ts`, async (url) => {
      await order(url);
      const headers = { authorization: "Bearer a-long-secret" };
      const page = () => ask(`${url}/metrics`, { headers });
      const sum = /^shop_orders_total\{payment="card"\} 1$/m;
      await until(page, ({ body }) => sum.test(body.toString()));
      assertEquals((await ask(`${url}/metrics`)).status, 401);
    });
  });
}

/** Whether a key of a series is of a family. */
function isOf(name: string): (key: string) => boolean {
  return (key) => key.startsWith(`${name}{`);
}

/** Runs the command of an example that was copied, but on a free port. */
async function withWrangler(example: string, use: (url: string) => Promise<void>): Promise<void> {
  const [{ args }] = commandsOf(example);
  const found = await findPackaged("wrangler@4", "wrangler")();
  assert("executable" in found, JSON.stringify(found));
  const port = await freePort();
  const flags = ["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  const { folder: cwd, env } = project;
  const dev = start("node", [found.executable, ...args, ...flags], { cwd, env, group: true });
  try {
    await use(`http://127.0.0.1:${port}`);
  } catch (error) {
    throw new Error(dev.output(), { cause: error });
  } finally {
    await dev.stop();
  }
}
