/** The measured app on the server that each runtime has, or Hono has for it. */
import process from "node:process";
import app from "./measured_app.ts";

const hostname = "127.0.0.1";
const port = Number(process.env.PORT);
const { Bun } = globalThis as { Bun?: { serve(options: unknown): void } };

if ("Deno" in globalThis) {
  const server = Deno.serve({ hostname, port }, app.fetch);
  process.once("SIGTERM", () => server.shutdown());
} else if (Bun !== undefined) {
  Bun.serve({ hostname, port, fetch: app.fetch });
} else {
  const { serve } = await import("@hono/node-server");
  serve({ fetch: app.fetch, hostname, port });
}
