import { builtin } from "../builtin.ts";

/** What a gateway answers; the part of Node's `IncomingMessage` that is read here. */
export interface PushResponse {
  /** The status. */
  readonly statusCode?: number;
  setEncoding(encoding: "utf8"): unknown;
  on(event: "data", listener: (chunk: string) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
}

/** The part of Node's `ClientRequest` that is used here. */
interface Request {
  on(event: string, listener: (error: Error) => void): unknown;
  write(body: string | Uint8Array): unknown;
  end(): unknown;
  destroy(error: Error): unknown;
}

/** The part of `node:http` and `node:https` that is used here. */
interface Http {
  // As a property of the module, at each call: test doubles replace it there.
  request(...given: readonly unknown[]): Request;
}

/** A request as `http.request()` takes it; its headers may be absent. */
export interface RequestOptions {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly [option: string]: unknown;
}

/** How a gateway answered. */
export interface PushAnswer {
  /** The response, an `http.IncomingMessage`. */
  resp: PushResponse;
  /** Its text. */
  body: string;
}

/**
 * Sends a request by `node:http` or `node:https`.
 *
 * @param target What `http.request()` is given first: a URL and options, or options with both.
 * @param body The text to send, once the request has been made.
 * @throws {Error} If it is not answered, or by a status from 400 on; if the runtime has no
 *   `node:http`.
 */
export function send(
  { protocol }: URL,
  target: readonly unknown[],
  body: (() => Promise<string | Uint8Array>) | undefined,
): Promise<PushAnswer> {
  const name = protocol === "https:" ? "node:https" : "node:http";
  const http = builtin<Http>(name);
  if (http === undefined) return Promise.reject(new Error(`A push needs ${name}`));
  return new Promise((resolve, reject) => {
    const request = http.request(
      ...target,
      (response: PushResponse) => readAnswer(response, resolve, reject),
    );
    request.on("error", reject);
    request.on("timeout", () => request.destroy(new Error("Pushgateway request timed out")));
    if (body === undefined) return void request.end();
    body().then((text) => {
      request.write(text);
      request.end();
    }).catch((error) => {
      reject(error);
      request.destroy(error);
    });
  });
}

/** A text as gzip makes it shorter. */
export function compressed(text: string): Uint8Array {
  return builtin<{ gzipSync(text: string): Uint8Array }>("node:zlib")!.gzipSync(text);
}

function readAnswer(
  resp: PushResponse,
  resolve: (answer: PushAnswer) => void,
  reject: (error: Error) => void,
): void {
  let body = "";
  resp.setEncoding("utf8");
  resp.on("data", (chunk) => body += chunk);
  resp.on("end", () => {
    const { statusCode = 0 } = resp;
    if (statusCode < 400) resolve({ resp, body });
    else reject(new Error(`push failed with status ${statusCode}, ${body}`));
  });
  // An answer that is cut off has no end. The clients then wait for ever.
  resp.on("error", reject);
  resp.on("close", () => reject(new Error("The Pushgateway closed the connection")));
}
