// The host's own Hono takes the middleware, and it finds the host's routes.
import { httpMetrics, MetricsRegistry } from "@edgeprom/edgeprom";
import { Hono } from "hono";

interface HostEnvironment {
  readonly Variables: { user: string };
}

const registry = new MetricsRegistry();
const app = new Hono<HostEnvironment>();
app.use(httpMetrics({ registry }));
app.get("/hello/:name", ({ req, text }) => text(`Hello ${req.param("name")}\n`));
await app.request("/hello/ada");

const page = await registry.text();
if (!page.includes('route="/hello/:name"')) throw new Error(page);
