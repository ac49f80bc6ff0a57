import type { FetchHandler, Listener } from "./listener.ts";

/** Listens with `node:http`; `@hono/node-server` translates to `Request` and `Response`. */
export async function listenOnNode(
  fetch: FetchHandler,
  hostname: string,
  port: number,
): Promise<Listener> {
  const { createAdaptorServer } = await import("@hono/node-server");
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as NodeServer;
  let closing = false;
  // `closeIdleConnections()` closes connections between two requests. Those without a first request,
  // and those that still send a response, would delay the shutdown.
  const unused = new Set<NodeSocket>();
  server.on("connection", (socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", ({ socket }, outgoing) => {
    unused.delete(socket);
    outgoing.once("close", () => closing && setTimeout(() => server.closeIdleConnections()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const closed = new Promise<void>((resolve) => server.once("close", () => resolve()));
  return {
    port: server.address().port,
    close() {
      closing = true;
      server.close();
      server.closeIdleConnections();
      for (const socket of unused) socket.destroy();
      return closed;
    },
    abort() {
      server.closeAllConnections();
      return closed;
    },
  };
}

/** The part of `node:http`'s server that is used here. */
interface NodeServer {
  listen(port: number, hostname: string, listening: () => void): void;
  on(event: "connection", listener: (socket: NodeSocket) => void): void;
  on(event: "request", listener: (incoming: NodeRequest, outgoing: NodeResponse) => void): void;
  once(event: "error" | "close", listener: (error: unknown) => void): void;
  off(event: "error", listener: (error: unknown) => void): void;
  address(): { readonly port: number };
  close(): void;
  closeIdleConnections(): void;
  closeAllConnections(): void;
}

interface NodeSocket {
  once(event: "close", listener: () => void): void;
  destroy(): void;
}

interface NodeRequest {
  readonly socket: NodeSocket;
}

interface NodeResponse {
  once(event: "close", listener: () => void): void;
}
