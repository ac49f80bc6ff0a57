import type { ResponseEnd } from "./body_observer.ts";

/** The part of `node:http`'s response that tells how it goes. */
export interface NodeResponse {
  /** Calls back when the response is sent, or its connection gone. */
  once(event: "close", listener: () => void): void;
  /** Whether the connection is gone. */
  readonly destroyed: boolean;
  /** Whether everything is sent. HTTP/2 does not say. */
  readonly writableFinished?: boolean;
  /** What the body failed with. */
  readonly errored?: unknown;
}

/** Node's response, where Hono's server for Node hands it down as a part of `env`. */
export function nodeResponseIn(env: unknown): NodeResponse | undefined {
  const { outgoing } = (env ?? {}) as { outgoing?: NodeResponse | null };
  return typeof outgoing?.once === "function" ? outgoing : undefined;
}

/** Tells when Node has sent a response. */
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
