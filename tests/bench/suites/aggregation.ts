import type { AggregateStore, Aggregator } from "../../../src/aggregate.ts";
import type { DeltaPusher } from "../../../src/push.ts";
import { edgeprom } from "../contenders/edgeprom.ts";
import type { Library } from "../contenders/library.ts";
import { stateMerging } from "../contenders/state_merging.ts";
import { heapBytes } from "../measure/heap.ts";
import {
  type Measurement,
  measurement,
  type Operation,
  type Settings,
  type Work,
} from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";
import { counterPopulation } from "./population.ts";
import process from "node:process";
import { sixteenBounds } from "./material.ts";

type Edgeprom = typeof import("../../../mod.ts");
type EdgepromPush = typeof import("../../../src/push.ts");
type EdgepromAggregate = typeof import("../../../src/aggregate.ts");

/** The packed library; what is named in the source would be bundled. */
const specifier: string = "@edgeprom/edgeprom";

const clients = 100;

/** What an isolate has: 600 series, of which it changes 60 between two flushes. */
const isolate = { counters: 500, histograms: 50, gauges: 50, share: 0.1 };

/** What it costs to send, apply and show what many isolates count; beside the merging of states. */
export async function aggregation(settings: Settings): Promise<Measurement[]> {
  const operations = [
    applying("memory", "aggregate a batch of 60 series"),
    ...hasSqlite() ? [applying("sqlite", "aggregate a batch of 60 series, SQLite")] : [],
    flushing(),
    ...[10_000, 100_000].map(paging),
  ];
  return await timeAll(operations.filter(({ name }) => settings.only.test(name)), settings);
}

/** Node 20 has none. */
function hasSqlite(): boolean {
  try {
    return process.getBuiltinModule("node:sqlite") !== undefined;
  } catch {
    return false;
  }
}

/** The bytes of a flush beside the page as text, and the memory of clients that are known. */
export async function aggregationSizes({ runtime }: Settings): Promise<Measurement[]> {
  const { pusher, library, sent, touch } = await newIsolate();
  await pusher.flush();
  touch();
  sent.length = 0;
  await pusher.flush();
  const flush = { name: "bytes of a flush, 60 of 600 series changed", unit: "B" } as const;
  const page = (await library.page("text/plain")).bytes.length;
  return [
    measurement(flush, runtime, "edgeprom", [sent.reduce((sum, { length }) => sum + length, 0)]),
    measurement(flush, runtime, "floor", [page]),
    await memoryOfClients(runtime),
    await memoryOfSeries(runtime),
  ];
}

/** What an aggregator keeps of counters with two labels, once their client is gone. */
async function memoryOfSeries(runtime: string): Promise<Measurement> {
  const series = 100_000;
  const { MetricsRegistry }: Edgeprom = await import(specifier);
  const { DeltaPusher }: EdgepromPush = await import(`${specifier}/push`);
  const aggregator = await newAggregator("none");
  const send = async () => {
    const registry = new MetricsRegistry({ cardinality: unlimited });
    counterPopulation(await edgeprom({ registry }), series);
    const target = targetOf(aggregator);
    const pusher = new DeltaPusher({ gatherer: registry, target, compress: false });
    const { unsent } = await pusher.flush();
    if (unsent > 0) throw new Error(`${unsent} series were not sent`);
  };
  const before = await heapBytes();
  await send();
  const bytes = (await heapBytes() - before) / series;
  const { families } = await aggregator.look();
  if (families.length === 0) throw new Error("nothing is kept");
  return measurement({ name: "memory of a series, 100 k", unit: "B" }, runtime, "edgeprom", [
    bytes,
  ]);
}

async function memoryOfClients(runtime: string): Promise<Measurement> {
  const count = 50_000;
  // Nothing of the log is kept, whose length says nothing of clients.
  const aggregator = await newAggregator("none");
  const { MetricsRegistry }: Edgeprom = await import(specifier);
  const registry = new MetricsRegistry();
  registry.counter({ name: "orders_total", help: "Orders." });
  const { DeltaPusher }: EdgepromPush = await import(`${specifier}/push`);
  const apply = async () => {
    registry.reset();
    const target = targetOf(aggregator);
    await new DeltaPusher({ gatherer: registry, target, compress: false }).flush();
  };
  for (let client = 0; client < count; client++) await apply();
  await aggregator.maintain();
  const before = await heapBytes();
  for (let client = 0; client < count; client++) await apply();
  await aggregator.maintain();
  const bytes = (await heapBytes() - before) / count;
  return measurement({ name: "memory of a client", unit: "B" }, runtime, "edgeprom", [bytes]);
}

/** Batches of 100 clients, one after the other. */
function applying(store: "memory" | "sqlite", name: string): Operation {
  const own = async (): Promise<Work> => {
    const aggregator = await newAggregator(store);
    const isolates = await Promise.all(Array.from({ length: clients }, newIsolate));
    let batches: Uint8Array<ArrayBuffer>[] = [];
    return {
      size: clients,
      async prepare() {
        batches = [];
        for (const { touch, pusher, sent } of isolates) {
          sent.length = 0;
          touch();
          await pusher.flush();
          batches.push(sent[0]);
        }
      },
      async run() {
        let applied = 0;
        for (const batch of batches) {
          const { reply } = await aggregator.receive(batch);
          if (reply.result !== "applied") throw new Error(reply.reason);
          applied++;
        }
        return applied;
      },
    };
  };
  if (store === "sqlite") return { name, unit: "µs", contenders: { edgeprom: own } };
  return { name, unit: "µs", contenders: { edgeprom: own, "state merging": merging } };
}

async function merging(): Promise<Work> {
  const { send, receive } = await stateMerging();
  const isolates = await Promise.all(Array.from({ length: clients }, newIsolate));
  let states: Uint8Array[] = [];
  return {
    size: clients,
    async prepare() {
      for (const { touch } of isolates) touch();
      states = await Promise.all(isolates.map(({ registry }) => send(registry)));
    },
    run() {
      states.forEach((state, client) => receive(String(client), state));
      return states.length;
    },
  };
}

/** What a flush costs an isolate, from its registry to an answer that comes at once. */
function flushing(): Operation {
  return {
    name: "flush of 60 of 600 series",
    unit: "µs",
    contenders: {
      edgeprom: async () => {
        const { pusher, touch } = await newIsolate();
        return { prepare: touch, run: async () => (await pusher.flush()).applied };
      },
      floor: async () => {
        const { library, touch } = await newIsolate();
        return {
          prepare: touch,
          run: async () => (await library.page("text/plain")).bytes.length,
        };
      },
    },
  };
}

/** The page of an aggregator that has so many series, which each of ten clients has. */
function paging(series: number): Operation {
  const counting = async () => {
    const { MetricsRegistry }: Edgeprom = await import(specifier);
    const registry = new MetricsRegistry({ cardinality: unlimited });
    return { registry, ...counterPopulation(await edgeprom({ registry }), series) };
  };
  return {
    name: `page of an aggregator, ${series / 1000} k series of 10 clients`,
    unit: "ms",
    contenders: {
      edgeprom: async () => {
        const { prometheusText }: Edgeprom = await import(specifier);
        const { DeltaPusher }: EdgepromPush = await import(`${specifier}/push`);
        const aggregator = await newAggregator("memory");
        for (let client = 0; client < 10; client++) {
          const { registry } = await counting();
          const target = targetOf(aggregator);
          const { unsent } = await new DeltaPusher({ gatherer: registry, target, compress: false })
            .flush();
          if (unsent > 0) throw new Error(`${unsent} series were not sent`);
        }
        return {
          run: async () => prometheusText.encode((await aggregator.gather()).families).length,
          prepare() {},
        };
      },
      "state merging": async () => {
        const { send, receive, page } = await stateMerging();
        for (let client = 0; client < 10; client++) {
          receive(String(client), await send((await counting()).registry));
        }
        return { run: () => page().length, prepare() {} };
      },
    },
  };
}

const unlimited = { series: Infinity, seriesPerFamily: Infinity };

const forgetful: AggregateStore = {
  load: () => ({ checkpoint: [], entries: [] }),
  append() {},
  replace() {},
};

async function newAggregator(store: "memory" | "sqlite" | "none"): Promise<Aggregator> {
  const { Aggregator, memoryStore, sqliteStore }: EdgepromAggregate = await import(
    `${specifier}/aggregate`
  );
  const stores = {
    memory: () => memoryStore(),
    sqlite: async () => sqliteStore(await temporaryFile()),
    none: () => forgetful,
  };
  return new Aggregator({
    store: await stores[store](),
    cardinality: unlimited,
  });
}

async function temporaryFile(): Promise<string> {
  const { mkdtemp } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  return `${await mkdtemp(`${tmpdir()}/edgeprom-bench-`)}/metrics.db`;
}

/** Sends batches into an aggregator, without a network. */
function targetOf(aggregator: Aggregator) {
  return {
    fetch: async (_url: string, { body }: RequestInit): Promise<Response> => {
      const { status, reply } = await aggregator.receive(body as Uint8Array<ArrayBuffer>);
      return Response.json(reply, { status, headers: { "edgeprom-aggregator": "bench" } });
    },
  };
}

interface Isolate {
  readonly registry: import("../../../mod.ts").MetricsRegistry;
  readonly library: Library;
  readonly pusher: DeltaPusher;
  /** What was sent. */
  readonly sent: Uint8Array<ArrayBuffer>[];
  /** Changes a tenth of the series. */
  touch(): void;
}

async function newIsolate(): Promise<Isolate> {
  const { MetricsRegistry }: Edgeprom = await import(specifier);
  const { DeltaPusher }: EdgepromPush = await import(`${specifier}/push`);
  const registry = new MetricsRegistry();
  const library = await edgeprom({ registry });
  const { counters, histograms, gauges, share } = isolate;
  const routes = Array.from({ length: counters }, (_, at) => ({ route: `/items/${at}` }));
  const requests = library.counters("requests_total", ["route"]);
  const seconds = library.histograms("request_seconds", ["route"], sixteenBounds);
  const sizes = library.gauges("queue_length", ["route"]);
  const steps = Math.round(1 / share);
  let turn = 0;
  const touch = () => {
    turn++;
    for (let at = turn % steps; at < counters; at += steps) requests.inc(routes[at]);
    for (let at = turn % steps; at < histograms; at += steps) {
      seconds.observe(routes[at], 0.003 * (turn % 7));
    }
    for (let at = turn % steps; at < gauges; at += steps) sizes.set(routes[at], turn);
  };
  for (let step = 0; step < steps; step++) touch();
  const sent: Uint8Array<ArrayBuffer>[] = [];
  const pusher = new DeltaPusher({
    gatherer: registry,
    compress: false,
    target: {
      fetch(_url, { body }) {
        sent.push(body as Uint8Array<ArrayBuffer>);
        const headers = { "edgeprom-aggregator": "bench" };
        return Promise.resolve(Response.json({ result: "applied", hasLiving: true }, { headers }));
      },
    },
  });
  return { registry, library, pusher, sent, touch };
}
