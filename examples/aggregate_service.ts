// An aggregator for programs that live too briefly to be scraped: cron jobs, functions, isolates
// without Durable Objects. They send what they counted, such as aggregate_job.ts does; it adds that
// up, each batch exactly once, and keeps the sums in a file of SQLite.
// npm install hono @hono/node-server
//
// METRICS_TOKEN=a-long-secret deno run -A aggregate_service.ts
// METRICS_TOKEN=a-long-secret bun aggregate_service.ts
// METRICS_TOKEN=a-long-secret node aggregate_service.ts         (Node 22.18 or later)
//
// Then: METRICS_TOKEN=a-long-secret node aggregate_job.ts, as often as you like,
// and:  curl -H "Authorization: Bearer a-long-secret" http://localhost:8000/metrics
// A new series is 0 the first time, so that Prometheus sees its first events; ask twice.
import { Aggregator, createAggregatorApp, sqliteStore } from "@edgeprom/edgeprom/aggregate";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import process from "node:process";

const { METRICS_DATABASE, METRICS_TOKEN, PORT } = process.env;
if (!METRICS_TOKEN) throw new Error("set METRICS_TOKEN to a long secret");

const aggregator = new Aggregator({
  store: sqliteStore(METRICS_DATABASE ?? "metrics.db"), // one process at a time uses it
  cardinality: { series: 50_000, idleSeconds: 86_400 },
});

const app = new Hono();
app.use("/metrics", bearerAuth({ token: METRICS_TOKEN }));
app.route("/", createAggregatorApp({ aggregator, authorize: { bearer: METRICS_TOKEN } }));

const server = serve({ fetch: app.fetch, port: Number(PORT ?? 8000) });

process.once("SIGTERM", () => {
  // Accepts no more connections, and ends after the last running request. A kill loses nothing
  // either: a batch is in the file before it is acknowledged.
  server.close(async () => {
    await aggregator.close();
    process.exit();
  });
});
