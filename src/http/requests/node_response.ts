import type { ResponseEnd } from "./body_observer.ts";

/** How far the sending of a response of Node is. */
interface Sending {
  /** Whether the connection is closed, or with HTTP/2 the stream on it. */
  readonly destroyed?: boolean;
  /** Whether everything is sent. */
  readonly writableFinished?: boolean;
  /** The error of a body that failed. */
  readonly errored?: unknown;
  /** With HTTP/2, whether the client ended it; then everything counts as sent. */
  readonly aborted?: boolean;
}

/** The part of `node:http`'s response that tells how sending goes. */
export interface NodeResponse extends Sending {
  /** Calls the listener when the response is sent or its connection is closed. */
  once(event: "close", listener: () => void): void;
  /** What knows in place of the response with HTTP/2. */
  readonly stream?: Sending;
}

/** Node's response, if Hono's server for Node passed it as a part of `env`. */
export function nodeResponseIn(env: unknown): NodeResponse | undefined {
  const { outgoing } = (env ?? {}) as { outgoing?: NodeResponse | null };
  return typeof outgoing?.once === "function" ? outgoing : undefined;
}

/** Waits until Node has sent a response. */
export function whenSent(response: NodeResponse): Promise<ResponseEnd> {
  return new Promise((resolve) => {
    const sending = response.stream ?? response;
    const close = () => {
      const { errored, aborted, writableFinished } = sending;
      const isFailed = aborted === true || errored !== null && errored !== undefined;
      resolve({ complete: writableFinished !== false && !isFailed });
    };
    // It has sent its event before the response was there, and will send no other.
    if (sending.destroyed) close();
    else response.once("close", close);
  });
}
