// deno serve --port 8000 mounted.ts
// PORT=8000 bun mounted.ts
// npx srvx --prod --port 8000 mounted.ts    (Node 22.18 or later)
// Then: curl -H "Authorization: Bearer a-long-secret" http://localhost:8000/ops/metrics
import { createMetricsApp, httpMetrics, MetricsRegistry } from "@edgeprom/edgeprom";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";

const registry = new MetricsRegistry();

// An existing app, whose requests are now counted and timed.
const app = new Hono();
app.use("/books/*", httpMetrics({ registry }));
app.get("/books/:title", ({ req, text }) => text(`${req.param("title")} is lent out\n`));

// Prometheus sends the token. The probes of Kubernetes do not, so /health and /ready stay open.
app.use("/ops/metrics", bearerAuth({ token: "a-long-secret" }));
app.route(
  "/ops",
  createMetricsApp({
    registry,
    version: "1.0.0",
    readiness: [{ name: "catalogue", check: () => ({ ok: true, message: "2 books" }) }],
  }),
);

export default app;
