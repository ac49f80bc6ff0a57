// A Worker whose isolates count together. Each sends what has changed to a Durable Object, which adds
// it up exactly once and is scraped: one series for each label set, however many isolates there are.
//
// npx jsr add @edgeprom/edgeprom && npm install hono
// npx wrangler dev
// Then: curl -X POST http://localhost:8787/orders/card
// and:  curl -H "Authorization: Bearer a-long-secret" http://localhost:8787/metrics
// A new series is 0 the first time, so that Prometheus sees its first events; ask twice.
//
// What to set: METRICS_TOKEN, with which Prometheus scrapes, and with which programs outside send
// their own changes to /deltas. For wrangler dev it stands in .dev.vars: METRICS_TOKEN=a-long-secret
// Before npx wrangler deploy: npx wrangler secret put METRICS_TOKEN
//
// Its alerts are in ../operations/prometheus/edgeprom.rules.yaml, and its dashboard is
// ../operations/grafana/aggregator.json.
import { Aggregator, createAggregatorApp } from "@edgeprom/edgeprom/aggregate";
import { httpMetrics, MetricsRegistry } from "@edgeprom/edgeprom";
import { DeltaPusher, pushAfterResponse, type PushMiddleware } from "@edgeprom/edgeprom/push";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";

export { AggregateObject } from "./aggregate_object.ts";

export interface Bindings {
  readonly AGGREGATES: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(url: string, init: RequestInit): Promise<Response> };
  };
  readonly METRICS_TOKEN: string;
  /** The objects among which isolates are spread: when each was added, in seconds since 1970. */
  readonly SHARDS?: readonly number[];
}

// What this isolate has counted. It vanishes with the isolate, at any time.
const registry = new MetricsRegistry();
const orders = registry.counter({
  name: "shop_orders_total",
  help: "Orders, by how they were paid.",
  labels: { payment: ["card", "invoice"] },
});

interface Aggregate {
  /** /metrics and /deltas. */
  readonly app: Hono;
  /** Sends what has changed, after responses. */
  readonly push: PushMiddleware;
}

let aggregate: Aggregate | undefined;

/** The way from this isolate to the objects. Bindings and random numbers come with the first event. */
function aggregateOf({ AGGREGATES, METRICS_TOKEN, SHARDS = [0] }: Bindings): Aggregate {
  if (aggregate !== undefined) return aggregate;
  // It has no sums of its own: it passes each batch on to the object of its sender, and adds the
  // objects up when it is scraped.
  const aggregator = new Aggregator({
    shards: SHARDS.map((since, shard) => ({
      since,
      fetch: (url: string, init: RequestInit) =>
        AGGREGATES.get(AGGREGATES.idFromName(`shard-${shard}`)).fetch(url, init),
    })),
  });
  const app = new Hono();
  app.use("/metrics", bearerAuth({ token: METRICS_TOKEN }));
  app.route(
    "/",
    createAggregatorApp({
      aggregator,
      authorize: { bearer: METRICS_TOKEN },
      selfMetrics: false, // each isolate has counted other scrapes, so these counters would jump
    }),
  );
  const pusher = new DeltaPusher({
    gatherer: registry,
    target: { fetch: async (url, init) => await app.request(url, init) },
    authorization: { bearer: METRICS_TOKEN },
    timeoutSeconds: 25, // Workers end what goes on for longer than 30 s after a response
    logger: console,
  });
  return aggregate = { app, push: pushAfterResponse(pusher, { everySeconds: 10 }) };
}

const app = new Hono<{ Bindings: Bindings }>();
for (const path of ["/metrics", "/deltas"]) {
  app.all(path, ({ env, req }) => aggregateOf(env).app.fetch(req.raw));
}
app.use((context, next) => aggregateOf(context.env).push(context, next));
app.use(httpMetrics({ registry }));
app.post("/orders/card", ({ text }) => {
  orders.inc({ payment: "card" });
  return text("thank you\n");
});

export default app;
