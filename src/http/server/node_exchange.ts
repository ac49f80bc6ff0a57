import { localUrl } from "./listener.ts";

/** The part of a request of `node:http` that is used here. */
export interface NodeRequest {
  readonly method?: string;
  readonly url?: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** The part of a response of `node:http` that is used here. */
export interface NodeResponse {
  readonly destroyed: boolean;
  readonly writableFinished: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string>>): void;
  /** False if the reader is slower; `drain` tells when it has caught up. */
  write(chunk: Uint8Array): boolean;
  end(chunk?: Uint8Array): void;
  destroy(): void;
  once(event: "close" | "drain", listener: () => void): void;
  off(event: "close" | "drain", listener: () => void): void;
}

/**
 * The `Request` for one of `node:http`, without its body, which no endpoint reads. Its signal is
 * aborted if the connection ends before the response is sent.
 */
export function requestOf(incoming: NodeRequest, outgoing: NodeResponse): Request {
  const { method = "GET", url = "/", rawHeaders } = incoming;
  const left = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) left.abort();
  });
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at], rawHeaders[at + 1]);
  }
  const request = new Request(localUrl(url), { headers, signal: left.signal });
  // Not by the constructor, which refuses TRACE.
  return method === "GET" ? request : Object.defineProperty(request, "method", { value: method });
}

/**
 * Sends a `Response`. A short one is sent with its length.
 *
 * @throws What its body throws, after which the answer has no end.
 */
export async function send(
  { status, headers, body }: Response,
  outgoing: NodeResponse,
  isHead: boolean,
): Promise<void> {
  const named = Object.fromEntries(headers);
  if (body === null || isHead) {
    await body?.cancel();
    outgoing.writeHead(status, isHead ? named : { ...named, "content-length": "0" });
    return outgoing.end();
  }
  const reader = body.getReader();
  outgoing.once("close", () => void reader.cancel().catch(() => {}));
  const first = await reader.read();
  let next = first.done ? first : await reader.read();
  if (next.done) {
    outgoing.writeHead(status, { ...named, "content-length": `${first.value?.length ?? 0}` });
    return outgoing.end(first.value);
  }
  outgoing.writeHead(status, named);
  outgoing.write(first.value!);
  for (; !next.done; next = await reader.read()) {
    if (!outgoing.write(next.value) && !outgoing.destroyed) await drained(outgoing);
  }
  outgoing.end();
}

/** Resolves when the reader has caught up, or has left. */
function drained(outgoing: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    const resume = () => {
      outgoing.off("close", resume);
      outgoing.off("drain", resume);
      resolve();
    };
    outgoing.once("close", resume);
    outgoing.once("drain", resume);
  });
}
