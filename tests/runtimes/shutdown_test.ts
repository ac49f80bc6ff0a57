/**
 * Stops a server while clients ask it without pause, and asserts that it loses none of them.
 *
 *     deno test -A tests/runtimes/shutdown_test.ts -- node $(which node)
 */
import { assert, assertEquals } from "@std/assert";
import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { pause, within } from "../support/deferred.ts";
import { build } from "./build.ts";
import { type Platform, type PlatformName, platforms } from "./platforms.ts";
import { connected, exchange } from "./raw_client.ts";
import { serve, type ServeOptions, type Server } from "./serve.ts";

const [name = "deno", executable = process.execPath] = process.argv.slice(2);
const platform: Platform = platforms[name as PlatformName];
/** Elsewhere the platform has the socket. */
const skip = platform.app !== "server.ts";

let folder: string;
let options: ServeOptions;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), "edgeprom-shutdown-"));
  const source = "tests/runtimes/apps/loaded_server.ts";
  const module = platform.target ? await build(source, platform.target, folder) : source;
  options = { platform, executable, module };
});

after(async () => {
  if (!skip) await rm(folder, { recursive: true });
});

/** What became of the requests of some clients. */
interface Tally {
  readonly statuses: Map<number, number>;
  readonly lost: string[];
  readonly refusals: string[];
}

/** Asks again after each answer, over a connection for each request or one for many. */
async function askOnAndOn({ url }: Server, keepAlive: boolean, tally: Tally): Promise<void> {
  const lines = ["GET /health HTTP/1.1", "Host: localhost"];
  const request = [...lines, ...keepAlive ? [] : ["Connection: close"], "", ""].join("\r\n");
  for (;;) {
    const socket = await connected(url);
    if (typeof socket === "string") return void tally.refusals.push(socket);
    try {
      for (let goesOn = true; goesOn;) {
        const { status, closes } = await exchange(socket, request);
        tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
        goesOn = keepAlive && !closes;
      }
    } catch (error) {
      tally.lost.push(String(error));
    } finally {
      socket.destroy();
    }
  }
}

test("MetricsServer, served: a shutdown under load loses no connection", { skip }, async () => {
  const server = await serve(options);
  const tally: Tally = { statuses: new Map(), lost: [], refusals: [] };
  const clients = Array.from({ length: 24 }, (_, at) => askOnAndOn(server, at % 2 === 0, tally));
  await pause(0.3);
  const end = server.stop("SIGTERM");
  await within(20, Promise.all(clients));
  assertEquals(tally.lost, []);
  assertEquals(new Set(tally.refusals), new Set(["ECONNREFUSED"]));
  assertEquals([...tally.statuses.keys()].sort(), [200, 503]);
  // Those that were held while the socket closed, once each.
  assert((tally.statuses.get(503) ?? 0) <= 2 * clients.length);
  assertEquals(await end, { code: 0, signal: null }, server.output());
});

test(
  "MetricsServer, served: a reader that stalls does not outlive a shutdown",
  { skip },
  async () => {
    const server = await serve(options);
    const socket = await connected(server.url) as Socket;
    socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    const end = server.stop("SIGTERM");
    // 0.2 s of draining, 1 s for requests in progress, 1 s to send the refusals.
    assertEquals(await within(4, end), { code: 0, signal: null }, server.output());
    socket.destroy();
  },
);
