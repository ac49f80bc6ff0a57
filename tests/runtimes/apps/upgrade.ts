/** WebSockets as far as the handshake, which is all that is counted. */
import type { Context } from "hono";
import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Upgrades a connection on Deno. */
export function upgradeWithWebApi(context: Context): Response {
  if (context.req.header("Upgrade") !== "websocket") return context.text("no handshake", 426);
  return Deno.upgradeWebSocket(context.req.raw).response;
}

/** What Hono's server for Node asks of the package `ws`. */
export function handshakes(): EventEmitter {
  const server = new EventEmitter();
  const handleUpgrade = (
    request: IncomingMessage,
    socket: Duplex,
    _head: unknown,
    ready: (socket: unknown) => void,
  ) => {
    const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const key = request.headers["sec-websocket-key"];
    const accept = createHash("sha1").update(`${key}${guid}`).digest("base64");
    // The client resets the connection at once.
    socket.on("error", () => {});
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    ready(new EventEmitter());
  };
  return Object.assign(server, { options: { noServer: true }, handleUpgrade, close: () => {} });
}
