// A process of its own: it measures the growth of the heap.
import { assert, assertEquals } from "@std/assert";
import { EventEmitter } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { ServerStartError } from "../../../mod.ts";
import { listenOnNode, UnusedSockets } from "../../../src/http/server/listen_on_node.ts";
import { heapGrowth } from "../../support/garbage.ts";
import { assertRejectsWith } from "../../support/rejects.ts";

class FakeSocket extends EventEmitter {
  destroyed = 0;
  destroy(): void {
    this.destroyed++;
    this.emit("close");
  }
}

test("UnusedSockets holds connections until their first request, or their end", () => {
  const unused = new UnusedSockets();
  const [asking, leaving, staying] = [new FakeSocket(), new FakeSocket(), new FakeSocket()];
  for (const socket of [asking, leaving, staying]) unused.add(socket);
  assertEquals(unused.size, 3);
  unused.delete(asking);
  leaving.emit("close");
  assertEquals(unused.size, 1);
  unused.destroy();
  assertEquals(unused.size, 0);
  assertEquals([asking, leaving, staying].map(({ destroyed }) => destroyed), [0, 0, 1]);
});

const foreign = "Deno" in globalThis || "Bun" in globalThis;

test(
  "listenOnNode: connections that ask nothing leave nothing behind",
  { skip: foreign },
  async () => {
    const listener = await listenOnNode(() => Promise.resolve(new Response()), "127.0.0.1", 0);
    const probe = () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(listener.port, "127.0.0.1", () => socket.end());
        socket.on("error", reject).on("close", () => resolve()).resume();
      });
    const growth = await heapGrowth(async () => {
      for (let at = 0; at < 100; at++) await Promise.all(Array.from({ length: 20 }, probe));
    });
    await listener.close();
    assert(growth < 2, `${growth} MB`);
  },
);

test("listenOnNode names the versions of Node that have what it needs", async () => {
  const { process } = globalThis;
  const own = Object.getOwnPropertyDescriptor(process, "getBuiltinModule");
  Object.defineProperty(process, "getBuiltinModule", { value: undefined, configurable: true });
  try {
    await assertRejectsWith(
      () => listenOnNode(() => Promise.resolve(new Response()), "127.0.0.1", 0),
      ServerStartError,
      "Node from 20.16 or 22.3 on",
    );
  } finally {
    if (own) Object.defineProperty(process, "getBuiltinModule", own);
  }
});
