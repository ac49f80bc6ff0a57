import { listenOnNode } from "./listen_on_node.ts";
import { isBun, isDeno } from "../../model/platform/platform.ts";
import type { ShortPage } from "../page.ts";
import { pageAnswer } from "./node_exchange.ts";
import { type FetchHandler, type Listener, withReadableUrl } from "./listener.ts";

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
  const aborted = new AbortController();
  const server = Deno.serve(
    { hostname, port, onListen: () => {}, signal: aborted.signal },
    (request, { completed }) => {
      const ended = completed.catch(() => {});
      return fetch(withReadableUrl(request), ended);
    },
  );
  let closed: Promise<void> | undefined;
  return {
    port: server.addr.port,
    close: () => closed ??= server.shutdown(),
    async abort() {
      // Aborting a server during its shutdown makes Deno throw an error that nobody can catch.
      if (closed !== undefined) return;
      aborted.abort();
      await server.finished;
    },
  };
}

/** How this runtime's server sends a short page; `undefined` if it takes a `Response`. */
export function shortPageOfServer(): ShortPage | undefined {
  return isDeno() || isBun() ? undefined : pageAnswer;
}

/** The part of Bun that is used here. */
interface BunRuntime {
  serve(options: {
    readonly fetch: (request: Request) => Response | Promise<Response>;
    readonly hostname: string;
    readonly port: number;
    readonly development: boolean;
    readonly reusePort: boolean;
    readonly error: () => Response;
  }): {
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
  const server = bun.serve({
    fetch: (request) => {
      const answered = fetch(withReadableUrl(request));
      // Bun closes the connection if a client wants that, but does not say so.
      if (request.headers.get("Connection")?.toLowerCase() !== "close") return answered;
      return Promise.resolve(answered).then((response) => {
        response.headers.set("Connection", "close");
        return response;
      });
    },
    hostname,
    port,
    // Its page of an error shows paths and source to whoever asks.
    development: false,
    // Without that page, Bun would take a port that is taken.
    reusePort: false,
    error: () => new Response("The server failed\n", { status: 500 }),
  });
  return {
    port: server.port,
    close: () => server.stop(),
    abort: () => server.stop(true),
  };
}
