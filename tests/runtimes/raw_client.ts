import type { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";

/** An answer, as far as a connection needs it. */
export interface RawAnswer {
  readonly status: number;
  /** Whether the server ends the connection after it. */
  readonly closes: boolean;
}

/** A connection that is answered, or the code of the error with which it was refused. */
export function connected(url: string): Promise<Socket | string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** Sends a request over a connection, and reads the answer; rejects if there is not all of it. */
export function exchange(socket: Socket, request: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let received = "";
    const end = (settle: () => void) => {
      socket.off("data", read).off("close", lose);
      settle();
    };
    const lose = () => end(() => reject(new Error(`lost after ${JSON.stringify(received)}`)));
    const read = (bytes: Buffer) => {
      received += bytes.toString("latin1");
      const [, head, body] = received.match(/^(.*?\r\n\r\n)(.*)$/s) ?? [];
      if (head === undefined) return;
      const length = Number(head.match(/^content-length: *(\d+)/im)?.[1]);
      if (!(body.length >= length)) return;
      const status = Number(head.match(/^HTTP\/1\.\d (\d+)/)?.[1]);
      end(() => resolve({ status, closes: /^connection: *close/im.test(head) }));
    };
    socket.on("data", read).on("close", lose);
    socket.write(request);
  });
}
