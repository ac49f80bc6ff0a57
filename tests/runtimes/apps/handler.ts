/** The app within another, for platforms that listen themselves and call a module's `fetch`. */
import { Hono } from "hono";
import { createMetricsApp } from "../../../mod.ts";
import { options } from "./options.ts";

const app = new Hono();
app.use(async (context, next) => {
  await next();
  context.header("X-Host", "an app that touches every answer");
});
app.route("/", createMetricsApp(options));

export default { fetch: (request: Request) => app.fetch(request) };
