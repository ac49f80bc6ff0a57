import { isWorkers } from "../../model/platform.ts";

/** Whether the runtime can compress. */
export function canCompress(): boolean {
  return typeof CompressionStream === "function" || findZlib() !== undefined;
}

/**
 * Compresses a whole body. Prometheus accepts gzip and nothing else.
 *
 * If there is `node:zlib`, it runs in another thread and at level 1: a page of 0.5 MB takes 1 ms
 * instead of 6 on Node, and 0.5 instead of 2 or 3 on Bun and Deno. The result is a sixth of the
 * page instead of a tenth.
 */
export async function gzip(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zlib = findZlib();
  if (zlib !== undefined) {
    return await new Promise((resolve, reject) => {
      zlib.gzip(body, { level: 1 }, (error, compressed) => {
        if (error) reject(error);
        else resolve(compressed);
      });
    });
  }
  const compressed = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

/** The part of `node:zlib` that is used here. */
interface Zlib {
  gzip(
    body: Uint8Array<ArrayBuffer>,
    options: { readonly level: number },
    done: (error: Error | null, compressed: Uint8Array<ArrayBuffer>) => void,
  ): void;
}

/** The `node:zlib` of Node, Deno and Bun; not imported, as a bundler for Workers would look for it. */
function findZlib(): Zlib | undefined {
  const { process } = globalThis as {
    readonly process?: { getBuiltinModule?(name: string): unknown };
  };
  return isWorkers() ? undefined : process?.getBuiltinModule?.("node:zlib") as Zlib | undefined;
}
