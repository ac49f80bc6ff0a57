// npx jsr add @edgeprom/edgeprom && npm install hono @hono/node-server
// node node.ts                    (Node 22.18 or later)
// node --import tsx node.ts       (Node 20, after npm install tsx)
// Then open http://localhost:8000/metrics
import { createMetricsApp, MetricsRegistry, ProcessorMetrics } from "@edgeprom/edgeprom";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import process from "node:process";

const registry = new MetricsRegistry();
const metrics = new ProcessorMetrics(registry);

const app = new Hono();
app.route("/", createMetricsApp({ registry, version: "1.0.0" }));
app.post("/events", async ({ req, json }) => {
  metrics.recordEventReceived();
  const begin = performance.now();
  const result = await req.json().then(() => "success" as const, () => "error" as const);
  metrics.recordEventProcessed(result, (performance.now() - begin) / 1000);
  return json({ result }, result === "success" ? 202 : 400);
});

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8000) });
process.once("SIGTERM", () => {
  server.close(); // accepts no more connections; the process ends after the last running request
});
