/**
 * Serves an app on one platform, treats it as badly as a client can, and asserts that it stays the
 * same size and answers the next ordinary request.
 *
 *     deno test -A tests/runtimes/hostile_test.ts -- node /usr/bin/node
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { until } from "../support/until.ts";
import { build } from "./build.ts";
import { ask } from "./http_client.ts";
import { type Platform, type PlatformName, platforms } from "./platforms.ts";
import { serve, type Server } from "./serve.ts";

const [name = "deno", executable = process.execPath] = process.argv.slice(2);
const platform: Platform = platforms[name as PlatformName];

let folder: string;
let server: Server;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgeprom-hostile-"));
  const source = join("tests/runtimes/apps", `measured_${platform.app}`);
  const module = platform.target ? await build(source, platform.target, folder) : source;
  server = await serve({ platform, executable, module });
});

after(async () => {
  await server?.stop("SIGKILL");
  await rm(folder, { recursive: true });
});

/** Asserts that ordinary scrapes get ordinary pages, short and long. */
async function assertOrdinary(): Promise<void> {
  const [short, long] = [
    await ask(`${server.url}/metrics`),
    await ask(`${server.url}/long/metrics`),
  ];
  assertEquals([short.status, long.status], [200, 200]);
  assertMatch(short.body.toString(), /^# TYPE http_requests_total counter$/m);
  assertEquals(long.body.toString().match(/^wide\{/gm)?.length, 20_000);
}

/**
 * Asks until scrapes are ordinary. A scrape may get no permit or, on a machine that is busy, lose it
 * to others.
 */
async function ordinary(): Promise<void> {
  await until(
    () => assertOrdinary().then(() => "ordinary", String),
    (found) => found === "ordinary",
  );
}

/** The megabytes in RAM by which the server grows; `undefined` if the system does not tell. */
async function growth(run: () => Promise<void>): Promise<number> {
  const before = megabytes();
  await run();
  return megabytes() - before;
}

function megabytes(): number {
  if (process.platform !== "linux") return 0;
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  return Number(status.match(/^VmRSS:\s+(\d+)/m)?.[1]) / 1000;
}

/** Opens a connection, and sends bytes over it. */
function send(bytes: string): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      // Whatever becomes of it from here on is the server's business.
      socket.on("error", () => {});
      socket.write(bytes, () => resolve(socket));
    });
  });
}

function request(line: string, ...headers: readonly string[]): string {
  return [line, "Host: localhost", ...headers, "", ""].join("\r\n");
}

/** Each of several threads has its own limit of readers. */
const { threads = 1 } = platform;

/** Workers have no limit of readers, as they end requests without notice. */
const readers = name === "workerd" ? 20 : 300 * threads;

test("GET /metrics, served: stalled readers cost little, and keep nobody else from the page", async () => {
  await assertOrdinary();
  await assertOrdinary();
  const grown = await growth(async () => {
    const sockets = await Promise.all(
      Array.from({ length: readers }, () => send(request("GET /long/metrics HTTP/1.1"))),
    );
    for (const socket of sockets) socket.pause();
    await ordinary();
    for (const socket of sockets) socket.resetAndDestroy();
  });
  // A page of its own for each would be 780 MB a thread. They share a few; the rest are chunks on
  // their way, and garbage that is not collected yet.
  assert(grown < 200 * threads, `${grown} MB`);
  await ordinary();
});

/** What a client may send, from odd to no HTTP at all. */
const bytes: readonly string[] = [
  request("GET /metrics HTTP/1.1", `Accept: ${'"' + '\\"'.repeat(3000)}`),
  request("GET /metrics HTTP/1.1", `Accept-Encoding: ${"gzip;q=0.1,".repeat(500)}`),
  request("GET /metrics HTTP/1.1", "X-Prometheus-Scrape-Timeout-Seconds: 1e400"),
  request(`GET /metrics?${"name[]=a&".repeat(800)} HTTP/1.1`),
  request(`GET /${"a".repeat(100_000)} HTTP/1.1`),
  request("GET /metrics HTTP/1.1", `X-Long: ${"a".repeat(100_000)}`),
  request("GET /metrics HTTP/1.1", ...Array.from({ length: 500 }, (_, at) => `X-${at}: ${at}`)),
  request("GET /metrics HTTP/1.1", "Content-Length: 100", "Transfer-Encoding: chunked"),
  request("POST /metrics HTTP/1.1", "Content-Length: 1000000") + "x".repeat(1000),
  request("POST /metrics HTTP/1.1", "Transfer-Encoding: chunked") + "zzz\r\n",
  request("GET http://elsewhere/metrics HTTP/1.1"),
  request("GET //metrics HTTP/1.1"),
  request("GET /metrics/../../etc/passwd HTTP/1.1"),
  request("GET /metrics\r\nX-Evil: 1 HTTP/1.1"),
  request("GET /metrics%0d%0aSet-Cookie:%20evil=1 HTTP/1.1"),
  request("GET /metrics HTTP/9.9"),
  request("BREW /metrics HTTP/1.1"),
  request("CONNECT localhost:80 HTTP/1.1"),
  request("get /metrics HTTP/1.1"),
  "GET /metrics HTTP/1.1\r\nHost: loc",
  "GET /metrics\r\n\r\n",
  "\r\n\r\n\r\n",
  "\0\x01\x02\xff",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "",
];

test("a server keeps its size and goes on, whatever is sent", async () => {
  const round = async () => {
    for (let time = 0; time < 8; time++) {
      await Promise.all(bytes.map(async (bytes, at) => {
        const socket = await send(bytes);
        if ((at + time) % 3 === 0) socket.resetAndDestroy();
        else await answered(socket);
      }));
    }
  };
  await round();
  const grown = await growth(round);
  assert(grown < 100, `${grown} MB`);
  await assertOrdinary();
});

/** Waits for an answer, or its absence, but not long, and hangs up. */
function answered(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const leave = () => {
      socket.destroy();
      resolve();
    };
    socket.once("data", leave).once("close", leave);
    setTimeout(leave, 50);
  });
}
