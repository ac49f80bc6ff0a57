import { createServer } from "node:net";
import { until } from "./until.ts";

/**
 * A free random port of 127.0.0.1 for a process that is about to be started. It lies below the
 * range from which the system serves outgoing connections, so none of those can take it meanwhile.
 */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  return await isFree(port) ? port : await freePort();
}

/** Waits until the address answers with a success, and gives the answer. */
export async function answering(url: string): Promise<Response> {
  const ask = async () => {
    try {
      const response = await fetch(url);
      if (response.ok) return response;
      await response.body?.cancel();
    } catch {
      // Nobody listens yet.
    }
  };
  return await until(ask) as Response;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
