import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { Client } from "./client.ts";

/** A push, and what the gateway is made with. */
interface Push {
  readonly method: "push" | "pushAdd" | "delete";
  readonly params?: unknown;
  readonly path?: string;
  readonly options?: object;
}

/** Paths that begin so are answered by an error, or not at all. */
const failing = "/failing";
const silent = "/silent";

const gzip = { headers: { "Content-Encoding": "gzip", "X-Shop": "one" } };

const pushes: readonly Push[] = [
  { method: "push", params: { jobName: "backup" } },
  { method: "pushAdd", params: { jobName: "a b/ä", groupings: { host: "x/y", n: 1, "k ü": "" } } },
  { method: "delete", params: { jobName: "backup", groupings: { host: "a" } } },
  { method: "push" },
  { method: "pushAdd", params: { groupings: { host: "a" } } },
  { method: "push", options: { requireJobName: false } },
  { method: "push", params: { groupings: { host: "a" } }, options: { requireJobName: false } },
  { method: "push", params: { jobName: "backup" }, options: gzip },
  { method: "delete", params: { jobName: "backup" }, options: gzip },
  { method: "push", params: { jobName: "backup" }, path: "/base" },
  { method: "push", params: { jobName: "backup" }, path: "/base/?token=1" },
  { method: "push", params: { jobName: "backup" }, path: failing },
  { method: "push", params: { jobName: "backup" }, path: silent, options: { timeout: 60 } },
];

/** What a gateway is sent by each push, and what comes back, as lines. */
export async function pushesOf(client: Client): Promise<readonly string[]> {
  const received: string[] = [];
  const server = await listen((request, body) => received.push(described(request, body)));
  const { port } = server.address() as AddressInfo;
  const registry = new client.Registry();
  new client.Gauge({ name: "a", help: "Some help.", registers: [registry] }).set(5);
  const lines: string[] = [];
  for (const { method, params, path = "", options } of pushes) {
    const gateway = new client.Pushgateway(
      `http://127.0.0.1:${port}${path}`,
      options && structuredClone(options),
      registry,
    );
    const outcome = await outcomeOf(() => gateway[method](params));
    lines.push(
      `${method}(${JSON.stringify(params)}) ${path} ${JSON.stringify(options)}: ${outcome}\n  ` +
        received.splice(0).join("\n  "),
    );
  }
  server.closeAllConnections();
  server.close();
  return lines;
}

async function outcomeOf(push: () => Promise<Client>): Promise<string> {
  let answer: Promise<Client>;
  try {
    answer = push();
  } catch (error) {
    return `throws ${error}`;
  }
  try {
    const { resp, body } = await Promise.race([answer, giveUp()]);
    return `${resp.statusCode} ${body}`;
  } catch (error) {
    return `rejects with ${error}`;
  }
}

/** Deno measures how long a request takes by the clock that stands still here. */
async function giveUp(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  throw new Error("no answer");
}

function listen(received: (request: IncomingMessage, body: Uint8Array) => void): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const length = chunks.reduce((total, chunk) => total + chunk.length, 0);
    const body = new Uint8Array(length);
    chunks.reduce((from, chunk) => (body.set(chunk, from), from + chunk.length), 0);
    received(request, body);
    if (request.url?.startsWith(silent)) return;
    response.statusCode = request.url?.startsWith(failing) ? 500 : 202;
    response.end("said");
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function described({ method, url, headers }: IncomingMessage, body: Uint8Array): string {
  const { "content-encoding": encoding, "content-type": type, "x-shop": shop } = headers;
  const text = new TextDecoder().decode(encoding === "gzip" ? gunzipSync(body) : body);
  return JSON.stringify({ method, url, encoding, type, shop, text });
}
