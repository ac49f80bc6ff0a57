import { ServerStartError } from "../errors.ts";
import type { FetchHandler, Listener } from "./listener.ts";
import { type NodeRequest, type NodeResponse, requestOf, send } from "./node_exchange.ts";

/** Listens with `node:http`. */
export async function listenOnNode(
  fetch: FetchHandler,
  hostname: string,
  port: number,
): Promise<Listener> {
  const server = nodeHttp().createServer({ requireHostHeader: false });
  const unused = new UnusedSockets();
  let closing = false;
  server.on("connection", (socket) => unused.add(socket));
  server.on("request", async (incoming, outgoing) => {
    unused.delete(incoming.socket);
    const ended = new Promise<void>((resolve) =>
      outgoing.once("close", () => {
        resolve();
        if (closing) setTimeout(() => server.closeIdleConnections());
      })
    );
    try {
      const response = await fetch(requestOf(incoming), ended);
      await send(response, outgoing, incoming.method === "HEAD");
    } catch {
      // No end of the answer, so that nobody takes a part of it for the whole.
      outgoing.destroy();
    }
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
      unused.destroy();
      return closed;
    },
    abort() {
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
}

/**
 * The connections without a first request. They would delay a shutdown, as `closeIdleConnections()`
 * closes only those between two requests.
 */
export class UnusedSockets {
  readonly #sockets = new Set<NodeSocket>();

  /** The number of connections. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Adds a connection, until its first request or its end. */
  add(socket: NodeSocket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.delete(socket));
  }

  /** Takes out a connection with its first request. */
  delete(socket: NodeSocket): void {
    this.#sockets.delete(socket);
  }

  /** Ends all of them. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/**
 * The module `node:http`. It is not imported, as bundlers for Workers and browsers look for what is,
 * and need not be told that it exists nowhere but on Node.
 */
function nodeHttp(): NodeHttp {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): unknown };
  };
  const http = process?.getBuiltinModule?.("node:http");
  if (http !== undefined) return http as NodeHttp;
  throw new ServerStartError(
    "the metrics server needs Deno, Bun, or Node from 20.16 or 22.3 on; elsewhere serve " +
      "createMetricsApp()",
  );
}

/** The part of `node:http` that is used here. */
interface NodeHttp {
  createServer(options: { readonly requireHostHeader: boolean }): NodeServer;
}

interface NodeServer {
  listen(port: number, hostname: string, listening: () => void): void;
  on(event: "connection", listener: (socket: NodeSocket) => void): void;
  on(
    event: "request",
    listener: (
      incoming: NodeRequest & { readonly socket: NodeSocket },
      outgoing: NodeResponse,
    ) => void,
  ): void;
  once(event: "error" | "close", listener: (error: unknown) => void): void;
  off(event: "error", listener: (error: unknown) => void): void;
  address(): { readonly port: number };
  close(): void;
  closeIdleConnections(): void;
  closeAllConnections(): void;
}

/** The part of a socket that is used here. */
export interface NodeSocket {
  once(event: "close", listener: () => void): void;
  destroy(): void;
}
