/**
 * Sends a server random requests, most of them broken, and asserts that it gives none but documented
 * answers, shows nothing of itself, and goes on.
 *
 *     deno test -A tests/runtimes/fuzz_test.ts -- node $(which node)
 *
 * The third argument is the number of requests, 2,000 by default, and the fourth a seed:
 *
 *     deno test -A tests/runtimes/fuzz_test.ts -- node $(which node) 100000 7
 */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { until } from "../support/until.ts";
import { build } from "./build.ts";
import { fuzzedRequests, Random } from "./fuzzer.ts";
import { ask } from "./http_client.ts";
import { type Platform, type PlatformName, platforms } from "./platforms.ts";
import { serve, type Server } from "./serve.ts";

const [name = "deno", executable = process.execPath, count = "2000", seed] = process.argv.slice(2);
const platform: Platform = platforms[name as PlatformName];
const requests = Number(count);
/** Its server is a tool of developers, and ends at the first request that it cannot read. */
const skip = name === "edge-vm";
const firstSeed = seed === undefined ? Math.floor(Math.random() * 1e9) : Number(seed);

let folder: string;
let server: Server;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), "edgeprom-fuzz-"));
  const source = join("tests/runtimes/apps", platform.app);
  const module = platform.target ? await build(source, platform.target, folder) : source;
  server = await serve({ platform, executable, module });
});

after(async () => {
  if (skip) return;
  await server?.stop("SIGKILL");
  await rm(folder, { recursive: true });
});

/** Answers of the endpoints, and those of HTTP, which the runtimes give to what they cannot read. */
const documented = new Set([200, 404, 405, 414, 503, 100, 400, 408, 411, 413, 417, 431, 501, 505]);

/** What would show source, a stack or a path of this machine. */
const revealing = /\n\s+at |node_modules|file:\/\/|\.[mc]?[jt]s:\d|\/(tmp|root|home|usr)\//;

/** All that comes back for some bytes, until the server hangs up or is silent. */
function received(bytes: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    let patience = setTimeout(() => socket.destroy(), 1000);
    const wait = (ms: number) => {
      clearTimeout(patience);
      patience = setTimeout(() => socket.destroy(), ms);
    };
    socket.once("connect", () => {
      socket.write(Buffer.from(bytes, "latin1"));
      wait(150);
    });
    // Whatever becomes of the connection, what has come of an answer must be right.
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      wait(40);
    });
    socket.on("close", () => {
      clearTimeout(patience);
      resolve(Buffer.concat(chunks).toString("latin1"));
    });
  });
}

/** What is wrong with what came back; nothing if all is as documented. */
function problemOf(answer: string): string | undefined {
  if (answer === "") return undefined;
  if (!/^HTTP\/1\.[01] \d{3}/.test(answer)) return "no HTTP";
  const statuses = Array.from(answer.matchAll(/HTTP\/1\.[01] (\d{3})/g), ([, code]) => +code);
  const other = statuses.find((status) => !documented.has(status));
  if (other !== undefined) return `status ${other}`;
  const [shown] = answer.match(revealing) ?? [];
  return shown === undefined ? undefined : `shows ${JSON.stringify(shown)}`;
}

test(
  `a server answers ${requests} random requests as documented, seed ${firstSeed}`,
  { skip },
  async () => {
    const written = server.output().length;
    const statuses = new Map<string, number>();
    let next = 0;
    const work = async () => {
      while (next < requests) {
        const own = firstSeed + next++;
        const bytes = fuzzedRequests(new Random(own));
        // workerd answers it with 500 itself; Cloudflare lets none pass.
        if (name === "workerd" && bytes.includes("CONNECT")) continue;
        const answer = await received(bytes);
        const problem = problemOf(answer);
        const status = answer.match(/^HTTP\/1\.[01] (\d+)/)?.[1] ?? "none";
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (problem === undefined) continue;
        const [asked, got] = [bytes, answer].map((text) => JSON.stringify(text.slice(0, 2000)));
        throw new Error(`${problem}, for seed ${own}\nasked ${asked}\ngot ${got}`);
      }
    };
    await Promise.all(Array.from({ length: 24 }, work));
    console.log(Object.fromEntries([...statuses].sort()));
    for (const status of ["200", "404", "405", "400"]) {
      assert((statuses.get(status) ?? 0) > requests / 200, `${status}: ${statuses.get(status)}`);
    }
    const { status } = await until(
      () => ask(`${server.url}/ready`),
      ({ status }) => status === 200,
    );
    assertEquals(status, 200);
    assertEquals(server.output().slice(written, written + 2000), "");
  },
);
