import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import { ask } from "./http_client.ts";

/** A crowd of clients that ask for a page and read nothing of it, until they are told to leave. */
export interface Crowd {
  /** How often they have asked. Whoever is cut off asks again. */
  readonly asked: number;
  leave(): void;
}

export interface CrowdOptions {
  readonly clients: number;
  /** Headers of their requests; those of the client with this number. */
  readonly headersOf?: (client: number) => readonly string[];
}

/** Lets clients ask for a page and stall. */
export async function stall(
  url: string,
  { clients, headersOf = () => [] }: CrowdOptions,
): Promise<Crowd> {
  const { hostname, port, pathname, search } = new URL(url);
  const sockets = new Map<number, Socket>();
  let asked = 0;
  let goesOn = true;
  const begin = (client: number) =>
    new Promise<void>((resolve) => {
      if (!goesOn) return resolve();
      const socket = connect(Number(port), hostname);
      sockets.set(client, socket);
      const again = () => {
        resolve();
        if (goesOn) setTimeout(() => begin(client), 10);
      };
      // Whatever becomes of it is the server's business.
      socket.on("error", () => {});
      socket.once("close", again);
      socket.once("connect", () => {
        asked++;
        const head = [`GET ${pathname}${search} HTTP/1.1`, "Host: localhost", ...headersOf(client)];
        socket.write(head.join("\r\n") + "\r\n\r\n", () => resolve());
        socket.pause();
      });
    });
  await Promise.all(Array.from({ length: clients }, (_, client) => begin(client)));
  return {
    get asked() {
      return asked;
    },
    leave() {
      goesOn = false;
      for (const socket of sockets.values()) socket.resetAndDestroy();
    },
  };
}

/**
 * Asks for a page as Prometheus does, and gives its text; or why there is none. With compression it
 * is that of Prometheus, too.
 */
export async function scrapeOnce(url: string, compressed = true): Promise<string> {
  const headers: Record<string, string> = {
    "Accept": "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "X-Prometheus-Scrape-Timeout-Seconds": "10",
  };
  if (compressed) headers["Accept-Encoding"] = "gzip";
  try {
    const { status, body } = await ask(url, { headers });
    if (status !== 200) return `status ${status}`;
    return (compressed ? gunzipSync(body) : body).toString();
  } catch (error) {
    return String(error);
  }
}

/** The megabytes of a process in RAM; 0 if the system does not tell. */
export function megabytesOf(pid: number): number {
  if (process.platform !== "linux") return 0;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(status.match(/^VmRSS:\s+(\d+)/m)?.[1]) / 1000;
}
