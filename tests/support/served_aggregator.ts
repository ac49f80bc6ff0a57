import { MetricsRegistry } from "../../mod.ts";
import { Aggregator, createAggregatorApp, memoryStore } from "../../src/aggregate.ts";
import { DeltaPusher } from "../../src/push.ts";
import { bearer } from "./aggregation.ts";
import { recordingLogger } from "./recording_logger.ts";

/** An aggregator that can be scraped. */
export interface ServedAggregator {
  /** Its host and port. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Room for fewer label sets than isolates have. */
const seriesPerFamily = 8;

/**
 * Serves an aggregator, which has some shards or none, and to which isolates send all the time: each
 * has more label sets than there is room for, and one of them defines a family otherwise.
 */
export async function serveAggregator(shards = 0): Promise<ServedAggregator> {
  const logger = recordingLogger();
  const local = () => {
    const cardinality = { seriesPerFamily };
    return new Aggregator({ store: memoryStore(), cardinality, logger });
  };
  const appOf = (aggregator: Aggregator) =>
    createAggregatorApp({ aggregator, authorize: { bearer }, logger });
  const parts = Array.from({ length: shards }, () => {
    const app = createAggregatorApp({ aggregator: local(), authorize: () => true, logger });
    return { fetch: async (url: string, init: RequestInit) => await app.request(url, init) };
  });
  const app = appOf(shards === 0 ? local() : new Aggregator({ shards: parts }));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);

  const isolates = Array.from({ length: 6 }, (_, number) => {
    const registry = new MetricsRegistry();
    const orders = registry.counter({ name: "orders_total", help: "Orders.", labels: ["user"] });
    const stock = { name: "stock", help: "Articles that are there." };
    if (number === 0) registry.counter(stock).inc();
    else registry.gauge({ ...stock, merge: "sum" }).set(1);
    const pusher = new DeltaPusher({
      gatherer: registry,
      target: `http://127.0.0.1:${server.addr.port}/deltas`,
      authorization: { bearer },
      logger,
    });
    const count = () => {
      for (let user = 0; user < 2 * seriesPerFamily; user++) orders.inc({ user: String(user) });
    };
    return { pusher, count };
  });
  const send = () =>
    Promise.all(isolates.map(({ pusher, count }) => {
      count();
      return pusher.flush();
    }));
  // The definition of the one that differs is not the first to come.
  for (const { pusher } of isolates.slice(1)) await pusher.flush();
  const timer = setInterval(send, 200);
  return {
    address: `127.0.0.1:${server.addr.port}`,
    async stop() {
      clearInterval(timer);
      await Promise.all(isolates.map(({ pusher }) => pusher.stop()));
      await server.shutdown();
    },
  };
}
