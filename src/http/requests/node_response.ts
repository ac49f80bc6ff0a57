import type { ResponseEnd } from "./body_observer.ts";

/** The part of `node:http`'s response that tells how sending goes. */
export interface NodeResponse {
  /** Calls the listener when the response is sent or its connection is closed. */
  once(event: "close", listener: () => void): void;
  /** Whether the connection is closed. */
  readonly destroyed: boolean;
  /** Whether everything is sent; `undefined` with HTTP/2. */
  readonly writableFinished?: boolean;
  /** The error of a body that failed. */
  readonly errored?: unknown;
}

/** Node's response, if Hono's server for Node passed it as a part of `env`. */
export function nodeResponseIn(env: unknown): NodeResponse | undefined {
  const { outgoing } = (env ?? {}) as { outgoing?: NodeResponse | null };
  return typeof outgoing?.once === "function" ? outgoing : undefined;
}

/** Waits until Node has sent a response. */
export function whenSent(response: NodeResponse): Promise<ResponseEnd> {
  return new Promise((resolve) => {
    const close = () => {
      const isFailed = response.errored !== null && response.errored !== undefined;
      resolve({ complete: response.writableFinished !== false && !isFailed });
    };
    if (response.destroyed) close();
    else response.once("close", close);
  });
}
