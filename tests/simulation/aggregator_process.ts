/**
 * The aggregator of a simulation, as a program: `aggregator_process PORT DATABASE [APPEND|REPLACE N]`.
 * With the last two it kills itself right after its Nth append, or its Nth checkpoint, was written.
 */
import { serve } from "@hono/node-server";
import process from "node:process";
import { Hono } from "hono";
import {
  type AggregateStore,
  Aggregator,
  createAggregatorApp,
  sqliteStore,
} from "../../src/aggregate.ts";
import { familiesAsJson } from "./families_json.ts";
import { bearer, familiesPath } from "./host.ts";

const [port, database, write, times] = process.argv.slice(2);

const store = sqliteStore(database);
const aggregator = new Aggregator({
  store: write === undefined ? store : mortal(store, write, Number(times)),
  staleSeconds: 100_000,
  cardinality: { series: 100_000 },
});
const app = new Hono();
app.get(familiesPath, () => familiesAsJson(aggregator));
app.route("/", createAggregatorApp({ aggregator, authorize: { bearer } }));

type Global = typeof globalThis & {
  Bun?: { serve(options: object): unknown };
  Deno?: { serve(options: object, handler: (request: Request) => unknown): unknown };
};
const { Bun, Deno } = globalThis as Global;
const address = { hostname: "127.0.0.1", port: Number(port) };
const handle = (request: Request) => app.fetch(request);
if (Bun !== undefined) Bun.serve({ ...address, fetch: handle });
else if (Deno !== undefined) Deno.serve({ ...address, onListen: () => {} }, handle);
else serve({ ...address, fetch: handle });

/** A store whose process ends with a write, before anybody is told. */
function mortal(store: AggregateStore, write: string, times: number): AggregateStore {
  let left = times;
  const end = () => {
    if (--left === 0) process.kill(process.pid, "SIGKILL");
  };
  return {
    longestBytes: store.longestBytes,
    load: () => store.load(),
    append: async (entries) => {
      await store.append(entries);
      if (write === "APPEND") end();
    },
    replace: async (checkpoint) => {
      await store.replace(checkpoint);
      if (write === "REPLACE") end();
    },
    close: () => store.close?.(),
  };
}
