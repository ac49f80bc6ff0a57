import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import {
  BindError,
  type CheckResult,
  type HealthCheck,
  MetricsRegistry,
  MetricsServer,
  type MetricsServerOptions,
  ServerStartError,
} from "../../../mod.ts";
import { milliseconds } from "../../../src/model/platform/clock.ts";
import { deferred, never, pause, within } from "../../support/deferred.ts";
import { withEnvironment } from "../../support/environment.ts";
import { gaugeOf } from "../../support/families.ts";
import { type RecordingLogger, recordingLogger } from "../../support/recording_logger.ts";
import { assertRejectsWith, assertThrowsWith } from "../../support/rejects.ts";
import { until } from "../../support/until.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const local = { hostname: "127.0.0.1", port: 0 };

function serverOf(options: MetricsServerOptions = {}): MetricsServer {
  return new MetricsServer({ registry: new MetricsRegistry(), ...local, ...options });
}

/** Runs a test with a server that listens, and shuts it down whatever comes of the test. */
async function serving(
  options: MetricsServerOptions,
  run: (server: MetricsServer) => Promise<void>,
): Promise<void> {
  const server = serverOf({ shutdownTimeoutSeconds: 5, ...options });
  await server.start();
  try {
    await run(server);
  } finally {
    await server.shutdown();
  }
}

function portOf({ url }: MetricsServer): number {
  return Number(new URL(url).port);
}

async function get(url: string): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.text() };
}

async function statusOf(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response.status;
}

/** Whether nobody takes connections there any more. */
async function isRefused(url: string): Promise<boolean> {
  try {
    await statusOf(url);
    return false;
  } catch {
    return true;
  }
}

/** A connection over which a request was sent, or nothing. */
function connection(server: MetricsServer, request = ""): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(portOf(server), local.hostname, () => {
      if (request === "") return resolve(socket);
      socket.write(`${request}\r\nHost: localhost\r\n\r\n`);
      socket.once("data", () => resolve(socket));
    });
    socket.on("error", reject);
  });
}

function warnings({ messages }: RecordingLogger): readonly string[] {
  return messages.filter((message) => !message.startsWith("info: "));
}

/** A gatherer that has begun to gather, and ends on demand. */
function heldGatherer(): {
  readonly registry: MetricsServerOptions["registry"];
  readonly begun: Promise<void>;
  end(): void;
} {
  const [begun, end] = [deferred(), deferred()];
  return {
    begun: begun.promise,
    end: end.resolve,
    registry: {
      gather: async () => {
        begun.resolve();
        await end.promise;
        return { families: [gaugeOf("slow", {})], errors: [] };
      },
    },
  };
}

test("MetricsServer: port 0 picks a free port, and the endpoints answer on it", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." }).inc(3);
  await serving({ registry, version: "1.2.3" }, async ({ url }) => {
    assertMatch(url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    const metrics = await fetch(`${url}/metrics`);
    assertEquals(metrics.status, 200);
    assertEquals(
      metrics.headers.get("Content-Type"),
      "text/plain; version=0.0.4; charset=utf-8",
    );
    assertStringIncludes(await metrics.text(), "# TYPE jobs counter\njobs 3\n");
    assertEquals(await get(`${url}/health`), {
      status: 200,
      body: '{"status":"healthy","version":"1.2.3","uptime_seconds":0}',
    });
    assertEquals(await get(`${url}/ready`), {
      status: 200,
      body: '{"ready":true,"checks":[]}',
    });
  });
});

test("MetricsServer: other methods, other paths, queries and HEAD are answered over the wire as well", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." });
  await serving({ registry, paths: { health: "/alive" } }, async ({ url }) => {
    assertEquals(await statusOf(`${url}/metrics`, { method: "POST", body: "text" }), 405);
    assertEquals(await statusOf(`${url}/metrics`, { method: "HEAD" }), 200);
    assertEquals(await statusOf(`${url}/alive`), 200);
    assertEquals(await statusOf(`${url}/health`), 404);
    assertEquals(await get(`${url}/metrics?name[]=jobs`), {
      status: 200,
      body: "# HELP jobs Jobs.\n# TYPE jobs counter\njobs 0\n",
    });
  });
});

test("GET /metrics: a large page is compressed for clients that accept gzip", async () => {
  const registry = new MetricsRegistry();
  const sizes = registry.histogram({ name: "sizes", help: "Sizes.", labels: ["a"] });
  for (let a = 0; a < 1000; a++) sizes.observe({ a }, a);
  await serving({ registry, selfMetrics: false }, async ({ url }) => {
    const ask = (encoding: string) =>
      fetch(`${url}/metrics`, { headers: { "Accept-Encoding": encoding } });
    const [plain, gzip] = [await ask("identity"), await ask("gzip")];
    assertEquals(gzip.headers.get("Vary"), "Accept, Accept-Encoding");
    const page = await plain.text();
    assert(page.length > 100_000);
    assertEquals(await gzip.text() === page, true);
  });
});

test("MetricsServer.url is known before the start", () => {
  const cases: [string, string][] = [
    ["127.0.0.1", "http://127.0.0.1:8080"],
    ["0.0.0.0", "http://127.0.0.1:8080"],
    ["localhost", "http://localhost:8080"],
    ["::", "http://[::1]:8080"],
    ["::1", "http://[::1]:8080"],
  ];
  for (const [hostname, url] of cases) assertEquals(serverOf({ hostname, port: 8080 }).url, url);
});

test("MetricsServer logs its start and its shutdown, and nothing else", async () => {
  const logger = recordingLogger();
  const server = serverOf({ logger });
  await server.start();
  await statusOf(`${server.url}/metrics`);
  await server.shutdown();
  assertEquals(logger.messages, [
    `info: metrics server listens on ${server.url}`,
    `info: metrics server at ${server.url} is shut down`,
  ]);
});

test("MetricsServer.start() on a port that is taken is a BindError, and the first server goes on", async () => {
  await serving({}, async (first) => {
    const port = portOf(first);
    const error = await assertRejectsWith(
      () => serverOf({ port }).start(),
      BindError,
      `cannot listen on 127.0.0.1:${port}: `,
      "METRICS_PORT",
      `"port"`,
    );
    assertEquals(error.address, `127.0.0.1:${port}`);
    assert(error.cause instanceof Error);
    assertEquals(await statusOf(`${first.url}/metrics`), 200);
  });
});

test("MetricsServer.start() may be tried again after a failure", async () => {
  const first = serverOf();
  await first.start();
  const second = serverOf({ port: portOf(first) });
  for (const _ of ["once", "twice"]) {
    await assertRejectsWith(() => second.start(), BindError);
  }
  await first.shutdown();
  await second.start();
  assertEquals(second.url, first.url);
  assertEquals(await statusOf(`${second.url}/health`), 200);
  await second.shutdown();
});

test("MetricsServer.start() on an address of another machine is a BindError", async () => {
  await assertRejectsWith(
    () => serverOf({ hostname: "192.0.2.1" }).start(),
    BindError,
    "cannot listen on 192.0.2.1:0: ",
  );
});

test("MetricsServer.start() on a host that does not exist is a BindError", async () => {
  await assertRejectsWith(
    () => serverOf({ hostname: "no-such-host.invalid" }).start(),
    ServerStartError,
    "no-such-host.invalid:0: ",
  );
});

test("MetricsServer.start() works once", async () => {
  const server = serverOf();
  const starting = server.start();
  const again = () => server.start();
  await assertRejectsWith(again, ServerStartError, "was started before", "make a new one");
  await starting;
  await assertRejectsWith(again, ServerStartError, server.url, "was started before");
  assertEquals(await statusOf(`${server.url}/health`), 200);
  await server.shutdown();
  await assertRejectsWith(again, ServerStartError, "make a new one");
});

test("MetricsServer: host and port come from the environment if the options have none", async () => {
  await withEnvironment({ METRICS_HOST: "127.0.0.1", METRICS_PORT: "0" }, async () => {
    const server = new MetricsServer({ registry: new MetricsRegistry() });
    await server.start();
    assertMatch(server.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assertEquals(await statusOf(`${server.url}/ready`), 200);
    await server.shutdown();
  });
});

test("MetricsServer: options win over the environment, which is then not even read", async () => {
  await withEnvironment({ METRICS_HOST: "no-such-host.invalid", METRICS_PORT: "x" }, () => {
    assertEquals(serverOf({ port: 8080 }).url, "http://127.0.0.1:8080");
  });
});

test("MetricsServer: blank variables count as unset", async () => {
  await withEnvironment({ METRICS_HOST: " ", METRICS_PORT: "" }, () => {
    assertEquals(new MetricsServer().url, "http://127.0.0.1:9090");
  });
});

test("MetricsServer: the constructor rejects a wrong configuration", async () => {
  const wrong: [MetricsServerOptions, string][] = [
    [{ port: 65536 }, "port is 65536"],
    [{ hostname: "" }, `hostname is ""`],
    [{ drainSeconds: -1 }, "drainSeconds is -1"],
    [{ shutdownTimeoutSeconds: -1 }, "shutdownTimeoutSeconds is -1"],
  ];
  for (const [options, part] of wrong) {
    assertThrowsWith(() => serverOf(options), ServerStartError, part);
  }
  await withEnvironment({ METRICS_PORT: "http" }, () => {
    const make = () => new MetricsServer();
    assertThrowsWith(
      make,
      ServerStartError,
      `METRICS_PORT is "http"`,
      "whole number from 0 to 65535",
    );
  });
});

test("MetricsServer: the constructor rejects wrong paths", () => {
  const make = () => serverOf({ paths: { metrics: "metrics" } });
  assertThrowsWith(make, ServerStartError, "metrics", "must begin with a slash");
});

test("MetricsServer.shutdown(): /ready answers 503 while metrics still answer", async () => {
  const server = serverOf({ drainSeconds: 1 });
  await server.start();
  const { url } = server;
  assertEquals(await statusOf(`${url}/ready`), 200);
  const stopping = server.shutdown();
  assertEquals(await get(`${url}/ready`), {
    status: 503,
    body: '{"ready":false,"checks":[{"name":"server","ready":false,' +
      '"message":"the server is shutting down"}]}',
  });
  assertEquals(await statusOf(`${url}/metrics`), 200);
  assertEquals(await statusOf(`${url}/health`), 200);
  await stopping;
  assert(await isRefused(`${url}/ready`));
});

test("MetricsServer.shutdown(): custom checks are not run any more while it drains", async () => {
  let asked = 0;
  const check = () => ++asked > 0;
  const server = serverOf({ drainSeconds: 0.2, readiness: [{ name: "database", check }] });
  await server.start();
  assertEquals(await statusOf(`${server.url}/ready`), 200);
  const stopping = server.shutdown();
  const { status, body } = await get(`${server.url}/ready`);
  assertEquals([status, JSON.parse(body).checks[0].name, asked], [503, "database", 1]);
  await stopping;
});

test("MetricsServer.shutdown(): /ready answers 503 while it drains, also without checks", async () => {
  const server = serverOf({ drainSeconds: 0.2, readiness: [] });
  await server.start();
  assertEquals(await statusOf(`${server.url}/ready`), 200);
  const stopping = server.shutdown();
  assertEquals(await statusOf(`${server.url}/ready`), 503);
  await stopping;
});

test("MetricsServer: a check may be an object with a state of its own", async () => {
  class DatabaseCheck implements HealthCheck {
    readonly name = "database";
    readonly #connections = 3;
    check(): CheckResult {
      return { ok: true, message: `${this.#connections} connections` };
    }
  }
  await serving({ readiness: [new DatabaseCheck()] }, async ({ url }) => {
    const { checks } = JSON.parse((await get(`${url}/ready`)).body);
    assertEquals(checks, [{ name: "database", ready: true, message: "3 connections" }]);
  });
});

test("MetricsServer.shutdown() waits for a running scrape, and refuses others meanwhile", async () => {
  const logger = recordingLogger();
  const { registry, begun, end } = heldGatherer();
  const server = serverOf({ registry, logger, shutdownTimeoutSeconds: 20 });
  await server.start();
  const scrape = get(`${server.url}/metrics`);
  await begun;
  let stopped = false;
  const stopping = server.shutdown().then(() => void (stopped = true));
  await until(async () => await statusOf(`${server.url}/health`) === 503);
  assertEquals(stopped, false);
  end();
  const { status, body } = await scrape;
  assertEquals(status, 200);
  assertStringIncludes(body, "slow 1\n");
  await stopping;
  assertEquals(warnings(logger), []);
});

test("MetricsServer.shutdown() ends when the time of day is set back or ahead meanwhile", async () => {
  for (const step of [-3600, 3600]) {
    await withWallClock(async (clock) => {
      const { registry, begun, end } = heldGatherer();
      const server = serverOf({ registry, drainSeconds: 0.1, shutdownTimeoutSeconds: 5 });
      await server.start();
      const scrape = statusOf(`${server.url}/metrics`);
      await begun;
      const stopping = server.shutdown();
      clock.advance(step);
      await pause(0.2);
      clock.advance(step);
      end();
      assertEquals(await scrape, 200);
      await within(4, stopping);
    });
  }
});

test("MetricsServer.shutdown(): each answer ends its connection from its beginning on", async () => {
  const server = serverOf({ drainSeconds: 0.3 });
  await server.start();
  const closes = async (path: string) => {
    const socket = await connection(server);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const [answer] = await once(socket, "data");
    socket.destroy();
    return /^connection: close/im.test(String(answer));
  };
  for (const path of ["/health", "/metrics"]) assertEquals(await closes(path), false);
  const stopping = server.shutdown();
  for (const path of ["/health", "/metrics"]) assertEquals(await closes(path), true);
  await stopping;
});

test("MetricsServer.shutdown() lasts hardly longer than its drain if nobody asks", async () => {
  const seconds: number[] = [];
  // On a busy machine one of them may last.
  for (let time = 0; time < 3; time++) {
    const server = serverOf({ drainSeconds: 0 });
    await server.start();
    const start = milliseconds();
    await within(5, server.shutdown());
    seconds.push((milliseconds() - start) / 1000);
  }
  assert(Math.min(...seconds) < 0.4, seconds.join());
});

test("MetricsServer: / is a page with links to the endpoints, whatever they are called", async () => {
  const paths = { metrics: '/m"<i>&', health: "/alive" };
  await serving({ paths }, async ({ url }) => {
    const response = await fetch(url);
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("Content-Type"), "text/html; charset=utf-8");
    assertEquals(response.headers.get("Content-Security-Policy"), "default-src 'none'");
    const page = await response.text();
    assertEquals(Array.from(page.matchAll(/href="([^"]*)"/g), ([, link]) => link), [
      "/m&#34;&#60;i&#62;&#38;",
      "/alive",
      "/ready",
    ]);
    assertEquals(page.includes("<i>"), false);
    assertEquals(await statusOf(url, { method: "HEAD" }), 200);
    assertEquals(await statusOf(url, { method: "POST", body: "x" }), 405);
    assertEquals(await statusOf(`${url}/x`), 404);
  });
});

test("MetricsServer: / leads to the live page, if there is one", async () => {
  await serving({ livePage: true }, async ({ url }) => {
    assertStringIncludes((await get(url)).body, '<a href="/metrics/live">');
    assertEquals(await statusOf(`${url}/metrics/live`), 200);
  });
});

test("MetricsServer: an endpoint at / stays there", async () => {
  await serving({ paths: { health: "/" } }, async ({ url }) => {
    assertStringIncludes((await get(url)).body, '"status":"healthy"');
  });
});

test("MetricsServer: a METRICS_PORT that Kubernetes sets is passed over, and the log says so", async () => {
  const linked = { METRICS_PORT: "tcp://10.96.0.12:9090" };
  await withEnvironment(linked, () => {
    const { url } = new MetricsServer({ registry: new MetricsRegistry() });
    assertEquals(url, "http://127.0.0.1:9090");
  });
  for (const [port, warned] of [[undefined, true], [0, false]] as const) {
    const logger = recordingLogger();
    await withEnvironment(linked, async () => {
      const server = new MetricsServer({
        registry: new MetricsRegistry(),
        logger,
        // Nobody listens on 9090 of this address, nor can.
        hostname: port === undefined ? "192.0.2.1" : local.hostname,
        port,
      });
      await server.start().catch(() => {});
      await server.shutdown();
    });
    const text = "warn: METRICS_PORT is passed over: it is what Kubernetes sets";
    assertEquals(logger.messages.some((message) => message.startsWith(text)), warned);
  }
});

test("MetricsServer.shutdown() ends a request that never ends after its time limit", async () => {
  const logger = recordingLogger();
  const begun = deferred();
  const registry: MetricsServerOptions["registry"] = {
    gather: () => {
      begun.resolve();
      return never();
    },
  };
  const server = serverOf({ registry, logger, timeoutSeconds: 0.5, shutdownTimeoutSeconds: 0.2 });
  await server.start();
  const ended = fetch(`${server.url}/metrics`);
  await begun.promise;
  await within(10, server.shutdown());
  assertEquals((await ended).status, 503);
  await (await ended).text();
  assert(await isRefused(`${server.url}/health`));
  assertStringIncludes(logger.messages.join("\n"), "warn: requests ran longer than 0.2 s");
});

test("MetricsServer.shutdown() with a time limit of more than 24 days does not end requests at once", async () => {
  const logger = recordingLogger();
  const { registry, begun, end } = heldGatherer();
  const server = serverOf({ registry, logger, shutdownTimeoutSeconds: 1e9 });
  await server.start();
  const scrape = statusOf(`${server.url}/metrics`).catch(() => "cut");
  await begun;
  const stopping = server.shutdown();
  await pause(0.1);
  end();
  assertEquals(await scrape, 200);
  await stopping;
  assertEquals(warnings(logger), []);
});

test("MetricsServer.shutdown() called again waits for the same end", async () => {
  const server = serverOf({ drainSeconds: 0.05 });
  await server.start();
  const first = server.shutdown();
  assert(server.shutdown() === first);
  await first;
  await server.shutdown();
  assert(await isRefused(server.url));
});

test("MetricsServer.shutdown() of a server that never started resolves soon", async () => {
  await within(2, serverOf({ drainSeconds: 60 }).shutdown());
});

test("MetricsServer.start() after a shutdown is refused, also if the server never ran", async () => {
  await serving({}, async (first) => {
    // The port is taken, so a server that tries to listen fails, and nothing is left to stop.
    const server = serverOf({ port: portOf(first) });
    await server.shutdown();
    const error = await assertRejectsWith(() => server.start(), ServerStartError);
    assertFalse(error instanceof BindError, "it tried to listen");
  });
});

test("MetricsServer.shutdown() during the start ends it", async () => {
  const server = serverOf();
  const starting = server.start();
  await server.shutdown();
  await starting;
  assert(await isRefused(server.url));
});

for (
  const [what, request] of [
    ["nothing was asked", ""],
    ["something was asked before", "GET /health HTTP/1.1"],
  ]
) {
  test(`MetricsServer.shutdown(): a connection over which ${what} does not delay it`, async () => {
    const logger = recordingLogger();
    const server = serverOf({ logger, shutdownTimeoutSeconds: 3 });
    await server.start();
    const socket = await connection(server, request);
    await pause(0.05);
    await server.shutdown();
    socket.destroy();
    assertEquals(warnings(logger), []);
  });
}

test("MetricsServer.shutdown(): a connection over which the last response has come does not delay it", async () => {
  const logger = recordingLogger();
  const { registry, begun, end } = heldGatherer();
  const server = serverOf({ registry, logger, shutdownTimeoutSeconds: 3 });
  await server.start();
  const answered = connection(server, "GET /metrics HTTP/1.1");
  await begun;
  const stopping = server.shutdown();
  await pause(0.05);
  end();
  const socket = await answered;
  await stopping;
  socket.destroy();
  assertEquals(warnings(logger), []);
});

test("MetricsServer.shutdown(): connections that fetch keeps open do not delay it", async () => {
  const logger = recordingLogger();
  const server = serverOf({ logger, shutdownTimeoutSeconds: 3 });
  await server.start();
  await Promise.all(Array.from({ length: 10 }, () => statusOf(`${server.url}/metrics`)));
  await server.shutdown();
  assert(await isRefused(server.url));
  assertEquals(warnings(logger), []);
});

test("MetricsServer.shutdown() frees the port", async () => {
  const first = serverOf();
  await first.start();
  (await connection(first, "GET /health HTTP/1.1")).destroy();
  await first.shutdown();
  await serving({ port: portOf(first) }, async (second) => {
    assertEquals(second.url, first.url);
    // No fetch: it would try a connection that it kept from the first server.
    (await connection(second, "GET /health HTTP/1.1")).destroy();
  });
});
