// deno run --allow-net deno.ts
// Then open http://localhost:8000/metrics
import { createMetricsApp, MetricsRegistry, ProcessorMetrics } from "@edgeprom/edgeprom";
import { Hono } from "hono";

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

const server = Deno.serve({ port: 8000 }, app.fetch);
Deno.addSignalListener("SIGTERM", async () => {
  await server.shutdown(); // accepts no more connections, and waits for running requests
  Deno.exit();
});
