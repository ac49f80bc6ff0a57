import { isBun } from "../../model/platform/platform.ts";
import type { HttpContext } from "./http_context.ts";

/**
 * The status of the response; 101 if it became a WebSocket.
 *
 * Deno and Workers answer an upgrade with a 101. On Bun and Node the server itself does, and the app
 * returns an empty 200 in its place, by Hono's convention.
 */
export function statusOf(context: HttpContext): number {
  const { status } = context.res;
  return status === 200 && isHandshake(context) && isEmpty(context.res) ? 101 : status;
}

function isHandshake({ req, env }: HttpContext): boolean {
  return req.method === "GET" && req.header("Upgrade")?.toLowerCase() === "websocket" &&
    (isBun() || isUpgradeOnNode(env));
}

/** Hono's server for Node passes no response where Node has none: in its event `upgrade`. */
function isUpgradeOnNode(env: unknown): boolean {
  const { incoming, outgoing } = (env ?? {}) as { incoming?: unknown; outgoing?: unknown };
  return incoming !== undefined && outgoing === undefined;
}

/** A body that was read loses its type on Bun, so that the one of a copy is read. */
function isEmpty(response: Response): boolean {
  return !response.headers.has("Content-Type") && response.clone().body === null;
}
