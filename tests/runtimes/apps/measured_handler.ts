/** The measured app for platforms that call a module's `fetch`. */
import app from "./measured_app.ts";

interface WebSocketPair {
  readonly 0: unknown;
  readonly 1: { accept(): void };
}

app.get("/socket", (context) => {
  if ("Deno" in globalThis) return Deno.upgradeWebSocket(context.req.raw).response;
  const { WebSocketPair } = globalThis as unknown as { WebSocketPair: new () => WebSocketPair };
  const { 0: webSocket, 1: server } = new WebSocketPair();
  server.accept();
  return new Response(null, { status: 101, webSocket } as ResponseInit);
});

export default {
  fetch: (request: Request, env: unknown, context: unknown) =>
    app.fetch(request, env as object, context as never),
};
