// @ts-ignore: installed for this program only
import promster from "@promster/express";
// @ts-ignore: installed for this program only
import express from "express";

/** Starts an app on a port, whose requests are measured. */
export function start(port) {
  const app = express();
  app.use(promster.createMiddleware({
    app,
    options: {
      metricTypes: ["httpRequestsTotal", "httpRequestsSummary", "httpRequestsHistogram"],
      labels: ["shop"],
      getLabelValues: () => ({ shop: "one" }),
    },
  }));
  const { Prometheus } = promster;
  const orders = new Prometheus.Counter({
    name: "orders_total",
    help: "Orders.",
    labelNames: ["kind"],
  });
  app.get("/users/:id", (request, response) => {
    orders.labels({ kind: "some" }).inc();
    response.json(request.params);
  });
  app.get("/metrics", async (_, response) => {
    response.setHeader("content-type", promster.getContentType());
    response.end(await promster.getSummary());
  });
  return app.listen(port, "127.0.0.1");
}
