import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import http from "node:http";
import net from "node:net";
import { mock, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type ClientProfile, promClient, prometheusClient } from "../../../src/clients/profile.ts";
import { ClientPushgateway } from "../../../src/clients/push/pushgateway.ts";

const page = "# HELP a Some help.\n# TYPE a gauge\na 5\n";
const registry = { metrics: () => Promise.resolve(page) };
const usual = { metrics: () => Promise.resolve("usual") };

class Pushgateway extends ClientPushgateway {
  protected override get profile(): ClientProfile {
    return promClient;
  }

  protected override get register() {
    return usual;
  }
}

class PushgatewayByUrl extends Pushgateway {
  protected override get profile(): ClientProfile {
    return prometheusClient;
  }
}

const both = [Pushgateway, PushgatewayByUrl];

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

/** A gateway that answers all requests alike, or none. */
async function withServer(
  action: (url: string, received: Received[]) => Promise<void>,
  status?: number,
): Promise<void> {
  const received: Received[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    received.push({
      method,
      url,
      headers,
      body: new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()),
    });
    if (status !== undefined) response.writeHead(status).end("said");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await action(`http://127.0.0.1:${(server.address() as { port: number }).port}`, received);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const text = ({ body }: Received) => new TextDecoder().decode(body);

test("each method is sent to the path of its group", () =>
  withServer(async (url, received) => {
    for (const Gateway of both) {
      const gateway = new Gateway(url, null, registry);
      const groupings = { host: "x/y", "k ü": "" };
      const { resp, body } = await gateway.push({ jobName: "a b'", groupings });
      assertEquals([resp.statusCode, body], [202, "said"]);
      await gateway.pushAdd({ jobName: "job" });
      await gateway.delete({ jobName: "job" });
      const quote = Gateway === Pushgateway ? "%27" : "'";
      assertEquals(received.splice(0).map((one) => [one.method, one.url, text(one)]), [
        ["PUT", `/metrics/job/a%20b${quote}/host/x%2Fy/k%20%C3%BC/`, page],
        ["POST", "/metrics/job/job", page],
        ["DELETE", "/metrics/job/job", ""],
      ]);
    }
  }, 202));

test("a path is kept, and a query only where the client keeps it", () =>
  withServer(async (url, received) => {
    for (const Gateway of both) {
      for (const path of ["/", "/base", "/base/?token=1"]) {
        await new Gateway(url + path, {}, registry).push({ jobName: "job" });
      }
    }
    assertEquals(received.map(({ url }) => url), [
      "/metrics/job/job",
      "/base/metrics/job/job",
      "/base//metrics/job/job",
      "/metrics/job/job",
      "/base/metrics/job/job",
      "/base//metrics/job/job?token=1",
    ]);
  }, 202));

test("a job is required, unless that is switched off", () =>
  withServer(async (url, received) => {
    for (const Gateway of both) {
      const strict = new Gateway(url, undefined, registry);
      for (const method of ["push", "pushAdd", "delete"] as const) {
        for (const params of [undefined, {}, { jobName: "" }]) {
          // Thrown at once, not as a rejection.
          const error = assertThrows(() => strict[method](params), Error);
          assertEquals(error.message, "Missing jobName parameter");
        }
      }
      const gateway = new Gateway(url, { requireJobName: false }, registry);
      assertEquals(gateway.requestOptions, {});
      await gateway.push();
      await gateway.push({ groupings: { host: "a" } });
    }
    assertEquals(received.map(({ url }) => url), Array(4).fill("/metrics"));
  }, 202));

test("a page is compressed if its header says so, and a deletion has none", () =>
  withServer(async (url, received) => {
    for (const Gateway of both) {
      const headers = { "Content-Encoding": "gzip", "X-Shop": "one" };
      const gateway = new Gateway(url, { headers }, registry);
      await gateway.delete({ jobName: "job" });
      await gateway.push({ jobName: "job" });
      const [deletion, push] = received.splice(0);
      assertEquals(deletion!.headers["content-encoding"], undefined);
      assertEquals(deletion!.headers["x-shop"], "one");
      assertEquals(push!.headers["content-encoding"], "gzip");
      assertEquals(new TextDecoder().decode(gunzipSync(push!.body)), page);
      assertEquals(headers, { "Content-Encoding": "gzip", "X-Shop": "one" });
    }
  }, 202));

test("a status from 400 on is an error that has the answer", () =>
  withServer(async (url) => {
    for (const Gateway of both) {
      const push = new Gateway(url, null, registry).push({ jobName: "job" });
      const error = await assertRejects(() => push, Error);
      assertEquals(error.message, "push failed with status 400, said");
    }
  }, 400));

test("a gateway that does not answer in time, or is not there, is an error", async () => {
  await withServer(async (url) => {
    const gateways = both.map((Gateway) => new Gateway(url, { timeout: 20 }, registry));
    await Promise.all(gateways.map(async (gateway) => {
      const error = await assertRejects(() => gateway.push({ jobName: "job" }), Error);
      assertEquals(error.message, "Pushgateway request timed out");
    }));
  });
  await assertRejects(() => new Pushgateway("http://127.0.0.1:1").delete({ jobName: "job" }));
  await assertRejects(() => new Pushgateway("nowhere").delete({ jobName: "job" }), TypeError);
});

/** A gateway that says the beginning of an answer, and does not end it. */
async function withCutAnswer(isClosed: boolean, action: (url: string) => unknown): Promise<void> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    socket.once("data", () => {
      socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nsai");
      if (isClosed) setTimeout(() => socket.destroy(), 20);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await action(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

test("an answer that is cut off is an error", async () => {
  for (const isClosed of [true, false]) {
    await withCutAnswer(isClosed, async (url) => {
      const gateways = both.map((Gateway) => new Gateway(url, { timeout: 100 }, registry));
      const pushes = gateways.map((gateway) => gateway.push({ jobName: "job" }).catch(String));
      for (const push of pushes) assertMatch(String(await push), /Error/);
    });
  }
});

test("a page that fails is the error of the push", () =>
  withServer(async (url) => {
    const failing = { metrics: () => Promise.reject(new Error("no page")) };
    const gateway = new Pushgateway(url, { timeout: 1000 }, failing);
    const error = await assertRejects(() => gateway.push({ jobName: "job" }), Error);
    assertEquals(error.message, "no page");
  }, 202));

test("the registry is the global one, unless one is given where the client takes it", () => {
  assertEquals(new Pushgateway("http://a").registry, usual);
  assertEquals(new Pushgateway("http://a", null, registry).registry, registry);
  assertEquals(new Pushgateway("http://a", registry).registry, usual);
  const gateway = new PushgatewayByUrl("http://a", registry);
  assertEquals(gateway.registry, registry);
  assertEquals([gateway.gatewayUrl, gateway.requestOptions], ["http://a", {}]);
});

test("a test double of `http.request()` sees what it sees of the client", async () => {
  const seen: unknown[][] = [];
  const request = mock.method(http, "request", (...given: unknown[]) => {
    seen.push(given.slice(0, -1));
    throw new Error("not now");
  });
  try {
    for (const Gateway of both) {
      const gateway = new Gateway("http://a%20b:c@[::1]:9091/base?x=1", { timeout: 5 }, registry);
      const error = await assertRejects(() => gateway.push({ jobName: "a'" }), Error);
      assertEquals(error.message, "not now");
    }
  } finally {
    request.mock.restore();
  }
  assertEquals(seen[0], [{
    protocol: "http:",
    slashes: true,
    auth: "a b:c",
    host: "[::1]:9091",
    port: "9091",
    hostname: "::1",
    hash: null,
    search: null,
    query: null,
    pathname: "/base/metrics/job/a%27",
    path: "/base/metrics/job/a%27",
    href: "http://a%20b:c@[::1]:9091/base/metrics/job/a%27",
    timeout: 5,
    method: "PUT",
  }]);
  const [url, options] = seen[1]!;
  assertEquals(String(url), "http://a%20b:c@[::1]:9091/base/metrics/job/a'?x=1");
  assertEquals(options, { timeout: 5, method: "PUT" });
});

test("options that are given win over those of the URL", () =>
  withServer(async (url, received) => {
    const { hostname, port } = new URL(url);
    for (const Gateway of both) {
      await new Gateway("http://elsewhere.invalid:9", { hostname, host: hostname, port }, registry)
        .push({ jobName: "job" });
    }
    assertEquals(received.length, 2);
  }, 202));

test("without `node:http` a push is refused", async () => {
  const { process } = globalThis as { process: { getBuiltinModule?: unknown } };
  const { getBuiltinModule } = process;
  process.getBuiltinModule = undefined;
  try {
    const error = await assertRejects(
      () => new Pushgateway("https://a", null, registry).push({ jobName: "job" }),
      Error,
    );
    assertEquals(error.message, "A push needs node:https");
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});
