/** The measured app on the server that each runtime has, or Hono has for it. */
import process from "node:process";
import app from "./measured_app.ts";
import { handshakes, upgradeWithWebApi } from "./upgrade.ts";

const hostname = "127.0.0.1";
const port = Number(process.env.PORT);
const { Bun } = globalThis as { Bun?: { serve(options: unknown): void } };

if ("Deno" in globalThis) {
  app.get("/socket", upgradeWithWebApi);
  const server = Deno.serve({ hostname, port }, app.fetch);
  process.once("SIGTERM", () => server.shutdown());
} else if (Bun !== undefined) {
  const { upgradeWebSocket, websocket } = await import("hono/bun");
  app.get("/socket", upgradeWebSocket(() => ({})));
  Bun.serve({ hostname, port, fetch: app.fetch, websocket });
} else {
  const { serve, upgradeWebSocket } = await import("@hono/node-server");
  app.get("/socket", upgradeWebSocket(() => ({})));
  serve({ fetch: app.fetch, hostname, port, websocket: { server: handshakes() as never } });
}
