import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  deliver,
  type Delivery,
  type DeliveryOptions,
} from "../../../src/push/delivery/delivery.ts";
import { Endpoint } from "../../../src/push/delivery/endpoint.ts";
import { within } from "../../support/deferred.ts";
import { withHttpServer } from "../../support/http_server.ts";
import { freePort } from "../../support/network.ts";

function deliverTo(url: string, options: Partial<DeliveryOptions> = {}): Promise<Delivery> {
  const endpoint = new Endpoint("a writer", url, {});
  const headers = { "content-type": "application/x-protobuf", "content-encoding": "snappy" };
  const body = new Uint8Array([1, 2]);
  const message = { method: "POST", url: endpoint.url, headers, body } as const;
  return within(
    10,
    deliver(endpoint, message, {
      maxAttempts: 2,
      attemptSeconds: 5,
      seconds: 5,
      random: () => 0,
      ...options,
    }),
  );
}

test("deliver: a real server gets headers and body as they are, after it was away for a moment", async () => {
  let times = 0;
  await withHttpServer((response) => {
    response.writeHead(times++ === 0 ? 503 : 204, { "X-Written": "3" }).end();
  }, async (url, requests) => {
    const delivery = await deliverTo(url.replace("//", "//ann:pw@") + "/write?a=b");
    assertEquals(
      "answer" in delivery && [
        delivery.answer.status,
        delivery.answer.headers.get("x-written"),
      ],
      [204, "3"],
    );
    for (const { method, path, headers, body } of requests) {
      assertEquals([method, path, [...body]], ["POST", "/write?a=b", [1, 2]]);
      assertEquals(headers["content-type"], "application/x-protobuf");
      assertEquals(headers["content-encoding"], "snappy");
      assertEquals(headers.authorization, `Basic ${btoa("ann:pw")}`);
      assertStringIncludes(headers["user-agent"]!, "edgeprom/");
    }
    assertEquals(requests.map(({ headers }) => headers["retry-attempt"]), [undefined, "1"]);
  });
});

test("deliver: a redirect of a real server is not followed", async () => {
  await withHttpServer((response) => {
    response.writeHead(302, { Location: "/elsewhere" }).end("<a>");
  }, async (url, requests) => {
    const delivery = await deliverTo(url);
    assertEquals("answer" in delivery && [delivery.answer.status, delivery.answer.text], [
      302,
      "moved to /elsewhere",
    ]);
    assertEquals(requests.length, 1);
  });
});

test("deliver: a real server that closes in the middle of its words leaves the status", async () => {
  await withHttpServer((response) => {
    response.writeHead(400, { "Content-Length": "100" });
    response.write("out of order", () => setTimeout(() => response.destroy(), 20));
  }, async (url) => {
    const delivery = await deliverTo(url);
    assertEquals("answer" in delivery && delivery.answer.status, 400);
  });
});

test("deliver: a real server that drops the connection, or is not there, is a failure", async () => {
  await withHttpServer((response) => void response.destroy(), async (url, requests) => {
    assertEquals("failure" in await deliverTo(url), true);
    assertEquals(requests.length >= 2, true);
  });
  const delivery = await deliverTo(`http://127.0.0.1:${await freePort()}/`, { maxAttempts: 1 });
  assertStringIncludes("failure" in delivery ? delivery.failure.message : "", "reachable?");
});

test("deliver: a real server that never answers ends in time, and its connection closes", async () => {
  let closed: () => void = () => {};
  const gone = new Promise<void>((resolve) => closed = resolve);
  await withHttpServer((response) => void response.on("close", closed), async (url) => {
    const codes: string[] = [];
    const delivery = await deliverTo(url, {
      maxAttempts: 1,
      attemptSeconds: 0.1,
      onAttempt: (code) => codes.push(code),
    });
    assertEquals(["failure" in delivery, codes], [true, ["timeout"]]);
    await within(5, gone);
  });
});

test("deliver: a real server's endless words are cut, and its connection closes", async () => {
  let closed: () => void = () => {};
  const gone = new Promise<void>((resolve) => closed = resolve);
  await withHttpServer((response) => {
    response.writeHead(400);
    response.on("close", closed);
    // In turns of their own: in this one they would keep the client from reading them.
    const later = () => setTimeout(write, 1);
    const write = () => void (response.destroyed || response.write("a".repeat(5000), later));
    write();
  }, async (url) => {
    const delivery = await deliverTo(url);
    assertEquals("answer" in delivery && delivery.answer.text, "a".repeat(1000));
    await within(5, gone);
  });
});
