/**
 * Serves an app of nested routers on one platform, sends it requests of every kind, and asserts that
 * the counts on its page are those of the requests.
 *
 *     deno test -A tests/runtimes/measured_test.ts -- node /usr/bin/node
 */
import { assertEquals } from "@std/assert";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { sampleLines } from "../support/pages.ts";
import { until } from "../support/until.ts";
import { build } from "./build.ts";
import { ask, disconnect, type Question } from "./http_client.ts";
import { type Platform, type PlatformName, platforms } from "./platforms.ts";
import { serve, type Server } from "./serve.ts";

const [name = "deno", executable = process.execPath] = process.argv.slice(2);
const platform: Platform = platforms[name as PlatformName];
/** Several threads have several registries, and a page shows one of them. */
const skip = platform.threads !== undefined && "one page shows one of several threads";

/** An EdgeVM has no WebSockets, and nothing that an app and one within it have in common. */
const isEdgeVm = name === "edge-vm";

let folder: string;
let server: Server;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), "edgeprom-measured-"));
  const source = join("tests/runtimes/apps", `measured_${platform.app}`);
  const module = platform.target ? await build(source, platform.target, folder) : source;
  server = await serve({ platform, executable, module });
});

after(async () => {
  if (skip) return;
  await server?.stop();
  await rm(folder, { recursive: true });
});

/** What is asked, how often, and how it is counted. */
interface Case {
  readonly path: string;
  readonly times: number;
  readonly counted: string;
  readonly question?: Question;
}

const secret = { headers: { authorization: "Bearer secret" } };

const cases: readonly Case[] = [
  { path: "/shop/customers/ada", times: 7, counted: "GET /shop/customers/:customer 200 other" },
  { path: "/shop/customers/bob?x=y", times: 3, counted: "GET /shop/customers/:customer 200 other" },
  {
    path: "/shop/customers/ada/orders/7",
    times: 5,
    counted: "GET /shop/customers/:customer/orders/:id 200 free",
    question: { headers: { "x-plan": "free" } },
  },
  {
    path: "/shop/customers/ada/orders/8",
    times: 4,
    counted: "GET /shop/customers/:customer/orders/:id 200 other",
    question: { headers: { "x-plan": 'a plan of my own, "quoted"' } },
  },
  {
    path: "/shop/customers/ada/orders/7",
    times: 2,
    counted: "HEAD /shop/customers/:customer/orders/:id 200 other",
    question: { method: "HEAD" },
  },
  {
    path: "/shop/customers/ada/orders",
    times: 3,
    counted: "POST /shop/customers/:customer/orders 201 other",
    question: { method: "POST", body: "twelve bytes" },
  },
  {
    path: "/shop/customers/ada/orders/7/broken",
    times: 6,
    counted: "GET /shop/customers/:customer/orders/:id/broken 500 other",
  },
  {
    path: "/shop/customers/ada/orders/7/teapot",
    times: 2,
    counted: "GET /shop/customers/:customer/orders/:id/teapot 418 other",
  },
  { path: "/shop/private/page", times: 4, counted: "GET /shop/private/:page 401 other" },
  {
    path: "/shop/private/page",
    times: 3,
    counted: "GET /shop/private/:page 200 other",
    question: secret,
  },
  { path: "/stream/5", times: 3, counted: "GET /stream/:parts 200 other" },
  {
    path: "/stream/5",
    times: 1,
    counted: "HEAD /stream/:parts 200 other",
    question: { method: "HEAD" },
  },
  { path: "/nowhere/1", times: 5, counted: "GET unmatched 404 other" },
  { path: "/nowhere/2", times: 5, counted: "GET unmatched 404 other" },
  { path: "/shop/private/page/none", times: 2, counted: "GET /shop/private/* 401 other" },
  { path: "/replaced", times: 3, counted: "GET /replaced 200 other" },
  {
    path: "/shop/private/page/none",
    times: 2,
    counted: "GET unmatched 404 other",
    question: secret,
  },
  ...isEdgeVm ? [] : [
    { path: "/api/items/7", times: 3, counted: "GET /api/items/:id 200 other" },
    { path: "/api/none", times: 2, counted: "GET unmatched 404 other" },
  ],
];

test(
  "httpMetrics, served: counts are those of the requests, by route, status and plan",
  { skip },
  async () => {
    const asked = cases.flatMap((one) => Array.from({ length: one.times }, () => one));
    // Every third first: cases are mixed, and many requests are under way at once.
    const mixed = [0, 1, 2].flatMap((rest) => asked.filter((_, position) => position % 3 === rest));
    await Promise.all(mixed.map(async ({ path, question, counted }) => {
      const { status } = await ask(server.url + path, question);
      assertEquals(String(status), counted.split(" ")[2], path);
    }));
    const expected = new Map<string, number>();
    for (const { counted, times } of cases) {
      expected.set(counted, (expected.get(counted) ?? 0) + times);
    }
    // The end of a stream and the client's reading of it are two things.
    const { requests, durations } = await until(
      page,
      (page) => page.inFlight === 0 && sum(page.requests) === asked.length,
    );
    assertEquals(sorted(requests), sorted(expected));
    assertEquals(sorted(durations), sorted(expected));
  },
);

test("httpMetrics, served: sizes are those of the requests", { skip }, async () => {
  const lines = await samples();
  const bytes = lines.find((line) => /^http_request_size_bytes_sum\{method="POST"/.test(line));
  assertEquals(bytes?.split(" ").at(-1), "36");
});

test("httpMetrics, served: clients that disconnect are counted once, and none stays in flight", {
  skip,
}, async () => {
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const before = await page();
  const times = Array.from({ length: 10 });
  await Promise.all(times.map(() => disconnect(server.url, request("/stream/1000"), true)));
  const { requests, aborted } = await until(
    page,
    (page) => page.inFlight === 0 && sum(page.requests) === sum(before.requests) + 10,
  );
  const stream = "GET /stream/:parts 200 other";
  assertEquals((requests.get(stream) ?? 0) - (before.requests.get(stream) ?? 0), 10);
  assertEquals(aborted.get("GET /stream/:parts other"), 10);
});

test(
  "httpMetrics, served: clients that disconnect before the response leave nothing in flight",
  { skip },
  async () => {
    const request = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const counted = "GET /slow 200 other";
    const before = await page();
    await Promise.all(Array.from({ length: 10 }, () => disconnect(server.url, request, false)));
    await Promise.all(Array.from({ length: 10 }, () => disconnect(server.url, request, 0.2)));
    assertEquals((await ask(`${server.url}/slow`)).status, 200);
    const { requests, aborted } = await until(
      page,
      ({ inFlight, requests }) => inFlight === 0 && requests.has(counted),
    );
    // Workers end a handler whose client has gone. Of those who left at once some were never heard.
    if (platform.stops) {
      const ended = aborted.get("GET /slow other") ?? 0;
      assertEquals([ended >= 10, (requests.get(counted) ?? 0) - ended], [true, 1]);
      assertEquals(before.requests.get(counted), undefined);
    }
  },
);

test("httpMetrics, served: an upgrade to a WebSocket has the status 101", { skip }, async () => {
  if (isEdgeVm) return;
  const handshake = "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n" +
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  await Promise.all([1, 2, 3].map(() => disconnect(server.url, handshake, true)));
  const sockets = ({ requests }: Awaited<ReturnType<typeof page>>) =>
    sorted(requests).filter(([labels]) => labels.includes("/socket"));
  const seen = await until(page, (page) => page.inFlight === 0 && sockets(page).length > 0);
  assertEquals(sockets(seen), [["GET /socket 101 other", 3]]);
});

/** What the metrics of each runtime begin with; others show nothing of themselves. */
const prefixes: Readonly<Record<string, string>> = {
  "deno": "deno",
  "deno serve": "deno",
  "bun": "bun",
  "node": "nodejs",
};

test("runtime metrics, served: a runtime shows the metrics that it has", { skip }, async () => {
  const lines = await samples();
  const own = lines.filter((line) => /^(process|deno|bun|nodejs)_/.test(line));
  const prefix = prefixes[name];
  if (prefix === undefined) return assertEquals(own, []);
  for (const start of ["process_cpu_seconds_total ", `${prefix}_version_info{`]) {
    assertEquals(own.filter((line) => line.startsWith(start)).length, 1, start);
  }
  assertEquals(own.filter((line) => /NaN|Inf$/.test(line.split(" ")[1])), []);
});

/** What the page says, by method, route, status and plan. */
async function page() {
  const lines = await samples();
  const family = (name: string) => {
    const counts = lines.filter((line) => line.startsWith(`${name}{`)).map((line) => {
      const values = Array.from(line.matchAll(/="((?:[^"\\]|\\.)*)"/g), ([, value]) => value);
      return [values.join(" "), Number(line.split(" ").at(-1))] as const;
    });
    return new Map(counts);
  };
  const inFlight = lines.find((line) => line.startsWith("http_requests_in_flight "));
  assertEquals(inFlight === undefined, name === "workerd");
  return {
    requests: family("http_requests_total"),
    durations: family("http_request_duration_seconds_count"),
    aborted: family("http_requests_aborted_total"),
    // Workers end requests without a word, so there is no such gauge there.
    inFlight: Number(inFlight?.split(" ")[1] ?? 0),
  };
}

async function samples(): Promise<readonly string[]> {
  const { body } = await ask(`${server.url}/metrics`);
  return sampleLines(body.toString());
}

function sorted(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort();
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
