// deno serve --port 8000 quickstart.ts
// PORT=8000 bun quickstart.ts
// npx srvx --prod --port 8000 quickstart.ts    (Node 22.18 or later)
// Then open http://localhost:8000/metrics
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import { Hono } from "hono";

const registry = new MetricsRegistry();
const orders = registry.counter({
  name: "shop_orders_total",
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
