// Express serves the page at its address, measures its own routes, and answers the rest itself.
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import { getRequestListener } from "@hono/node-server";
// @ts-ignore: installed for this program only
import express from "express";
import { ask, expect } from "./asking.mjs";

const registry = new MetricsRegistry();
const seconds = registry.histogram({
  name: "http_request_duration_seconds",
  help: "Time of requests.",
  unit: "seconds",
  labels: ["method", "route", "status"],
});

const app = express();
const metrics = createMetricsApp({ registry });
const listener = getRequestListener(metrics.fetch, { overrideGlobalObjects: false });
app.get(["/metrics", "/health", "/ready"], listener);
app.use((request, response, next) => {
  const end = seconds.startTimer();
  response.once("close", () => {
    const route = request.route ? request.baseUrl + request.route.path : "unmatched";
    end({ method: request.method, route, status: String(response.statusCode) });
  });
  next();
});
const users = express.Router().get("/:id", (request, response) => response.send(request.params.id));
app.use("/users", users);

const Before = globalThis.Response;
const server = app.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  await expect(url, [["/users/7", 200], ["/nowhere", 404], ["/ready", 200], ["/health", 200]]);
  const page = await ask(`${url}/metrics?name[]=http_request_duration_seconds`);
  for (const [route, status] of [["/users/:id", 200], ["unmatched", 404]]) {
    const line = `_count{method="GET",route="${route}",status="${status}"} 1\n`;
    if (!page.body.includes(line)) throw new Error(page.body);
  }
  if (globalThis.Response !== Before) throw new Error("the globals of the host are others");
  server.close();
});
