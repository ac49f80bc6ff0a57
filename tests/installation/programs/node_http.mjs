// A server of Node's own serves the page at its address, and answers the rest itself.
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import { getRequestListener } from "@hono/node-server";
import { createServer } from "node:http";
import { ask, expect } from "./asking.mjs";

const registry = new MetricsRegistry();
registry.counter({ name: "orders_total", help: "Orders." }).inc(3);

const metrics = createMetricsApp({ registry });
const listener = getRequestListener(metrics.fetch, { overrideGlobalObjects: false });
const server = createServer((request, response) => {
  if (request.url.startsWith("/metrics")) return listener(request, response);
  response.end("mine");
});

server.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  await expect(url, [["/orders", 200]]);
  const page = await ask(`${url}/metrics`);
  if (!page.body.includes("orders_total 3\n")) throw new Error(page.body);
  server.close();
});
