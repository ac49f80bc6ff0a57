// @ts-ignore: installed for this program only
import express from "express";
// @ts-ignore: installed for this program only
import bundle from "express-prom-bundle";

/** Starts an app on a port, whose requests are measured. */
export function start(port) {
  const app = express();
  app.use(bundle({
    includeMethod: true,
    includePath: true,
    includeUp: true,
    customLabels: { shop: null },
    transformLabels: (labels) => labels.shop = "one",
    promClient: { collectDefaultMetrics: {} },
  }));
  const { promClient } = bundle;
  const orders = new promClient.Counter({
    name: "orders_total",
    help: "Orders.",
    labelNames: ["kind"],
  });
  app.get("/users/:id", (request, response) => {
    orders.inc({ kind: "some" });
    response.json(request.params);
  });
  return app.listen(port, "127.0.0.1");
}
