import { assertEquals } from "@std/assert";
import { connect, createServer, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { nodeResponseIn, whenSent } from "../../../src/http/requests/node_response.ts";
import { deferred, pause } from "../../support/deferred.ts";

test("nodeResponseIn takes only what looks like Node's response", () => {
  const outgoing = { once: () => {} };
  assertEquals<unknown>(nodeResponseIn({ outgoing }), outgoing);
  for (const env of [undefined, null, {}, { outgoing: null }, { outgoing: {} }, 7, "env"]) {
    assertEquals(nodeResponseIn(env), undefined);
  }
});

const others = "Deno" in globalThis || "Bun" in globalThis;

/** What a client does, and how the server's response ends. */
const ends: readonly {
  readonly what: string;
  readonly respond: (response: Http2ServerResponse) => Promise<void> | void;
  /** After how many seconds the client ends the request; never by default. */
  readonly patience?: number;
  readonly method?: string;
  readonly complete: boolean;
}[] = [
  { what: "a whole response", respond: (response) => void response.end("hello"), complete: true },
  { what: "HEAD", method: "HEAD", respond: (response) => void response.end(), complete: true },
  {
    what: "a client that leaves during the response",
    respond: (response) => void response.write("and so on"),
    patience: 0.05,
    complete: false,
  },
  {
    what: "a client that leaves before the response",
    respond: () => pause(0.2),
    patience: 0.05,
    complete: false,
  },
  {
    what: "a body that fails",
    respond(response) {
      response.write("and so");
      response.stream.destroy(new Error("source failed"));
    },
    complete: false,
  },
];

for (const { what, respond, patience, method = "GET", complete } of ends) {
  test(`whenSent, with HTTP/2: ${what}`, { skip: others && "Node's HTTP/2" }, async () => {
    const ended = deferred<boolean>();
    const server = createServer(async (_request, response) => {
      response.stream.on("error", () => {});
      const responding = respond(response);
      // The middleware waits from when there is a response.
      await responding;
      ended.resolve((await whenSent(response)).complete);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const client = connect(`http://127.0.0.1:${port}`);
    const stream = client.request({ ":path": "/", ":method": method });
    for (const emitter of [client, stream]) emitter.on("error", () => {});
    stream.resume().end();
    if (patience !== undefined) setTimeout(() => stream.close(8), patience * 1000);
    assertEquals(await ended.promise, complete);
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
}
