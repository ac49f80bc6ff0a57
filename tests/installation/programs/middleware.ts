// The host's own Hono takes the middleware, and it finds the host's routes.
import { httpMetrics, MetricsRegistry } from "@edgeprom/edgeprom";
import { pushAfterResponse } from "@edgeprom/edgeprom/push";
import { Hono } from "hono";

interface HostEnvironment {
  readonly Variables: { user: string };
}

const registry = new MetricsRegistry();
const app = new Hono<HostEnvironment>();
app.use(httpMetrics({ registry }));
const pushed = new Promise<string>((resolve) => {
  const flush = async () => resolve(await registry.text());
  app.use(pushAfterResponse({ flush }, { everySeconds: 10 }));
});
app.get("/hello/:name", ({ req, text }) => text(`Hello ${req.param("name")}\n`));
await app.request("/hello/ada");

const page = await pushed;
if (!page.includes('route="/hello/:name"')) throw new Error(page);
