import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import { test } from "node:test";
import { listen } from "../../../src/http/server/listen.ts";
import type { FetchHandler } from "../../../src/http/server/listener.ts";
import { deferred, pause, within } from "../../support/deferred.ts";

/** Runs a test with a server that listens. */
async function listening(
  fetch: FetchHandler,
  run: (port: number) => Promise<void>,
): Promise<void> {
  const listener = await listen(fetch, "127.0.0.1", 0);
  try {
    await run(listener.port);
  } finally {
    await listener.abort();
  }
}

/** All that comes back for some bytes until the server hangs up, or is silent. */
function received(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(bytes, "latin1")));
    const chunks: Buffer[] = [];
    const end = () => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString("latin1"));
    };
    let silence = setTimeout(end, 2000);
    socket.on("error", reject);
    socket.on("close", () => {
      clearTimeout(silence);
      end();
    });
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      clearTimeout(silence);
      silence = setTimeout(end, 100);
    });
  });
}

function statusOf(answer: string): number {
  return Number(answer.match(/^HTTP\/1\.\d (\d+)/)?.[1]);
}

/** Answers with what it was asked. */
const mirror: FetchHandler = ({ method, url }) => {
  const { pathname, search } = new URL(url);
  return Promise.resolve(new Response(`${method} ${pathname}${search}`));
};

const readable: readonly (readonly [what: string, lines: readonly string[], asked: string])[] = [
  ["an ordinary host", ["GET /a?b=c HTTP/1.1", "Host: localhost"], "GET /a?b=c"],
  ["a host with a space", ["GET /a?b=c HTTP/1.1", "Host: a b"], "GET /a?b=c"],
  ["an empty host", ["GET /a?b=http://c/d HTTP/1.1", "Host: "], "GET /a?b=http://c/d"],
  ["a host of other bytes", ["GET /a?b=c HTTP/1.1", "Host: \xff%%\x80"], "GET /a?b=c"],
  ["a host with a path", ["GET /a?b=c HTTP/1.1", "Host: x/y?z#"], "GET /a?b=c"],
  ["a host with a backslash", ["GET /a?b=c HTTP/1.1", "Host: x\\\\y"], "GET /a?b=c"],
  ["a port that is none", ["GET /a HTTP/1.1", "Host: x:99999999"], "GET /a"],
  ["an old client without host", ["GET /a?b=c HTTP/1.0"], "GET /a?b=c"],
  ["a whole URL as a target", ["GET http://elsewhere/a?b=c HTTP/1.1", "Host: x"], "GET /a?b=c"],
  ["a path that begins with two slashes", ["GET //a//b HTTP/1.1", "Host: x"], "GET //a//b"],
  ["a whole URL without a path", ["GET http://elsewhere?b=c HTTP/1.1", "Host: x"], "GET /?b=c"],
  ["a method that fetch forbids", ["TRACE /a HTTP/1.1", "Host: x"], "TRACE /a"],
  ["a method with a hyphen", ["M-SEARCH /a HTTP/1.1", "Host: x"], "M-SEARCH /a"],
];

for (const [what, lines, asked] of readable) {
  test(`listen: a request is routed by its path, with ${what}`, async () => {
    await listening(mirror, async (port) => {
      const answer = await received(port, [...lines, "", ""].join("\r\n"));
      assertEquals(statusOf(answer), 200, answer);
      assert(answer.includes(asked) || asked.includes("//a//b") && answer.includes("/a"), answer);
    });
  });
}

test("listen: nothing but an answer is shown of a request that cannot be read", async () => {
  await listening(mirror, async (port) => {
    for (
      const bytes of [
        "GET /a HTTP/1.1\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "\x16\x03\x01\x02\0\r\n\r\n",
      ]
    ) {
      const answer = await received(port, bytes);
      assert(answer.length < 500, answer);
      assertEquals(/\bat \/|node_modules|\.ts\b|<html/.test(answer), false, answer);
    }
  });
});

test("listen: a short answer has its length, HEAD has no other, and an empty one has none or 0", async () => {
  const answers: Readonly<Record<string, () => Response>> = {
    "/short": () => new Response("short"),
    "/empty": () => new Response(null, { status: 204 }),
  };
  const fetch: FetchHandler = ({ url }) => Promise.resolve(answers[new URL(url).pathname]());
  await listening(fetch, async (port) => {
    const ask = (line: string) => received(port, `${line} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const short = await ask("GET /short");
    assertStringIncludes(short.toLowerCase(), "\r\ncontent-length: 5\r\n");
    assert(short.endsWith("\r\n\r\nshort"));
    const head = await ask("HEAD /short");
    assert(head.endsWith("\r\n\r\n"));
    assertEquals(/content-length: [^5]/i.test(head), false, head);
    assert((await ask("GET /empty")).endsWith("\r\n\r\n"));
  });
});

test("listen: a long answer comes whole, however slowly it is read", async () => {
  const chunk = new Uint8Array(65_536).fill(120);
  let sent = 0;
  const fetch: FetchHandler = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          pull: (controller) => {
            if (sent++ < 200) controller.enqueue(chunk);
            else controller.close();
          },
        }, { highWaterMark: 0 }),
      ),
    );
  await listening(fetch, async (port) => {
    const size = await new Promise<number>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write("GET / HTTP/1.0\r\nHost: x\r\n\r\n");
      });
      socket.on("error", reject);
      let length = 0;
      socket.on("data", ({ length: more }) => void (length += more));
      socket.on("close", () => resolve(length));
      socket.pause();
      setTimeout(() => {
        assert(sent < 200, "the server does not wait for the reader");
        socket.resume();
      }, 300);
    });
    assert(size > 200 * chunk.length && size < 200 * chunk.length + 5000, `${size}`);
  });
});

test("listen: an answer that fails has no end, so nobody takes the part for the whole", async () => {
  const fetch: FetchHandler = () => {
    let pulls = 0;
    const body = new ReadableStream({
      async pull(controller) {
        if (pulls++ < 3) return controller.enqueue(new TextEncoder().encode("part\n"));
        await pause(0.05);
        controller.error(new DOMException("no more", "AbortError"));
      },
    }, { highWaterMark: 0 });
    return Promise.resolve(new Response(body));
  };
  await listening(fetch, async (port) => {
    const answer = await received(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").catch(String);
    assertEquals(answer.includes("\r\n0\r\n\r\n"), false, answer);
  });
});

test("listen: a body that nobody reads any more is canceled", async () => {
  const canceled = deferred();
  const fetch: FetchHandler = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
          cancel: () => canceled.resolve(),
        }, { highWaterMark: 0 }),
      ),
    );
  await listening(fetch, async (port) => {
    const socket = connect(
      port,
      "127.0.0.1",
      () => socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    );
    socket.once("data", () => socket.destroy());
    await within(5, canceled.promise);
  });
});

test("listen: what is sent after close() is finished is refused", async () => {
  const listener = await listen(mirror, "127.0.0.1", 0);
  assertEquals(statusOf(await received(listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
  await within(2, listener.close());
  await within(2, listener.abort());
  const refused = await received(listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").catch(String);
  assertStringIncludes(refused, "ECONNREFUSED");
});
