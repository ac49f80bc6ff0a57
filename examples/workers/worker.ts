// npx jsr add @edgeprom/edgeprom && npm install hono
// npx wrangler dev
// Then open http://localhost:8787/metrics
import { createMetricsApp, MetricsRegistry, ProcessorMetrics } from "@edgeprom/edgeprom";
import { Hono } from "hono";

// Each isolate has its own counts, from its first request until Cloudflare ends it.
const registry = new MetricsRegistry();
const metrics = new ProcessorMetrics(registry);

const app = new Hono();
app.route("/", createMetricsApp({ registry, version: "1.0.0" }));
app.post("/events", async ({ req, json }) => {
  metrics.recordEventReceived();
  const result = await req.json().then(() => "success" as const, () => "error" as const);
  // Without a duration: a Worker's clock stands still while it computes.
  metrics.recordEventProcessed(result);
  return json({ result }, result === "success" ? 202 : 400);
});

export default app;
