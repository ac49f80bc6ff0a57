import { assert, assertEquals } from "@std/assert";
import { spawnSync } from "node:child_process";
import { request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { runtimes } from "../runner/runtimes.ts";
import { missing } from "../support/components.ts";
import { answering, freePort } from "../support/network.ts";
import { type Running, start } from "../support/process.ts";
import { until } from "../support/until.ts";

function fourThreads(port: string): Running {
  const args = ["serve", "-A", "--parallel", "--host", "127.0.0.1", "--port", port];
  return start(process.execPath, [...args, "examples/parallel.ts"], { env: { DENO_JOBS: "4" } });
}

test("deno serve --parallel: each thread can be scraped for all", async () => {
  await serving(
    fourThreads,
    async (url) => {
      await until(() => metricsOf(url), ({ threads }) => threads === 4);
      const sent = await load(url);
      for (const { requests_total } of await scrapes(url)) assertEquals(requests_total, sent);
      const [{ request_duration_seconds_count }] = await scrapes(url, 1);
      assertEquals(request_duration_seconds_count, sent);
    },
  );
});

test("deno serve --parallel: no count is lost under wrk", { skip: missing("wrk") }, async () => {
  const connections = 16;
  await serving(
    fourThreads,
    async (url) => {
      await until(() => metricsOf(url), ({ threads }) => threads === 4);
      const wrk = start("wrk", ["-t1", `-c${connections}`, "-d2s", url]);
      const seen: number[] = [];
      const ended = wrk.exit.then(() => true);
      while (
        !await Promise.race([
          ended,
          metricsOf(url).then(({ requests_total }) => {
            seen.push(requests_total);
            return false;
          }),
        ])
      );
      assertEquals(seen, [...seen].sort((one, other) => one - other));
      const [, counted] = await wrk.matching(/(\d+) requests in/);
      // Requests in flight when wrk stops are served, but not counted by wrk.
      for (const { requests_total } of await scrapes(url)) {
        assert(requests_total >= Number(counted), `${requests_total} of ${counted}`);
        assert(requests_total <= Number(counted) + connections, `${requests_total} of ${counted}`);
      }
    },
  );
});

for (const { name, find } of runtimes.filter(({ name }) => name !== "node20")) {
  test(`SharedRegistry: each thread on ${name} can be scraped for all`, async (context) => {
    await onRuntime(find, "examples/parallel_workers.ts", context, async (url) => {
      await until(() => metricsOf(url), ({ threads }) => threads === 4);
      const sent = await load(url);
      for (const { requests_total } of await scrapes(url)) assertEquals(requests_total, sent);
    });
  });
}

for (const { name, find } of runtimes.filter(({ name }) => name.startsWith("node"))) {
  test(`ProcessAggregator: each worker on ${name} can be scraped for all`, async (context) => {
    await onRuntime(find, "examples/cluster.ts", context, async (url) => {
      await until(() => metricsOf(url), ({ processes }) => processes === 2);
      const sent = await load(url, 500);
      for (const { requests_total } of await scrapes(url)) assertEquals(requests_total, sent);
    });
  });
}

for (const { name, find } of runtimes.filter(({ name }) => name.startsWith("node"))) {
  const skip = missing("pgrep");
  test(
    `ProcessAggregator: a killed worker on ${name} loses no counts`,
    { skip },
    async (context) => {
      await onRuntime(find, "examples/cluster.ts", context, async (url, running) => {
        await until(() => metricsOf(url), ({ processes }) => processes === 2);
        const stopLoad = keepLoading(url);
        try {
          await scrapeAndKill(url, running);
        } finally {
          await stopLoad();
        }
        await until(() => metricsOf(url), ({ processes }) => processes === 1);
      });
    },
  );
}

/** Scrapes 1,000 times, kills a worker halfway, and expects that no count goes down. */
async function scrapeAndKill(url: string, { pid }: Running): Promise<void> {
  let last = 0;
  let scraped = 0;
  for (let scrape = 0; scrape < 1000; scrape++) {
    if (scrape === 500) {
      const children = spawnSync("pgrep", ["-P", String(pid)]).stdout.toString().trim().split("\n");
      assertEquals(children.length, 2);
      process.kill(Number(children[0]), "SIGKILL");
    }
    // A connection to the killed process fails.
    const page = await metricsOf(url).catch(() => undefined);
    if (page?.requests_total === undefined) continue;
    assert(page.requests_total >= last, `${page.requests_total} after ${last} in scrape ${scrape}`);
    last = page.requests_total;
    scraped++;
  }
  assert(scraped > 900, `${scraped} scrapes`);
}

/** Sends requests until it is stopped, whether they are answered or not. */
function keepLoading(url: string): () => Promise<void> {
  let isOver = false;
  const client = async () => {
    while (!isOver) await get(url).catch(() => {});
  };
  const clients = [client(), client()];
  return async () => {
    isOver = true;
    await Promise.all(clients);
  };
}

/** Runs a server during a test, and expects it to exit in order. */
async function serving(
  startServer: (port: string) => Running,
  use: (url: string, running: Running) => Promise<void>,
): Promise<void> {
  const port = String(await freePort());
  const running = startServer(port);
  try {
    const url = `http://127.0.0.1:${port}/`;
    await answering(`${url}metrics`);
    await use(url, running);
  } catch (error) {
    throw new Error(running.output(), { cause: error });
  } finally {
    const { signal } = await running.stop();
    assert(signal !== "SIGKILL", "the server did not exit on SIGTERM");
  }
}

/** Serves an example, bundled, on another runtime, if that is installed. */
async function onRuntime(
  find: (typeof runtimes)[number]["find"],
  example: string,
  context: { skip(reason: string): void },
  use: (url: string, running: Running) => Promise<void>,
): Promise<void> {
  const found = await find();
  if ("reason" in found) return context.skip(found.reason);
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-parallel-"));
  const bundle = join(folder, "server.mjs");
  const args = ["bundle", "--quiet", "--platform=deno", "-o", bundle, example];
  assertEquals(spawnSync(process.execPath, args).status, 0);
  try {
    await serving((port) => start(found.executable, [bundle], { env: { PORT: port } }), use);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Sends requests, several at a time. Returns how many the server has answered in all. */
async function load(url: string, count = 2000): Promise<number> {
  const before = (await metricsOf(url)).requests_total ?? 0;
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      await get(url);
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  return before + count;
}

/** Scrapes over new connections, which different threads accept. */
async function scrapes(url: string, times = 20): Promise<Record<string, number>[]> {
  return await Promise.all(Array.from({ length: times }, () => metricsOf(url)));
}

async function metricsOf(url: string): Promise<Record<string, number>> {
  const lines = (await get(`${url}metrics`)).matchAll(/^([a-z_]+) ([^ ]+)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, Number(value)]));
}

/** Sends a request over a new connection: `fetch` may reuse one that the server is closing. */
function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => text += part);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url}: ${response.statusCode}`));
      });
    });
    // A connection to a process that is killed may stay open.
    sent.setTimeout(5000, () => sent.destroy(new Error(`${url}: no answer`)));
    sent.on("error", reject).end();
  });
}
