import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsr } from "./jsr_side.ts";
import { npm } from "./npm_side.ts";
import { respond } from "./route.ts";
import { Shelf } from "./shelf.ts";

/**
 * A registry on this machine. It speaks as much of JSR's protocol as it takes to publish, to install
 * for Deno, and to install from npm's side, where JSR's packages are the scope `@jsr`.
 */
export interface Registry {
  /** Where Deno finds it. */
  readonly url: string;
  remove(): Promise<void>;
}

export async function startRegistry(): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-registry-"));
  const shelf = new Shelf(folder);
  const routes = [...jsr(shelf), ...npm(shelf)];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => respond(routes, request),
  );
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return {
    url,
    async remove() {
      await server.shutdown();
      await rm(folder, { recursive: true });
    },
  };
}
