import { Random } from "../../simulation/random.ts";
import type { ClientName } from "./client.ts";
import { type Kind, type MadeMetric, metricConfig, recording } from "./generate_metrics.ts";
import { Callback, type Program, Ref, type Step } from "./program.ts";
import { amount, labelArguments } from "./values.ts";

const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const prometheus = "text/plain; version=0.0.4; charset=utf-8";

const all: readonly Kind[] = ["Counter", "Counter", "Gauge", "Histogram", "Summary"];

const themes = {
  summaries: ["Summary"],
  exemplars: ["Counter", "Histogram"],
} as const satisfies Readonly<Record<string, readonly Kind[]>>;

/** The program of a seed: the same on every machine, and its parts only depend on the seed. */
export function generate(seed: number, client: ClientName): Program {
  return new Generation(new Random(seed), client).program();
}

class Generation {
  readonly #random: Random;
  readonly #client: ClientName;
  readonly #steps: Step[] = [];
  readonly #metrics: MadeMetric[] = [];
  readonly #registries = ["register"];
  readonly #children: { readonly name: string; readonly metric: MadeMetric }[] = [];
  readonly #timers: { readonly name: string; readonly metric: MadeMetric }[] = [];
  readonly #snapshots: string[] = [];
  /** What the program is mostly about, if anything. */
  readonly #theme: "summaries" | "exemplars" | undefined;
  #count = 0;

  constructor(random: Random, client: ClientName) {
    this.#random = random;
    this.#client = client;
    this.#theme = random.pick([
      "summaries",
      "exemplars",
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  }

  program(): Program {
    const random = this.#random;
    if (random.chance(0.35)) this.#newRegistry();
    if (this.#theme === "exemplars" || random.chance(0.1)) {
      this.#call("register", "setContentType", [openMetrics]);
    }
    const most = this.#theme === undefined ? 4 : 2;
    for (let more = random.between(1, most); more > 0; more--) this.#newMetric();
    for (let more = random.between(6, 30); more > 0; more--) this.#any();
    for (const { name } of this.#metrics) this.#call(name, "get");
    for (const registry of this.#registries) {
      this.#call(registry, "metrics");
      this.#call(registry, "getMetricsAsJSON");
    }
    return this.#steps;
  }

  #any(): void {
    const random = this.#random;
    // What happened before and after an age bucket has ended takes several of both.
    if (this.#theme === "summaries" && random.chance(0.6)) {
      return random.chance(0.7) ? this.#record() : this.#wait();
    }
    const drawn = random.next();
    if (drawn < 0.46) return this.#record();
    if (drawn < 0.54) return this.#child();
    if (drawn < 0.62) return this.#recordOnChild();
    if (drawn < 0.66) return this.#timer();
    if (drawn < 0.70) return this.#endTimer();
    if (drawn < 0.76) return this.#forget();
    if (drawn < 0.79) return this.#wait();
    if (drawn < 0.81) return this.#newMetric();
    if (drawn < 0.93) return this.#onRegistry();
    if (drawn < 0.96) return this.#read();
    if (drawn < 0.98) return this.#aggregate();
    this.#function();
  }

  #newRegistry(): void {
    const as = this.#name("r");
    const type = this.#random.pick([
      undefined,
      undefined,
      prometheus,
      openMetrics,
      openMetrics,
      "x",
    ]);
    this.#steps.push({ does: "new", on: "client", name: "Registry", args: [type], as });
    if (type !== "x") this.#registries.push(as);
  }

  #newMetric(): void {
    const random = this.#random;
    const kinds = this.#theme === undefined ? all : themes[this.#theme];
    const kind = random.pick<Kind>(random.chance(0.8) ? kinds : all);
    const name = this.#name("m");
    const { config, ...metric } = metricConfig(random, {
      kind,
      name,
      client: this.#client,
      registries: this.#registries,
      exemplars: random.chance(this.#theme === "exemplars" ? 0.7 : 0.04),
      prunes: this.#theme === "summaries",
    });
    this.#metrics.push(metric);
    this.#steps.push({ does: "new", on: "client", name: kind, args: [config], as: name });
    if (random.chance(0.02)) {
      this.#steps.push({ does: "new", on: "client", name: kind, args: [random.pick([null, "x"])] });
    }
  }

  #record(): void {
    const metric = this.#random.pick(this.#metrics);
    this.#call(metric.name, ...recording(this.#random, metric, this.#client));
  }

  #child(): void {
    const metric = this.#random.pick(this.#metrics);
    if (metric.exemplars) return;
    const as = this.#name("k");
    this.#call(
      metric.name,
      "labels",
      labelArguments(this.#random, metric.labels, this.#client),
      as,
    );
    this.#children.push({ name: as, metric });
  }

  #recordOnChild(): void {
    if (this.#children.length === 0) return this.#child();
    const random = this.#random;
    const { name, metric } = random.pick(this.#children);
    const [method, args] = recording(random, { ...metric, labels: [] }, this.#client);
    if (random.chance(0.15)) {
      this.#steps.push({ does: "call detached", on: name, name: method, args });
    } else {
      this.#call(name, method, args);
    }
  }

  #timer(): void {
    const random = this.#random;
    const metric = random.pick(this.#metrics);
    if (metric.kind === "Counter") return;
    const as = this.#name("t");
    const child = this.#children.find((one) => one.metric === metric);
    if (child && random.chance(0.3)) {
      this.#call(child.name, "startTimer", [], as);
      this.#timers.push({ name: as, metric });
      return;
    }
    const [labels] = labelArguments(random, metric.labels, this.#client);
    const args = typeof labels === "object" ? [labels] : [];
    this.#call(
      metric.name,
      "startTimer",
      metric.exemplars ? [...args, { traceId: "t" }] : args,
      as,
    );
    this.#timers.push({ name: as, metric });
  }

  #endTimer(): void {
    if (this.#timers.length === 0) return this.#timer();
    const { name, metric } = this.#random.pick(this.#timers);
    if (this.#random.chance(0.6)) this.#wait();
    const [labels] = labelArguments(this.#random, metric.labels, this.#client);
    this.#steps.push({ does: "apply", on: name, args: typeof labels === "object" ? [labels] : [] });
  }

  /** Takes series away, or sets them to zero. */
  #forget(): void {
    const random = this.#random;
    const metric = random.pick(this.#metrics);
    const drawn = random.next();
    if (drawn < 0.3) return this.#call(metric.name, "reset");
    if (drawn < 0.45 && metric.kind === "Histogram") {
      const [labels] = labelArguments(random, metric.labels, this.#client);
      const set = typeof labels === "object" && labels !== null ? labels : {};
      const { other: _, ...known } = set as Record<string, unknown>;
      return this.#call(metric.name, "zero", [this.#client === "prom-client" ? known : set]);
    }
    this.#call(metric.name, "remove", labelArguments(random, metric.labels, this.#client));
  }

  #wait(): void {
    const milliseconds = this.#random.pick([125, 250, 1125, 1500, 6000, 20_000]);
    this.#steps.push({ does: "wait", milliseconds });
  }

  #onRegistry(): void {
    const random = this.#random;
    const registry = random.pick(this.#registries);
    const { name } = random.pick(this.#metrics);
    const known = random.chance(0.9) ? name : "unknown";
    const call = (method: string, args?: readonly unknown[]) => this.#call(registry, method, args);
    const drawn = random.next();
    if (drawn < 0.25) return call("metrics");
    if (drawn < 0.4) return call("getMetricsAsJSON");
    if (drawn < 0.53) return call("setDefaultLabels", [this.#defaultLabels()]);
    if (drawn < 0.58) return call("registerMetric", [new Ref(name)]);
    if (drawn < 0.62) return call("removeSingleMetric", [known]);
    if (drawn < 0.66) return call("getSingleMetric", [known]);
    if (drawn < 0.70) return call("getSingleMetricAsString", [known]);
    if (drawn < 0.72) return call("getMetricsAsString", [new Ref(name)]);
    if (drawn < 0.76) return call("resetMetrics");
    if (drawn < 0.77) return call("clear");
    if (drawn < 0.81) return call("setContentType", [random.pick([openMetrics, prometheus, "x"])]);
    if (drawn < 0.85) return call("getMetricsAsArray");
    if (drawn < 0.87 && this.#client !== "prom-client") {
      const aggregator = random.pick(["sum", "omit", "average", "first", "none"]);
      return call(random.pick(["getMetricsAsArray", "getMetricsAsJSON"]), [aggregator]);
    }
    if (drawn < 0.92) return this.#merge();
    if (drawn < 0.95) return call("registerMetric", [this.#duck()]);
    if (drawn < 0.97) return this.#newRegistry();
    this.#steps.push({ does: "set", on: "client", name: "contentType", value: openMetrics });
  }

  #merge(): void {
    const as = this.#name("r");
    const random = this.#random;
    const registries = [random.pick(this.#registries), random.pick(this.#registries)];
    const args = [registries.map((name) => new Ref(name))];
    this.#steps.push({ does: "call", on: "client.Registry", name: "merge", args, as });
    this.#registries.push(as);
  }

  #defaultLabels(): unknown {
    return this.#random.pick([
      { app: "shop" },
      { app: "shop", instance: 0 },
      { a: "default" },
      { zone: 'a"b\\', method: "any" },
      {},
    ]);
  }

  /** Something that is registered without being a client's own metric. */
  #duck(): unknown {
    const random = this.#random;
    const name = this.#name("duck");
    const values = random.pick<unknown>([
      [{ value: 1, labels: {} }],
      [{ value: 2, labels: { a: "x" } }, {
        value: NaN,
        labels: { a: 'y"' },
        metricName: `${name}_sum`,
      }],
      // See `decided.ts`.
      [this.#client === "prom-client" ? { value: -Infinity, labels: {} } : { value: -Infinity }],
      [],
      undefined,
    ]);
    const type = random.pick(["gauge", "counter", "untyped"]);
    const data = {
      name,
      help: "A duck.\n",
      type,
      values,
      aggregator: random.pick(["sum", undefined]),
    };
    return { ...data, get: new Callback([], { returns: data, later: random.chance(0.5) }) };
  }

  #read(): void {
    const random = this.#random;
    const metric = random.pick(this.#metrics);
    const drawn = random.next();
    const get = (on: string, name: string) => void this.#steps.push({ does: "get", on, name });
    if (drawn < 0.3) return this.#call(metric.name, "get");
    if (drawn < 0.55) {
      return get(
        metric.name,
        random.pick(["name", "help", "type", "labelNames", "aggregator", "registers", "collect"]),
      );
    }
    if (drawn < 0.62 && this.#client === "prom-client" && metric.kind !== "Summary") {
      return get(metric.name, "hashMap");
    }
    if (drawn < 0.7) return get(random.pick(this.#registries), "_metrics");
    if (drawn < 0.8) return get(random.pick(["client", ...this.#registries]), "contentType");
    const name = random.pick(["Counter", "Gauge", "Histogram", "Summary", "Registry"]);
    const on = random.pick([metric.name, ...this.#registries]);
    this.#steps.push({ does: "is", on, name });
  }

  #aggregate(): void {
    const random = this.#random;
    const as = this.#name("j");
    this.#call(random.pick(this.#registries), "getMetricsAsJSON", [], as);
    this.#snapshots.push(as);
    const args = Array.from(
      { length: random.between(1, 3) },
      () => new Ref(random.pick(this.#snapshots)),
    );
    const owners = this.#client === "prom-client"
      ? ["AggregatorRegistry"]
      : ["AggregatorRegistry", "ClusterRegistry", "WorkerRegistry", "Registry"];
    const registry = this.#name("r");
    const type = random.chance(0.3) ? [openMetrics] : [];
    const on = `client.${random.pick(owners)}`;
    this.#steps.push({ does: "call", on, name: "aggregate", args: [args, ...type], as: registry });
    this.#registries.push(registry);
  }

  #function(): void {
    const random = this.#random;
    const count = random.pick([0, 1, 3, 5, -1]);
    const numbers = [amount(random), amount(random), count];
    const drawn = random.next();
    if (drawn < 0.35) return this.#call("client", "linearBuckets", numbers);
    if (drawn < 0.7) return this.#call("client", "exponentialBuckets", numbers);
    const name = random.pick(["a", "a:b", "1a", "a-b", "", "ä", "a b", 5, undefined]);
    this.#call("client", "validateMetricName", [name]);
  }

  #call(on: string, name: string, args: readonly unknown[] = [], as?: string): void {
    this.#steps.push({ does: "call", on, name, args, as });
  }

  #name(prefix: string): string {
    return `${prefix}${++this.#count}`;
  }
}
