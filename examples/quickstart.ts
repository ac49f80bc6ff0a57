// deno serve --port 8000 quickstart.ts, then open http://localhost:8000/metrics
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import { Hono } from "hono";

const registry = new MetricsRegistry();
const orders = registry.counter({
  name: "shop_orders",
  help: "Orders, by how they were paid.",
  labels: { payment: ["card", "invoice"] },
});

const app = new Hono();
app.post("/orders/card", (context) => {
  orders.inc({ payment: "card" });
  return context.text("thank you\n");
});
app.route("/", createMetricsApp({ registry }));

export default app;
