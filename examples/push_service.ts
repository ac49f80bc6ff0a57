// A service that nobody can scrape: it sends its metrics every 15 s, and once more when it ends.
// npm install hono @hono/node-server
//
// deno run --allow-net --allow-env push_service.ts
// bun push_service.ts
// node push_service.ts                    (Node 22.18 or later)
// node --import tsx push_service.ts       (Node 20, after npm install tsx)
//
// REMOTE_WRITE_URL says where to, http://localhost:9090/api/v1/write by default; Prometheus takes it
// if it is started with --web.enable-remote-write-receiver.
// Then: curl -X POST http://localhost:8000/orders/card
import { httpMetrics, MetricsRegistry } from "@edgeprom/edgeprom";
import { RemoteWriter } from "@edgeprom/edgeprom/push";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import process from "node:process";

const { REMOTE_WRITE_URL, HOSTNAME, PORT } = process.env;

const registry = new MetricsRegistry();
const orders = registry.counter({
  name: "shop_orders_total",
  help: "Orders, by how they were paid.",
  labels: { payment: ["card", "invoice"] },
});

const writer = new RemoteWriter({
  url: REMOTE_WRITE_URL ?? "http://localhost:9090/api/v1/write",
  gatherer: registry,
  labels: { job: "shop", instance: HOSTNAME ?? "localhost" }, // another one for each process
  timeoutSeconds: 10, // Kubernetes kills a process 30 s after SIGTERM
  logger: console,
});

const app = new Hono();
app.use(httpMetrics({ registry }));
app.post("/orders/card", ({ text }) => {
  orders.inc({ payment: "card" });
  return text("thank you\n");
});

const server = serve({ fetch: app.fetch, port: Number(PORT ?? 8000) });
writer.start();

process.once("SIGTERM", () => {
  // Accepts no more connections. After the last running request: the numbers once more, and then
  // the end of each series, so that no server shows this process any longer.
  server.close(async () => {
    await writer.stop();
    process.exit();
  });
});
