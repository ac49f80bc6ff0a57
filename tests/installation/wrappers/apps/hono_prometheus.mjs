import { serve } from "@hono/node-server";
// @ts-ignore: installed for this program only
import { prometheus } from "@hono/prometheus";
import { Hono } from "hono";
// @ts-ignore: installed for this program only
import { Counter, Registry } from "prom-client";

/** Starts an app on a port, whose requests are measured. */
export function start(port) {
  const registry = new Registry();
  const { printMetrics, registerMetrics } = prometheus({
    registry,
    collectDefaultMetrics: true,
    metricOptions: { requestsTotal: { customLabels: { shop: () => "one" } } },
  });
  const orders = new Counter({
    name: "orders_total",
    help: "Orders.",
    labelNames: ["kind"],
    registers: [registry],
  });
  const app = new Hono();
  app.use("*", registerMetrics);
  app.get("/metrics", printMetrics);
  app.get("/users/:id", (context) => {
    orders.inc({ kind: "some" }, 3);
    return context.json(context.req.param());
  });
  serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
}
