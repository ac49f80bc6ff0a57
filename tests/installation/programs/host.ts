// The host's own Hono takes the metrics app as a route, whatever variables and bindings it has.
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import { Hono } from "hono";

interface HostEnvironment {
  readonly Bindings: { readonly SECRET: string };
  readonly Variables: { user: string };
}

const metrics = createMetricsApp({ registry: new MetricsRegistry() });
const app = new Hono<HostEnvironment>();
app.use(async (context, next) => {
  context.set("user", "nobody");
  await next();
});
app.route("/", metrics);
app.basePath("/v1").route("/ops", metrics);

for (const path of ["/metrics", "/health", "/v1/ops/ready"]) {
  const { status } = await app.request(path);
  if (status !== 200) throw new Error(`${path}: ${status}`);
}
