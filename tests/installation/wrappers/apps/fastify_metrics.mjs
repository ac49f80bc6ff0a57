// @ts-ignore: installed for this program only
import fastify from "fastify";
// @ts-ignore: installed for this program only
import metrics from "fastify-metrics";

/** Starts an app on a port, whose requests are measured. */
export async function start(port) {
  const app = fastify();
  await app.register(metrics, {
    endpoint: "/metrics",
    routeMetrics: { overrides: { histogram: { buckets: [0.1, 1, 10] } } },
  });
  const { client } = app.metrics;
  const orders = new client.Counter({
    name: "orders_total",
    help: "Orders.",
    labelNames: ["kind"],
  });
  app.get("/users/:id", (request) => {
    orders.labels("some").inc(2);
    return request.params;
  });
  await app.listen({ port, host: "127.0.0.1" });
}
