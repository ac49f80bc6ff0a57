import type { Random } from "../../simulation/random.ts";
import type { ClientName } from "./client.ts";
import { Callback, type End, Ref, type Step } from "./program.ts";
import { amount, buckets, exemplarLabels, labelSet, percentiles } from "./values.ts";

export type Kind = "Counter" | "Gauge" | "Histogram" | "Summary";

/** What the generator knows of a metric that it has made. */
export interface MadeMetric {
  /** What the program and the registries call it. */
  readonly name: string;
  readonly kind: Kind;
  readonly labels: readonly string[];
  readonly exemplars: boolean;
}

/** What a metric is to be. */
export interface Wanted {
  readonly kind: Kind;
  readonly name: string;
  readonly client: ClientName;
  /** Those that it may be in. */
  readonly registries: readonly string[];
  /** Whether it has exemplars, if its kind can. */
  readonly exemplars: boolean;
  /** Whether summaries may forget series. No page of such a program fails: see `decided.ts`. */
  readonly prunes: boolean;
}

const labelLists: readonly (readonly string[])[] = [
  [],
  [],
  [],
  ["a"],
  ["a"],
  ["a", "b"],
  ["b", "a"],
  ["method", "path", "code"],
];

const oddLists: readonly unknown[] = [
  ["__a"],
  ["le"],
  ["quantile"],
  ["constructor", "a"],
  ["1bad"],
  ["a", ""],
  ["a-b", "c d"],
  undefined,
  "ab",
];

/** The config of a metric: mostly valid. */
export function metricConfig(
  random: Random,
  { kind, name, client, registries, ...wanted }: Wanted,
): MadeMetric & { readonly config: unknown } {
  const odd = random.chance(0.06);
  const labels = odd ? [] : random.pick(labelLists);
  const exemplars = (kind === "Counter" || kind === "Histogram") && wanted.exemplars;
  const metric = { name, kind, labels, exemplars };
  const { prunes } = wanted;
  const config: Record<string, unknown> = { name, help: help(random) };
  if (odd) config.labelNames = oddList(random, client);
  else if (labels.length > 0 || random.chance(0.2)) config.labelNames = labels;
  if (random.chance(0.04)) config.name = random.pick(["m1", "1a", "a-b", "", undefined, "a b", 5]);
  // Counters of OpenMetrics lose this suffix, and get it again.
  else if (kind === "Counter" && random.chance(0.3)) config.name = `${name}_total`;
  if (random.chance(0.35)) config.registers = chosen(random, registries);
  if (exemplars) config.enableExemplars = true;
  if (random.chance(0.15)) {
    const list = ["sum", "first", "omit", "average", "min", "max", "median", undefined];
    config.aggregator = random.pick(list);
  }
  if (random.chance(0.25)) config.collect = collect(random, metric, client, !prunes);
  if (kind === "Histogram" && random.chance(0.6)) config.buckets = buckets(random);
  if (kind === "Summary") summarize(random, config, prunes);
  return { ...metric, config: withOneFault(config) };
}

/** Without names or buckets there is no metric, and another fault may be told: see `decided.ts`. */
function withOneFault(config: Readonly<Record<string, unknown>>): unknown {
  const lacks = (option: string) => option in config && config[option] === undefined;
  if (!lacks("labelNames") && !lacks("buckets")) return config;
  const { collect: _, enableExemplars: __, ...others } = config;
  return others;
}

/** See `decided.ts` for what is left out. */
function oddList(random: Random, client: ClientName): unknown {
  const list = random.pick(oddLists);
  const isInherited = Array.isArray(list) && list.includes("constructor");
  return isInherited && client === "prom-client" ? ["a"] : list;
}

/** What a program calls on a metric to record something. */
export function recording(
  random: Random,
  metric: MadeMetric,
  client: ClientName,
): readonly [method: string, args: readonly unknown[]] {
  const { kind, labels } = metric;
  const set = labels.length > 0 || random.chance(0.04) ? [labelSet(random, labels, client)] : [];
  const value = amount(random);
  if (metric.exemplars) {
    const data: Record<string, unknown> = {};
    if (set.length > 0) data.labels = set[0];
    if (kind === "Histogram" || random.chance(0.7)) data.value = value;
    if (random.chance(0.8)) data.exemplarLabels = exemplarLabels(random);
    const args = random.chance(0.95) ? [data] : [];
    return [kind === "Counter" ? "inc" : "observe", args];
  }
  const given = random.chance(0.02) ? random.pick([[], [null], [undefined]]) : [...set, value];
  switch (kind) {
    case "Counter":
      return ["inc", random.chance(0.35) ? set : given];
    case "Gauge": {
      const drawn = random.next();
      if (drawn < 0.5) return ["set", given];
      if (drawn < 0.7) return ["inc", random.chance(0.5) ? set : given];
      if (drawn < 0.9) return ["dec", random.chance(0.5) ? set : given];
      return ["setToCurrentTime", set];
    }
    default:
      return ["observe", given];
  }
}

function help(random: Random): unknown {
  if (random.chance(0.9)) return "Some help.";
  return random.pick(['Two\nlines, \\ and "quotes".', "ä €", "", undefined, "lone \ud800"]);
}

function chosen(random: Random, registries: readonly string[]): unknown {
  if (random.chance(0.15)) return random.pick([[], undefined, null]);
  const first = random.pick(registries);
  const list = random.chance(0.3) ? [first, random.pick(registries)] : [first];
  return [...new Set(list)].map((name) => new Ref(name));
}

/** A `collect` that records on the metric itself. */
function collect(
  random: Random,
  metric: MadeMetric,
  client: ClientName,
  mayFail: boolean,
): unknown {
  if (random.chance(0.03)) return random.pick(["x", 5, null]);
  const own = { ...metric, name: "this" };
  const steps: Step[] = [];
  for (let more = random.below(3); more > 0; more--) {
    const [name, args] = recording(random, own, client);
    steps.push({ does: "call", on: "this", name, args });
  }
  if (random.chance(0.15)) steps.unshift({ does: "call", on: "this", name: "reset", args: [] });
  const end: End = mayFail && random.chance(0.08) ? { throws: "Thrown by the program" } : {};
  return new Callback(steps, { ...end, later: random.chance(0.4) });
}

function summarize(random: Random, config: Record<string, unknown>, prunes: boolean): void {
  if (random.chance(0.6)) config.percentiles = percentiles(random);
  if (random.chance(0.6)) {
    config.maxAgeSeconds = random.pick([1, 3, 5, 60]);
    if (random.chance(0.9)) config.ageBuckets = random.pick([1, 2, 3, 5]);
    if (prunes && random.chance(0.5)) config.pruneAgedBuckets = true;
  }
  if (random.chance(0.1)) config.compressCount = random.pick([1, 3]);
}
