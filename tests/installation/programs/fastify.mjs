// Fastify serves the page at its address, measures its own routes, and answers the rest itself.
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import { getRequestListener } from "@hono/node-server";
// @ts-ignore: installed for this program only
import fastify from "fastify";
import { ask, expect } from "./asking.mjs";

const registry = new MetricsRegistry();
const seconds = registry.histogram({
  name: "http_request_duration_seconds",
  help: "Time of requests.",
  unit: "seconds",
  labels: ["method", "route", "status"],
});

const app = fastify();
const metrics = createMetricsApp({ registry });
const listener = getRequestListener(metrics.fetch, { overrideGlobalObjects: false });
for (const path of ["/metrics", "/health", "/ready"]) {
  app.get(path, (request, reply) => {
    reply.hijack();
    listener(request.raw, reply.raw);
  });
}
app.addHook("onResponse", (request, reply, done) => {
  const route = request.routeOptions.url ?? "unmatched";
  const labels = { method: request.method, route, status: String(reply.statusCode) };
  seconds.observe(labels, reply.elapsedTime / 1000);
  done();
});
app.get("/users/:id", (request, reply) => reply.send(request.params.id));

const url = await app.listen({ port: 0, host: "127.0.0.1" });
await expect(url, [["/users/7", 200], ["/nowhere", 404], ["/ready", 200], ["/health", 200]]);
const page = await ask(`${url}/metrics?name[]=http_request_duration_seconds`);
for (const [route, status] of [["/users/:id", 200], ["unmatched", 404]]) {
  const line = `_count{method="GET",route="${route}",status="${status}"} 1\n`;
  if (!page.body.includes(line)) throw new Error(page.body);
}
await app.close();
