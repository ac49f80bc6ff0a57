import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A page as it goes to a client. */
export interface Answer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

type Handler = (request: Request) => Response | Promise<Response>;

interface BunServer {
  serve(options: object): { readonly port: number };
}

interface HonoServer {
  serve(options: object, listening: (address: { readonly port: number }) => void): void;
}

const address = { hostname: "127.0.0.1", port: 0 };
const adapter: string = "@hono/node-server";

/** The thinnest server that each runtime has: on Node its own, which knows no `Response`. */
export async function byRuntime(answer: () => Answer | Promise<Answer>): Promise<number> {
  if (!isNode()) {
    return byFetch(async () => {
      const { bytes, headers } = await answer();
      return new Response(bytes, { headers });
    });
  }
  const server = createServer(async (_request, response) => {
    const { bytes, headers } = await answer();
    response.writeHead(200, { ...headers, "Content-Length": bytes.length });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(address.port, address.hostname, resolve));
  return (server.address() as AddressInfo).port;
}

/** A server for a `fetch` handler: on Node the adapter that most have there. */
export async function byAdapter(fetch: Handler): Promise<number> {
  if (!isNode()) return byFetch(fetch);
  const { serve }: HonoServer = await import(adapter);
  return await new Promise((resolve) => serve({ ...address, fetch }, ({ port }) => resolve(port)));
}

function isNode(): boolean {
  return !("Bun" in globalThis || "Deno" in globalThis);
}

function byFetch(fetch: Handler): number {
  const { Bun } = globalThis as { Bun?: BunServer };
  if (Bun !== undefined) return Bun.serve({ ...address, fetch }).port;
  return Deno.serve({ ...address, onListen: () => {} }, fetch).addr.port;
}
