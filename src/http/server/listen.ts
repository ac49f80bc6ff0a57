import { listenOnNode } from "./listen_on_node.ts";
import type { FetchHandler, Listener } from "./listener.ts";

/** Listens with the runtime's own server; rejects with the runtime's own error. */
export function listen(fetch: FetchHandler, hostname: string, port: number): Promise<Listener> {
  const runtime = globalThis as { Deno?: unknown; Bun?: BunRuntime };
  if (runtime.Deno !== undefined) return listenOnDeno(fetch, hostname, port);
  if (runtime.Bun !== undefined) return listenOnBun(runtime.Bun, fetch, hostname, port);
  return listenOnNode(fetch, hostname, port);
}

// deno-lint-ignore require-await -- an error of Deno.serve becomes a rejection
async function listenOnDeno(
  fetch: FetchHandler,
  hostname: string,
  port: number,
): Promise<Listener> {
  const server = Deno.serve({ hostname, port, onListen: () => {} }, (request) => fetch(request));
  return {
    port: server.addr.port,
    close: () => server.shutdown(),
    // Aborting a server during its shutdown makes Deno throw an error that nobody can catch.
    abort: () => Promise.resolve(),
  };
}

/** The part of Bun that is used here. */
interface BunRuntime {
  serve(options: { fetch: FetchHandler; hostname: string; port: number }): {
    readonly port: number;
    stop(closeActiveConnections?: boolean): Promise<void>;
  };
}

// deno-lint-ignore require-await -- an error of Bun.serve becomes a rejection
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
