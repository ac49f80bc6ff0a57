import { Buffer } from "node:buffer";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";

/** A request, without its URL. */
export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: Agent;
}

/** A response as it came over the wire: its body may be compressed. */
export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a request as it is; `fetch` would add headers and decompress the response. */
export function ask(
  url: string,
  { method = "GET", headers = {}, body, agent = new Agent() }: Question = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const { statusCode: status, headers } = incoming;
        resolve({ status, headers, body: Buffer.concat(chunks) });
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

/** Sends bytes and disconnects: at once, when the first bytes come back, or after some seconds. */
export function disconnect(url: string, bytes: string, patient: boolean | number): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.on("error", reject);
    socket.on("close", () => resolve());
    const leave = () => socket.resetAndDestroy();
    if (patient === true) socket.once("data", leave);
    if (typeof patient === "number") setTimeout(leave, patient * 1000);
    socket.write(bytes, () => patient || leave());
  });
}
