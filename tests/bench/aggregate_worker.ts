/**
 * How many batches a second a Durable Object takes: the example `edge_aggregate` in workerd, and 64
 * clients that send as fast as they can, on the same machine.
 *
 *     deno run -A tests/bench/aggregate_worker.ts
 */
import { MetricsRegistry } from "../../src/core.ts";
import { DeltaPusher } from "../../src/push.ts";
import { serveObjects } from "../runtimes/durable_objects.ts";

const token = "a-long-secret";
const routes = Array.from({ length: 20 }, (_, at) => ({ route: `/items/${at}` }));

const worker = await serveObjects({
  source: "tests/integration/programs/edge_aggregate.ts",
  classes: { AGGREGATES: "AggregateObject" },
  variables: { METRICS_TOKEN: token },
  path: "/shards/0/ready",
});
let [batches, bytes] = [0, 0];
const clients = Array.from({ length: 64 }, () => {
  const registry = new MetricsRegistry();
  const orders = registry.counter({ name: "orders_total", help: "Orders.", labels: ["route"] });
  const seconds = registry.histogram({ name: "seconds", help: "Time.", labels: ["route"] });
  const pusher = new DeltaPusher({
    gatherer: registry,
    target: {
      async fetch(_url, init) {
        batches++;
        bytes += (init.body as Uint8Array).length;
        return await fetch(`${worker.url}/deltas`, init);
      },
    },
    authorization: { bearer: token },
    compress: false,
  });
  return async () => {
    for (const [at, labels] of routes.entries()) {
      orders.inc(labels);
      seconds.observe(labels, 0.05 * (at % 5));
    }
    const { unsent, errors } = await pusher.flush();
    if (unsent > 0) throw errors[0];
  };
});

/** Sends for some seconds. Returns batches a second. */
async function send(duration: number): Promise<number> {
  const [before, end] = [batches, performance.now() + duration * 1000];
  await Promise.all(clients.map(async (flush) => {
    while (performance.now() < end) await flush();
  }));
  return (batches - before) / duration;
}

try {
  await send(3);
  console.log(`${Math.round(await send(8))} batches/s, ${Math.round(bytes / batches)} bytes each`);
} finally {
  await worker.stop();
}
