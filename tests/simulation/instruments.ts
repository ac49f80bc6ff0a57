import { MetricsRegistry } from "../../src/core.ts";
import type { Random } from "./random.ts";

const routes = ["/", "/orders", "/carts", "/login"];
const kinds = ["read", "write", "wait"];
const merges = [
  "sum",
  "max",
  "min",
  "mostRecent",
  "liveSum",
  "liveMax",
  "liveMin",
  "liveMostRecent",
] as const;

/** The names of the series that tell up to which gathering a batch goes. */
export const marks = { counter: "sim_gatherings_total", gauge: "sim_gathering" } as const;

/** Metrics of every kind, with recordings that a seed decides. */
export class Instruments {
  readonly registry: MetricsRegistry;
  readonly #random: Random;
  readonly #actions: readonly ((random: Random) => void)[];
  readonly #count: () => void;
  #gatherings = 0;
  /** Routes that were removed, and are not recorded to until the next gathering. */
  readonly #removed: Set<string> = new Set();

  constructor(random: Random) {
    this.#random = random;
    const registry = this.registry = new MetricsRegistry();
    const requests = registry.counter({
      name: "sim_requests_total",
      help: "Whole numbers.",
      labels: ["route"],
    });
    const work = registry.counter({ name: "sim_work_total", help: "Fractions.", labels: ["kind"] });
    const wild = registry.counter({ name: "sim_wild_total", help: "Numbers of all sizes." });
    const latency = registry.histogram({
      name: "sim_latency_seconds",
      help: "Classic.",
      unit: "seconds",
      labels: ["route"],
      buckets: [0.005, 0.1, 1, 10],
    });
    const drift = registry.histogram({
      name: "sim_drift_meters",
      help: "Classic, with values below 0.",
      buckets: [-1, 0, 1],
    });
    const sizes = registry.histogram({
      name: "sim_size_bytes",
      help: "Native, of a resolution that falls.",
      labels: ["kind"],
      native: { factor: random.pick([1.1, 1.2, 1.5]), maxBuckets: random.pick([8, 20, 160]) },
    });
    const both = registry.histogram({
      name: "sim_both_bytes",
      help: "Classic and native.",
      buckets: [1, 100],
      native: true,
    });
    const calls = registry.summary({
      name: "sim_call_seconds",
      help: "A summary.",
      unit: "seconds",
      labels: ["kind"],
      quantiles: [0.5],
    });
    const gauges = merges.map((merge) =>
      registry.gauge({
        name: `sim_${merge.toLowerCase()}_gauge`,
        help: `A gauge with ${merge}.`,
        labels: ["kind"],
        merge,
      })
    );
    const plain = registry.gauge({ name: "sim_plain_gauge", help: "A gauge that says nothing." });
    const build = registry.info({
      name: "sim_build_info",
      help: "An info.",
      labels: ["version"],
    });
    build.set({ version: `1.${random.below(3)}` });
    const phase = registry.stateSet({
      name: "sim_phase",
      help: "A state set.",
      states: ["idle", "busy", "ended"],
    });
    const counter = registry.counter({ name: marks.counter, help: "Gatherings." });
    const gauge = registry.gauge({ name: marks.gauge, help: "The same.", merge: "mostRecent" });
    this.#count = () => {
      counter.inc();
      gauge.set(++this.#gatherings);
    };
    const route = (random: Random) => {
      const route = random.pick(routes);
      return this.#removed.has(route) ? undefined : { route };
    };
    const kind = (random: Random) => ({ kind: random.pick(kinds) });
    this.#actions = [
      (random) => {
        const set = route(random);
        if (set !== undefined) requests.inc(set, random.between(1, 5));
      },
      (random) => work.inc(kind(random), random.next() / 3),
      (random) => wild.inc(random.next() * 2 ** random.between(-1060, 300)),
      (random) => wild.inc(2 ** 53 + random.below(1000)),
      (random) => {
        const set = route(random);
        if (set === undefined) return;
        const options = random.chance(0.3)
          ? { exemplar: { trace_id: String(random.below(1e9)) } }
          : {};
        latency.observe(set, random.next() * 10 ** random.between(-4, 2), options);
      },
      (random) => drift.observe((random.next() - 0.5) * 10 ** random.between(-20, 20)),
      (random) => sizes.observe(kind(random), sizeOf(random)),
      (random) => both.observe(sizeOf(random)),
      (random) => calls.observe(kind(random), random.next() * 0.7),
      (random) => random.pick(gauges).set(kind(random), random.between(-50, 50) / 7),
      (random) => random.pick(gauges).set(kind(random), random.between(-50, 50) / 7),
      (random) => plain.set(random.between(0, 1000)),
      (random) => phase.select(random.pick(["idle", "busy", "ended"])),
      (random) => {
        if (!random.chance(0.1)) return;
        const set = { route: random.pick(routes) };
        requests.remove(set);
        latency.remove(set);
        this.#removed.add(set.route);
      },
    ];
  }

  /** How often the metrics were gathered. */
  get gatherings(): number {
    return this.#gatherings;
  }

  /** Records for a while. */
  record(): void {
    const random = this.#random;
    for (let left = random.between(0, 14); left > 0; left--) random.pick(this.#actions)(random);
  }

  /** Makes the marks of a gathering that begins. */
  mark(): void {
    this.#count();
  }

  /** A gathering has seen that series are gone: they may come again. */
  unmark(): void {
    this.#removed.clear();
  }
}

function sizeOf(random: Random): number {
  if (random.chance(0.05)) return 0;
  return (random.chance(0.1) ? -1 : 1) * random.next() * 2 ** random.between(-3, 24);
}
