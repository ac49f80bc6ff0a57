// A Hono that is not the one of this package, another version or another copy, takes its `fetch`.
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import { Hono } from "hono";

const metrics = createMetricsApp({ registry: new MetricsRegistry() });
const app = new Hono();
app.mount("/ops", metrics.fetch);
app.all("/health", ({ req }) => metrics.fetch(req.raw));

for (const path of ["/ops/metrics", "/ops/ready", "/health"]) {
  const { status } = await app.request(path);
  if (status !== 200) throw new Error(`${path}: ${status}`);
}
