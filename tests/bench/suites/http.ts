import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { contenders } from "../contenders/contenders.ts";
import type { ContenderName, Page } from "../contenders/library.ts";
import { cataloguePopulation } from "./catalogue.ts";

interface BunServer {
  serve(options: object): { readonly port: number };
}

/**
 * Serves the 37 metrics on a free port until the process is ended. A tenth of the series changes
 * between two pages.
 *
 * @param own By the library's own server instead of the one that is the same for all.
 */
export async function serve(contender: ContenderName, own: boolean): Promise<number> {
  const library = await contenders[contender]();
  const { touch } = cataloguePopulation(library);
  if (own && library.serve) return await library.serve(() => touch(0.1));
  return await listen(() => {
    touch(0.1);
    return library.page("text/plain");
  });
}

/** The thinnest server that each runtime has. */
async function listen(page: () => Promise<Page>): Promise<number> {
  const { Bun } = globalThis as { Bun?: BunServer };
  const respond = async () => {
    const { bytes, contentType } = await page();
    return new Response(bytes, { headers: { "Content-Type": contentType } });
  };
  const address = { hostname: "127.0.0.1", port: 0 };
  if (Bun !== undefined) return Bun.serve({ ...address, fetch: respond }).port;
  if ("Deno" in globalThis) {
    return Deno.serve({ ...address, onListen: () => {} }, respond).addr.port;
  }
  const server = createServer(async (_request, response) => {
    const { bytes, contentType } = await page();
    response.writeHead(200, { "Content-Type": contentType, "Content-Length": bytes.length });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, address.hostname, resolve));
  return (server.address() as AddressInfo).port;
}
