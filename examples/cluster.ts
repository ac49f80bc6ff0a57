// Processes of `node:cluster` on one port. Each can be scraped for all of them.
//
// PORT=8000 node cluster.ts                 (Node 22.18 or later)
// PORT=8000 node --import tsx cluster.ts    (Node 20, after npm install tsx)
// Then: curl http://127.0.0.1:8000/metrics
import cluster from "node:cluster";
import { createServer } from "node:http";
import process from "node:process";
import { MetricsRegistry } from "@edgeprom/edgeprom/core";
import { ProcessAggregator, serveProcess } from "@edgeprom/edgeprom/workers";

if (cluster.isPrimary) {
  const aggregator = new ProcessAggregator();
  cluster.on("fork", (worker) => aggregator.add(worker.process));
  const workers = Number(process.env.WORKERS ?? 2);
  for (let worker = 0; worker < workers; worker++) cluster.fork();
} else {
  serve();
}

function serve(): void {
  const registry = new MetricsRegistry();
  const requests = registry.counter({ name: "requests_total", help: "Requests served by all." });
  registry.gauge({ name: "processes", help: "Processes that serve." }).set(1);

  const all = serveProcess(registry);
  const page = new MetricsRegistry();
  page.register({ collect: async (signal) => (await all.gather({ signal })).families });

  createServer(async (request, response) => {
    if (request.url === "/metrics") {
      response.setHeader("Content-Type", "text/plain; version=0.0.4");
      response.end(await page.encode());
    } else {
      requests.inc();
      response.end("Hello\n");
    }
  }).listen(Number(process.env.PORT ?? 8000), "127.0.0.1");

  process.on("SIGTERM", async () => {
    await all.flush();
    process.disconnect?.();
    process.exit(0);
  });
}
