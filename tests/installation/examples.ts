import { assertEquals, assertMatch } from "@std/assert";
import { ask } from "../runtimes/http_client.ts";
import { until } from "../support/until.ts";

/** An example, and what it shows. */
export interface Example {
  readonly file: string;
  /** A path that answers with a success once it serves. */
  readonly path: string;
  /** Whether it is many files with packages of their own, and is copied as a folder. */
  readonly isProgram?: boolean;
  check(url: string): Promise<void>;
}

const secret = { headers: { authorization: "Bearer a-long-secret" } };

export const examples: readonly Example[] = [
  {
    file: "quickstart.ts",
    path: "/ready",
    async check(url) {
      await ask(`${url}/orders/card`, { method: "POST" });
      assertMatch(await pageOf(`${url}/metrics`), /^shop_orders_total\{payment="card"\} 1$/m);
    },
  },
  {
    file: "mounted.ts",
    path: "/ops/ready",
    async check(url) {
      await ask(`${url}/books/dune`);
      assertEquals((await ask(`${url}/ops/metrics`)).status, 401);
      const page = await pageOf(`${url}/ops/metrics`, secret);
      assertMatch(
        page,
        /^http_requests_total\{method="GET",route="\/books\/:title",status="200"\} 1$/m,
      );
      const { body } = await ask(`${url}/ops/ready`);
      const checks = [{ name: "catalogue", ready: true, message: "2 books" }];
      assertEquals(JSON.parse(body.toString()), { ready: true, checks });
    },
  },
  {
    file: "without_hono.ts",
    path: "/metrics",
    async check(url) {
      await ask(url, { headers: { "accept-language": "fr" } });
      assertMatch(await pageOf(`${url}/metrics`), /^greetings_total\{language="fr"\} 1$/m);
    },
  },
  {
    file: "custom_collector.ts",
    path: "/ready",
    async check(url) {
      const page = await pageOf(`${url}/metrics`);
      assertMatch(page, /^queue_jobs_waiting\{kind="mail"\} 3$/m);
      assertMatch(page, /^queue_jobs_done_total\{kind="invoices"\} 17$/m);
    },
  },
  {
    file: "callback_gauges.ts",
    path: "/ready",
    async check(url) {
      const page = await pageOf(`${url}/metrics`);
      assertMatch(page, /^database_connections\{database="replica"\} 1$/m);
      assertMatch(page, /^inventory_items 42$/m);
      assertMatch(page, /^process_resident_memory_bytes [1-9]\d+$/m);
      assertMatch(page, /^process_cpu_seconds_total \d+\.\d+$/m);
    },
  },
  { file: "deno.ts", path: "/ready", check: takesEvents },
  { file: "bun.ts", path: "/ready", check: takesEvents },
  { file: "node.ts", path: "/ready", check: takesEvents },
  { file: "parallel.ts", path: "/metrics", check: (url) => countsForAll(url, "threads 4") },
  { file: "parallel_workers.ts", path: "/metrics", check: (url) => countsForAll(url, "threads 4") },
  { file: "cluster.ts", path: "/metrics", check: (url) => countsForAll(url, "processes 2") },
  {
    file: "stream_processor.ts",
    path: "/ready",
    isProgram: true,
    async check(url) {
      const page = () => pageOf(`${url}/metrics`);
      await until(page, (text) => /^processor_events_received [1-9]/m.test(text));
    },
  },
];

/** The examples that a default export serves, the same on all runtimes. */
export const portableFiles: readonly string[] = [
  "quickstart.ts",
  "mounted.ts",
  "without_hono.ts",
  "custom_collector.ts",
  "callback_gauges.ts",
].map((file) => `examples/${file}`);

/** What the example of each runtime does besides serving its metrics. */
export async function takesEvents(url: string): Promise<void> {
  const post = async (body: string) => await ask(`${url}/events`, { method: "POST", body });
  assertEquals((await post('{"kind":"order"}')).status, 202);
  assertEquals((await post("no JSON")).status, 400);
  const page = await pageOf(`${url}/metrics`);
  assertMatch(page, /^processor_events_received 2$/m);
  assertMatch(page, /^processor_events_processed\{result="success"\} 1$/m);
  assertMatch(page, /^processor_events_processed\{result="error"\} 1$/m);
}

/** A server of several threads or processes, each of which can be scraped for all. */
async function countsForAll(url: string, everybody: string): Promise<void> {
  const page = () => pageOf(`${url}/metrics`);
  await until(page, (text) => text.split("\n").includes(everybody));
  for (let request = 0; request < 20; request++) await ask(url);
  assertMatch(await page(), /^requests_total 20$/m);
}

async function pageOf(url: string, question = {}): Promise<string> {
  const { status, body } = await ask(url, question);
  assertEquals(status, 200);
  return body.toString();
}
