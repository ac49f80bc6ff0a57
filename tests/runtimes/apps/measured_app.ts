/** An app of nested routers, with all that a measured one meets: guards, errors and streams. */
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { HTTPException } from "hono/http-exception";
import { stream } from "hono/streaming";
import {
  createMetricsApp,
  httpMetrics,
  type HttpMetricsOptions,
  MetricsRegistry,
} from "../../../mod.ts";
import { registerRuntimeMetrics } from "../../../src/runtime.ts";

const registry = new MetricsRegistry();
registerRuntimeMetrics(registry);
const app = new Hono();

/**
 * A long page; of 2.6 MB unless told otherwise, more than the system takes off a server's hands for
 * a reader who is slow.
 */
const series = Number(globalThis.process?.env?.LONG_SERIES ?? 20_000);
const width = Number(globalThis.process?.env?.LONG_WIDTH ?? 120);
const long = new MetricsRegistry({ cardinality: { seriesPerFamily: series } });
const wide = long.counter({ name: "wide", help: "Wide.", labels: ["a"] });
for (let a = 0; a < series; a++) wide.inc({ a: `${a}`.padEnd(width, "-") });

app.route("/", createMetricsApp({ registry }));
app.route("/long", createMetricsApp({ registry: long }));
app.use("/replaced", async (context, next) => {
  await next();
  context.res = new Response("in its place");
});
const options: HttpMetricsOptions = {
  requestSize: true,
  labels: { plan: { from: ({ req }) => req.header("X-Plan"), allowed: ["free", "paid"] } },
};
app.use(httpMetrics({ registry, ...options }));

const orders = new Hono();
orders.get("/:id", (context) => context.json({ id: context.req.param("id") }));
orders.post("/", async (context) => context.text(`${(await context.req.text()).length}`, 201));
orders.get("/:id/broken", () => {
  throw new Error("broken");
});
orders.get("/:id/teapot", () => {
  throw new HTTPException(418, { message: "a teapot" });
});

const customers = new Hono().basePath("/customers");
customers.get("/:customer", (context) => context.text(context.req.param("customer")));
customers.route("/:customer/orders", orders);

app.use("/shop/private/*", bearerAuth({ token: "secret" }));
app.get("/shop/private/:page", (context) => context.text("private"));
app.route("/shop", customers);
app.get("/stream/:parts", (context) =>
  stream(context, async (writer) => {
    for (let part = 0; part < Number(context.req.param("parts")) && !writer.aborted; part++) {
      await writer.write("x".repeat(1000));
      await writer.sleep(5);
    }
  }));
app.get("/slow", async (context) => {
  await new Promise((resolve) => setTimeout(resolve, 400));
  return context.text("slow");
});
app.get("/replaced", () => new Response(new ReadableStream()));
const api = new Hono().use(httpMetrics({ registry, ...options }));
api.get("/items/:id", (context) => context.json({ id: context.req.param("id") }));
app.mount("/api", api.fetch);
app.onError((error, context) =>
  error instanceof HTTPException ? error.getResponse() : context.text("broken", 500)
);

export default app;
