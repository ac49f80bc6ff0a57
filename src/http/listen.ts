/** An open socket that answers requests. */
export interface Listener {
  /** The port it listens on. */
  readonly port: number;
  /** Takes no more connections, and resolves when running requests are finished. */
  close(): Promise<void>;
  /** Ends everything at once, running requests included. */
  abort(): Promise<void>;
}

/** Answers a request. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** Listens with what the runtime offers; rejects with the runtime's own error. */
export function listen(fetch: FetchHandler, hostname: string, port: number): Promise<Listener> {
  const runtime = globalThis as { Deno?: unknown; Bun?: BunRuntime };
  if (runtime.Deno !== undefined) return listenOnDeno(fetch, hostname, port);
  if (runtime.Bun !== undefined) return listenOnBun(runtime.Bun, fetch, hostname, port);
  return listenOnNode(fetch, hostname, port);
}

// deno-lint-ignore require-await -- what Deno.serve throws becomes a rejection
async function listenOnDeno(
  fetch: FetchHandler,
  hostname: string,
  port: number,
): Promise<Listener> {
  const ending = new AbortController();
  const server = Deno.serve(
    { hostname, port, signal: ending.signal, onListen: () => {} },
    (request) => fetch(request),
  );
  return {
    port: server.addr.port,
    close: () => server.shutdown(),
    async abort() {
      ending.abort();
      await server.finished;
    },
  };
}

/** The part of Bun that is needed here. */
interface BunRuntime {
  serve(options: { fetch: FetchHandler; hostname: string; port: number }): {
    readonly port: number;
    stop(closeActiveConnections?: boolean): Promise<void>;
  };
}

// deno-lint-ignore require-await -- what Bun.serve throws becomes a rejection
async function listenOnBun(
  bun: BunRuntime,
  fetch: FetchHandler,
  hostname: string,
  port: number,
): Promise<Listener> {
  const server = bun.serve({ fetch: (request) => fetch(request), hostname, port });
  return {
    port: server.port,
    close: () => server.stop(),
    abort: () => server.stop(true),
  };
}

async function listenOnNode(
  fetch: FetchHandler,
  hostname: string,
  port: number,
): Promise<Listener> {
  const { createAdaptorServer } = await import("@hono/node-server");
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as NodeServer;
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
      server.close();
      server.closeIdleConnections();
      return closed;
    },
    abort() {
      server.closeAllConnections();
      return closed;
    },
  };
}

/** The part of `node:http`'s server that is needed here. */
interface NodeServer {
  listen(port: number, hostname: string, listening: () => void): void;
  once(event: "error" | "close", listener: (error: unknown) => void): void;
  off(event: "error", listener: (error: unknown) => void): void;
  address(): { readonly port: number };
  close(): void;
  closeIdleConnections(): void;
  closeAllConnections(): void;
}
