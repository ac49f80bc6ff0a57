import type { FetchHandler, Listener } from "./listener.ts";

/**
 * Listens with `node:http`, which knows neither `Request` nor `Response`. What the metrics app needs
 * of them is little: it reads no bodies, and its own are complete when it gives them.
 */
export async function listenOnNode(
  fetch: FetchHandler,
  hostname: string,
  port: number,
): Promise<Listener> {
  const server = nodeHttp().createServer((incoming, outgoing) => answer(fetch, incoming, outgoing));
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

/**
 * Asked for at run time: bundlers for browsers and Workers refuse an import of `node:http`, and any
 * package that wraps it, although nobody there would ever run it.
 */
function nodeHttp(): NodeHttp {
  const { process } = globalThis as { process?: NodeProcess };
  const http = process?.getBuiltinModule?.("node:http");
  if (http !== undefined) return http;
  throw new Error(
    "there is no server here; it needs Deno, Bun, or Node from 20.16 or 22.3 on, " +
      "and elsewhere createMetricsApp() or scrape() answers the platform's requests",
  );
}

async function answer(
  fetch: FetchHandler,
  incoming: NodeRequest,
  outgoing: NodeResponse,
): Promise<void> {
  const response = await respond(fetch, incoming);
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
}

async function respond(fetch: FetchHandler, incoming: NodeRequest): Promise<Response> {
  let request: Request;
  try {
    request = requestOf(incoming);
  } catch {
    return new Response(null, { status: 400 });
  }
  try {
    return await fetch(request);
  } catch {
    return new Response(null, { status: 500 });
  }
}

/** The host is left out: no answer depends on it, and not every client's makes a URL. */
function requestOf({ method, url, headers }: NodeRequest): Request {
  const target = url.startsWith("/") ? `http://localhost${url}` : url;
  return new Request(target, { method, headers });
}

/** The part of Node's `process` that is needed here. */
interface NodeProcess {
  getBuiltinModule?(name: "node:http"): NodeHttp | undefined;
}

/** The part of `node:http` that is needed here. */
interface NodeHttp {
  createServer(listener: (incoming: NodeRequest, outgoing: NodeResponse) => void): NodeServer;
}

interface NodeRequest {
  readonly method: string;
  readonly url: string;
  /** Only `Set-Cookie`, which no request has, would be a list. */
  readonly headers: Record<string, string>;
}

interface NodeResponse {
  statusCode: number;
  setHeaders(headers: Headers): void;
  end(body: Uint8Array): void;
}

interface NodeServer {
  listen(port: number, hostname: string, listening: () => void): void;
  once(event: "error" | "close", listener: (error: unknown) => void): void;
  off(event: "error", listener: (error: unknown) => void): void;
  address(): { readonly port: number };
  close(): void;
  closeIdleConnections(): void;
  closeAllConnections(): void;
}
