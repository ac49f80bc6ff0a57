/**
 * The example `edge_aggregate` in workerd: isolates that lose answers, an object that is evicted, a
 * process that is killed, and a Prometheus that must see what was counted, no more and no less.
 */
import { assert, assertEquals } from "@std/assert";
import { after, before, test } from "node:test";
import { MetricsRegistry } from "../../src/core.ts";
import { DeltaPusher } from "../../src/push.ts";
import { missingWorkerd, type ObjectsWorker, serveObjects } from "../runtimes/durable_objects.ts";
import { silentLogger } from "../../src/model/logger.ts";
import { missing } from "../support/components.ts";
import { pause } from "../support/deferred.ts";
import { type InstantSample, type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { RemoteWriteReceiver } from "../support/remote_write_receiver.ts";
import { until } from "../support/until.ts";

const skip = await missingWorkerd();
const skipScraped = skip || missing("prometheus");

const token = "a-long-secret";
const authorization = `Bearer ${token}`;

let worker: ObjectsWorker;
let prometheus: Prometheus;

before(async () => {
  if (skip) return;
  worker = await serveExample({});
  if (skipScraped) return;
  const { host } = new URL(worker.url);
  prometheus = await startPrometheus({
    scrapeConfigs: `scrape_configs:
  - job_name: edgeprom
    scrape_interval: 2s
    scrape_timeout: 2s
    authorization: { credentials: ${token} }
    static_configs: [{ targets: ["${host}"] }]`,
  });
});

after(async () => {
  await prometheus?.stop();
  await worker?.stop();
});

function serveExample(variables: Readonly<Record<string, unknown>>): Promise<ObjectsWorker> {
  return serveObjects({
    source: "tests/integration/programs/edge_aggregate.ts",
    classes: { AGGREGATES: "AggregateObject" },
    variables: { METRICS_TOKEN: token, ...variables },
    path: "/shards/0/ready",
  });
}

/** What was counted by all isolates, by series. */
type Truth = Map<string, number>;

/** The samples of which the tests know the truth. */
const names = [
  "jobs_total",
  "shop_orders_total",
  "wait_seconds_bucket",
  "wait_seconds_count",
  "wait_seconds_sum",
];

/** An isolate: it counts known numbers, and reaches the Worker in a way on which answers get lost. */
class Isolate {
  readonly #truth: Truth;
  readonly #registry = new MetricsRegistry();
  readonly #jobs = this.#registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
  readonly #wait = this.#registry.histogram({ name: "wait_seconds", help: "Waits.", buckets: [1] });
  readonly #pusher: DeltaPusher;

  /** @param loses Whether the answer to a request is lost, by the number of the request. */
  constructor(
    url: string,
    truth: Truth,
    loses: (request: number) => boolean,
    bearer = token,
  ) {
    this.#truth = truth;
    let requests = 0;
    this.#pusher = new DeltaPusher({
      gatherer: this.#registry,
      authorization: { bearer },
      target: {
        async fetch(_, init) {
          const response = await fetch(`${url}/deltas`, init);
          if (!loses(requests++)) return response;
          await response.body?.cancel();
          throw new TypeError("the answer was lost");
        },
      },
      maxAttempts: 1, // so that a batch is sent again by another flush
      logger: silentLogger,
    });
  }

  /** Counts once; all sums are exact in binary. */
  count(round: number): void {
    const queue = `queue${round % 3}`;
    const seconds = round % 2 === 0 ? 0.25 : 2;
    this.#jobs.inc({ queue }, round + 0.5);
    this.#wait.observe(seconds);
    this.#add(`jobs_total{queue="${queue}"}`, round + 0.5);
    this.#add("wait_seconds_count", 1);
    this.#add("wait_seconds_sum", seconds);
    this.#add('wait_seconds_bucket{le="1.0"}', seconds <= 1 ? 1 : 0);
    this.#add('wait_seconds_bucket{le="+Inf"}', 1);
  }

  /** Whether nothing is left after a flush. Nothing that was lost on its way stays uncertain. */
  async flush(): Promise<boolean> {
    const { unsent, uncertain } = await this.#pusher.flush();
    assertEquals(uncertain, 0);
    return unsent === 0;
  }

  /** Flushes until nothing is left. */
  async end(): Promise<void> {
    await until(() => this.flush());
  }

  #add(series: string, value: number): void {
    this.#truth.set(series, (this.#truth.get(series) ?? 0) + value);
  }
}

/** The isolates that live now; each is replaced by another one after some rounds. */
class Population {
  readonly #isolates: Isolate[];
  readonly #ends: Promise<void>[] = [];
  readonly #begin: (index: number) => Isolate;

  constructor(size: number, begin: (index: number) => Isolate) {
    this.#begin = begin;
    this.#isolates = Array.from({ length: size }, (_, index) => begin(index));
  }

  async round(round: number): Promise<void> {
    for (const isolate of this.#isolates) isolate.count(round);
    await Promise.all(this.#isolates.map((isolate) => isolate.flush()));
    const index = round % this.#isolates.length;
    this.#ends.push(this.#isolates[index].end());
    this.#isolates[index] = this.#begin(index);
  }

  async end(): Promise<void> {
    await Promise.all([...this.#ends, ...this.#isolates.map((isolate) => isolate.end())]);
  }
}

/** The numbers of a page that should be the truth. */
async function pageOf({ url }: ObjectsWorker): Promise<Truth> {
  const headers = { authorization, accept: "application/openmetrics-text" };
  const response = await fetch(`${url}/metrics`, { headers });
  const text = await response.text();
  assertEquals(response.status, 200, text);
  const lines = [...text.matchAll(/^((\w+)\S*) (\S+)/gm)];
  return sorted(
    lines.filter(([, , name]) => names.includes(name))
      .map(([, series, , value]) => [series, Number(value)]),
  );
}

/** What a query about each sample gives for its series, without the labels of the target. */
async function asked(query: (samples: string) => string, time?: number): Promise<Truth> {
  const at: Record<string, string> = time === undefined ? {} : { time: String(time) };
  const answers = await Promise.all(names.map(async (name) => {
    const parameters = { query: query(`${name}{job="edgeprom"}`), ...at };
    const { result } = await prometheus.ask<Answer>("query", parameters);
    return result.map(({ metric, value }) => {
      const { __name__: _, instance: __, job: ___, ...labels } = metric;
      const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      return [`${name}${pairs.length > 0 ? `{${pairs}}` : ""}`, Number(value[1])] as const;
    });
  }));
  return sorted(answers.flat());
}

function isUp({ result: [target] }: Answer): boolean {
  return target?.value[1] === "1";
}

interface Answer {
  readonly result: readonly InstantSample[];
}

function sorted(entries: Iterable<readonly [string, number]>): Truth {
  return new Map([...entries].sort());
}

function isEqual(one: Truth, other: Truth): boolean {
  return JSON.stringify([...one]) === JSON.stringify([...other]);
}

async function order({ url }: ObjectsWorker): Promise<void> {
  const response = await fetch(`${url}/orders/card`, { method: "POST" });
  assertEquals([response.status, await response.text()], [200, "thank you\n"]);
}

test("edge_aggregate: Prometheus sees what isolates counted", { skip: skipScraped }, async () => {
  const counted: Truth = new Map();
  const begin = (index: number) =>
    new Isolate(worker.url, counted, (request) => (request + index) % 3 === 0);
  const population = new Population(20, begin);
  await until(() => prometheus.ask<Answer>("query", { query: "up" }), isUp, 20);
  await order(worker);
  for (let round = 1; round <= 3; round++) await population.round(round);
  // On a page that Prometheus gave up on they would have been shown as well.
  const lowest = () => asked((samples) => `min_over_time(${samples}[5m])`);
  const zeros = await until(lowest, ({ size }) => size === 8, 20);
  assertEquals(new Set(zeros.values()), new Set([0]));
  for (let round = 4; round <= 40; round++) {
    const evicted = round === 10 && fetch(`${worker.url}/shards/0/evict`);
    const crashed = round === 25 && worker.crash();
    await population.round(round);
    if (evicted) assertEquals(await (await evicted).text(), "Error: evicted by the test");
    await crashed;
    await pause(0.1);
  }
  // Of another isolate of the Worker than the first.
  await order(worker);
  await population.end();
  const truth = sorted([...counted, ['shop_orders_total{payment="card"}', 2]]);
  await until(() => pageOf(worker), (page) => isEqual(page, truth), 20);
  await until(() => asked((samples) => samples), (seen) => isEqual(seen, truth), 20);
  // At the time of the last sample nothing is extrapolated: neither after it, nor before the zero.
  const [time] = (await asked((samples) => `timestamp(${samples})`)).values();
  assertEquals(await asked((samples) => `increase(${samples}[5m])`, time), truth);
  const resets = await asked((samples) => `resets(${samples}[5m])`, time);
  assertEquals([...resets.values()], [...truth.values()].map(() => 0));
});

test("edge_aggregate: isolates spread over objects are one sum", { skip }, async () => {
  const shards = await serveExample({ SHARDS: [0, 0, 0] });
  try {
    const truth: Truth = new Map();
    const isolates = Array.from({ length: 20 }, () => new Isolate(shards.url, truth, () => false));
    await pageOf(shards); // of 0 series
    for (const [round, isolate] of isolates.entries()) isolate.count(round);
    await Promise.all(isolates.map((isolate) => isolate.end()));
    const zeros = await pageOf(shards);
    assertEquals(new Set(zeros.values()), new Set([0]));
    assertEquals(await pageOf(shards), sorted(truth));
    const parts = await Promise.all([0, 1, 2].map((shard) => countIn(shards, shard)));
    assertEquals(parts.reduce((sum, part) => sum + part), 20);
    assert(parts.every((part) => part > 0), `${parts}`);
  } finally {
    await shards.stop();
  }
});

/** How many waits an object has of all. */
async function countIn({ url }: ObjectsWorker, shard: number): Promise<number> {
  const text = await (await fetch(`${url}/shards/${shard}/metrics`)).text();
  return Number(text.match(/^wait_seconds_count (\d+)$/m)?.[1] ?? 0);
}

test("edge_aggregate: nobody scrapes or sends without the secret", { skip }, async () => {
  const counted: Truth = new Map();
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${worker.url}${path}`, init);
    await response.body?.cancel();
    return response.status;
  };
  const wrong = { headers: { authorization: "Bearer another-secret" } };
  assertEquals([await ask("/metrics"), await ask("/metrics", wrong)], [401, 401]);
  const post = { method: "POST", body: new Uint8Array(100) };
  assertEquals([await ask("/deltas", post), await ask("/deltas", { ...post, ...wrong })], [
    401,
    403,
  ]);
  // Objects have no address of their own.
  assertEquals(await ask("/exact"), 404);
  const stranger = new Isolate(worker.url, counted, () => false, "another-secret");
  stranger.count(1_000_000);
  await stranger.flush();
  const page = await pageOf(worker);
  assertEquals(page.get('jobs_total{queue="queue1"}')! < 1_000_000, true);
});

test("edge_aggregate: an object sends its sums on at its alarm", { skip }, async () => {
  const receiver = new RemoteWriteReceiver();
  const { url, close } = await receiver.listen();
  const sending = await serveExample({
    REMOTE_WRITE_URL: url,
    REMOTE_WRITE_TOKEN: "another-secret",
  });
  try {
    const truth: Truth = new Map();
    const isolate = new Isolate(sending.url, truth, () => false);
    isolate.count(2);
    await isolate.end();
    await alarm(sending);
    isolate.count(2);
    await isolate.end();
    await alarm(sending);
    const [key] = receiver.keys().filter((key) => key.startsWith("jobs_total"));
    assertEquals(receiver.increase(key), truth.get('jobs_total{queue="queue2"}'));
    assertEquals(receiver.violations, []);
    assertEquals(receiver.received[0].headers.authorization, "Bearer another-secret");
  } finally {
    await sending.stop();
    await close();
  }
});

async function alarm({ url }: ObjectsWorker): Promise<void> {
  assertEquals(await (await fetch(`${url}/shards/0/alarm`)).text(), "done\n");
}
