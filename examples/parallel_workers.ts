// Threads of `node:worker_threads` that listen on one port. Each can be scraped for all of them.
//
// PORT=8000 bun parallel_workers.ts
// PORT=8000 node parallel_workers.ts    (Node 23.6 or later)
// Then: curl http://127.0.0.1:8000/metrics
import { createServer } from "node:http";
import process from "node:process";
import { isMainThread, Worker } from "node:worker_threads";
import { createMetricsApp } from "@edgeprom/edgeprom";
import { sharedRegistry } from "@edgeprom/edgeprom/workers";

interface BunLike {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    readonly reusePort: boolean;
    readonly fetch: (request: Request) => Response | Promise<Response>;
  }): unknown;
}

const port = Number(process.env.PORT ?? 8000);
const hostname = "127.0.0.1";

const registry = sharedRegistry();
const requests = registry.counter({
  name: "requests_total",
  help: "Requests served by all threads.",
});
const serving = registry.gauge({ name: "threads", help: "Threads that serve." });
const metrics = createMetricsApp({ registry });

if (isMainThread) {
  const threads = Number(process.env.THREADS ?? 4);
  for (let thread = 0; thread < threads; thread++) new Worker(new URL(import.meta.url));
} else {
  const { Bun } = globalThis as { Bun?: BunLike };
  if (Bun === undefined) serveWithNode();
  else Bun.serve({ port, hostname, reusePort: true, fetch: answer });
  serving.set(1);
}

function answer(request: Request): Response | Promise<Response> {
  if (new URL(request.url).pathname !== "/") return metrics.fetch(request);
  requests.inc();
  return new Response("Hello\n");
}

function serveWithNode(): void {
  const server = createServer(async (request, response) => {
    const answered = await answer(new Request(`http://${hostname}${request.url}`));
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(new Uint8Array(await answered.arrayBuffer()));
  });
  server.listen({ port, host: hostname, reusePort: true });
}
