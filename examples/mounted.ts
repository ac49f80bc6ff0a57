// deno serve --port 8000 mounted.ts, then
// curl -H "Authorization: Bearer a-long-secret" http://localhost:8000/ops/metrics
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";

const registry = new MetricsRegistry();
const seconds = registry.histogram({
  name: "http_request_duration_seconds",
  help: "Time to answer a request, by method and status.",
  labels: ["method", "status"],
});

// An app that was there before, and the time of each of its requests.
const app = new Hono();
app.use("/books/*", async (context, next) => {
  const end = seconds.startTimer();
  await next();
  end({ method: context.req.method, status: String(context.res.status) });
});
app.get("/books/:title", ({ req, text }) => text(`${req.param("title")} is lent out\n`));

// Prometheus knows the secret. The probes of Kubernetes do not, and their answers tell little.
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
