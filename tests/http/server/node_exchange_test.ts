import { assertEquals } from "@std/assert";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { pageAnswer, send } from "../../../src/http/server/node_exchange.ts";

class FakeResponse extends EventEmitter {
  readonly destroyed = false;
  readonly writableFinished = false;
  sent: unknown[] = [];
  writeHead(...head: readonly unknown[]): void {
    this.sent.push(...head);
  }
  write(): boolean {
    return true;
  }
  end(chunk?: Uint8Array): void {
    this.sent.push(chunk);
  }
  destroy(): void {}
}

test("send: the bytes of a page are released when the response is closed, and once", async () => {
  const outgoing = new FakeResponse();
  const bytes = new Uint8Array([1, 2]);
  let released = 0;
  await send(
    pageAnswer({ headers: { a: "b" }, bytes, release: () => released++ }),
    outgoing,
    false,
  );
  assertEquals(outgoing.sent, [200, { "a": "b", "Content-Length": "2" }, bytes]);
  assertEquals(released, 0);
  for (let time = 0; time < 2; time++) outgoing.emit("close");
  assertEquals(released, 1);
});
