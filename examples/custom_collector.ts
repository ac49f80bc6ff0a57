// deno serve --port 8000 custom_collector.ts
// PORT=8000 bun custom_collector.ts
// npx srvx --prod --port 8000 custom_collector.ts    (Node 22.18 or later)
// Then open http://localhost:8000/metrics
import {
  type Collector,
  constCounter,
  constGauge,
  createMetricsApp,
  type MetricFamily,
  MetricsRegistry,
} from "@edgeprom/edgeprom";

/** An existing queue, which counts its jobs itself. */
class JobQueue {
  readonly waiting: Readonly<Record<string, number>> = { mail: 3, invoices: 0 };
  readonly done: Readonly<Record<string, number>> = { mail: 120, invoices: 17 };
}

/** Reads the queue at each scrape, so nothing is counted twice and no series outlives it. */
class JobQueueCollector implements Collector {
  readonly #queue: JobQueue;

  constructor(queue: JobQueue) {
    this.#queue = queue;
  }

  collect(): readonly MetricFamily[] {
    return [
      constGauge({
        name: "queue_jobs_waiting",
        help: "Jobs that wait, by kind.",
        samples: samples(this.#queue.waiting),
      }),
      constCounter({
        name: "queue_jobs_done_total",
        help: "Jobs that are done, by kind.",
        samples: samples(this.#queue.done),
      }),
    ];
  }
}

interface Sample {
  readonly labels: { readonly kind: string };
  readonly value: number;
}

function samples(counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([kind, value]) => ({ labels: { kind }, value }));
}

const registry = new MetricsRegistry();
registry.register(new JobQueueCollector(new JobQueue()));

export default createMetricsApp({ registry });
