import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import * as promClient from "../../../src/prom_client.ts";
import * as prometheusClient from "../../../src/prometheus_client.ts";
import { Random } from "../../simulation/random.ts";
import { type WallClock, withWallClock } from "../../support/wall_clock.ts";

type LabelSet = Record<string, unknown>;

/** A series as it should be. */
interface ModelSeries {
  /** The labels as they were given first. */
  readonly labels: LabelSet;
  /** What was recorded since then, or since it was set back. */
  recorded: number[];
  /** When it was made, or set back. */
  made: number;
  /** When there was a page last before that. */
  page: number;
}

/** What the types of metrics have in common, for a program that does not know which one it is. */
interface AnyMetric {
  collect?: () => void;
  hashMap: Record<string, object>;
  record(labels: LabelSet, value: unknown): void;
  readonly inc: AnyMetric["record"];
  readonly set: AnyMetric["record"];
  readonly observe: AnyMetric["record"];
  labels(...given: unknown[]): Record<string, (value: number) => void>;
  remove(...given: unknown[]): void;
  reset(): void;
  zero(labels: LabelSet): void;
  get(): Promise<{ values: unknown[] }>;
}

const names = ["a", "b", "c"] as const;
const kinds = ["Counter", "Gauge", "Histogram", "Summary"] as const;
type Kind = typeof kinds[number];
type Client =
  & { readonly Registry: new () => promClient.Registry }
  & Readonly<Record<Kind, new (config: object) => AnyMetric>>;
const clients = [promClient, prometheusClient] as unknown as readonly Client[];
const methods = { Counter: "inc", Gauge: "set", Histogram: "observe", Summary: "observe" } as const;

const refused = {
  toString() {
    throw new Error("no text");
  },
};

/** A metric of one type beside a map of what its series should be. */
class Modelled {
  readonly model = new Map<string, ModelSeries>();
  /** When a page was made last. */
  page = 0;
  readonly #client: Client;
  readonly #kind: Kind;
  readonly #clock: WallClock;
  readonly #registry: promClient.Registry;
  readonly #metric: AnyMetric;
  readonly #kept: { record(value: number): void; labels: LabelSet }[] = [];
  /** The times of the last gathering, and what they were then. */
  #times: readonly [now: readonly number[], then: readonly number[]] | undefined;
  /** What the next page does first. */
  #collecting: (() => void) | undefined;

  constructor(client: Client, kind: Kind, clock: WallClock) {
    this.#client = client;
    this.#kind = kind;
    this.#clock = clock;
    this.#registry = new client.Registry();
    const collect = () => this.#collecting?.();
    this.#metric = this.#newMetric(this.#registry, collect);
  }

  record(labels: LabelSet, value: number): void {
    this.#metric.record(labels, value);
    this.#recorded(labels, value);
  }

  /** Labels and values that are refused change nothing. */
  refuse(labels: LabelSet, value: number): void {
    const wrong = [{ ...labels, other: "x" }, { ...labels, b: refused }];
    const inherited: LabelSet = Object.assign(Object.create({ other: "x" }), labels);
    for (const set of [...wrong, inherited]) assertThrows(() => this.#metric.record(set, value));
    assertThrows(() => this.#metric.record(labels, this.#kind === "Gauge" ? "5" : Infinity));
  }

  keep(labels: LabelSet, byPosition: boolean): void {
    const given = byPosition ? names.map((name) => labels[name]) : [{ ...labels }];
    const child = this.#metric.labels(...given);
    const kept = byPosition
      ? Object.fromEntries(names.map((name) => [name, labels[name]]))
      : labels;
    this.#kept.push({ record: child[methods[this.#kind]], labels: { ...kept } });
  }

  recordKept(which: number, value: number): void {
    if (this.#kept.length === 0) return;
    const { record, labels } = this.#kept[which % this.#kept.length];
    record(value);
    this.#recorded(labels, value);
  }

  remove(labels: LabelSet, byPosition: boolean): void {
    this.#metric.remove(...byPosition ? names.map((name) => labels[name]) : [labels]);
    this.model.delete(keyOf(labels));
  }

  reset(): void {
    this.#metric.reset();
    if (this.#kind !== "Summary") return this.model.clear();
    for (const series of this.model.values()) this.#setBack(series);
  }

  zero(labels: LabelSet): void {
    if (this.#kind !== "Histogram") return;
    this.#metric.zero(labels);
    const series = { labels: present(labels), recorded: [], made: 0, page: 0 };
    const before = this.model.get(keyOf(labels));
    this.#setBack(series);
    this.model.set(keyOf(labels), before === undefined ? series : Object.assign(before, series));
  }

  /** Keeps the series of some labels only. */
  assign(isKept: (labels: LabelSet) => boolean): void {
    const entries = Object.entries(this.#metric.hashMap);
    this.page = this.#clock.now;
    const kept = entries.filter(([, entry]) => isKept((entry as ModelSeries).labels));
    this.#metric.hashMap = Object.fromEntries(kept);
    for (const [key, { labels }] of this.model) if (!isKept(labels)) this.model.delete(key);
  }

  /** Sets the number of a series where programs look into a metric. */
  poke(labels: LabelSet, value: number): void {
    if (this.#kind !== "Counter" && this.#kind !== "Gauge") return;
    const view = this.#metric.hashMap;
    this.page = this.#clock.now;
    const series = this.model.get(keyOf(labels));
    if (series === undefined) return;
    const [key] = Object.entries(view).find(([, entry]) =>
      keyOf((entry as ModelSeries).labels) === keyOf(labels)
    )!;
    view[key] = { labels: { ...series.labels }, value };
    const before = this.#kind === "Gauge" ? series.recorded.at(-1)! : sum(series.recorded);
    series.recorded = [value];
    if (value < before) Object.assign(series, { made: this.#clock.now, page: this.page });
  }

  collecting(run: () => void): void {
    this.#collecting = () => {
      this.#collecting = undefined;
      run();
    };
  }

  /** Everything that a metric shows is what a new one shows to which all was recorded once. */
  async check(how: "page" | "json" | "values" | "gather"): Promise<void> {
    const shown = await shownBy(how, this.#registry, this.#metric);
    const registry = new this.#client.Registry();
    const metric = this.#newMetric(registry);
    for (const { labels } of this.model.values()) {
      if (this.#kind === "Histogram") metric.zero(labels);
      else metric.record(labels, 0);
    }
    if (this.#kind === "Summary") metric.reset();
    for (const { labels, recorded } of this.model.values()) {
      for (const value of recorded) metric.record(labels, value);
    }
    const expected = await shownBy(how, registry, metric);
    const { created, ...others } = shown as { created?: readonly number[] };
    assertEquals(others, without(expected));
    if (this.#times !== undefined) {
      const [times, then] = this.#times;
      assertEquals(times.slice(0, then.length), then);
    }
    this.page = this.#clock.now;
    if (created === undefined) return;
    this.#times = [created, created.slice(0, this.model.size)];
    // One time stands for all series between two pages.
    [...this.model.values()].forEach(({ made, page }, row) => {
      const isAfterPage = page < created[row] || page === made;
      assert(isAfterPage && created[row] <= made, `${page} < ${created[row]} <= ${made}`);
    });
  }

  #newMetric(registry: promClient.Registry, collect?: () => void): AnyMetric {
    const config = { name: "m", help: "M.", labelNames: names, registers: [registry] };
    const more = { buckets: [1, 5], percentiles: [0.5], ...collect && { collect } };
    const metric = new this.#client[this.#kind]({ ...config, ...more });
    metric.record = metric[methods[this.#kind]];
    return metric;
  }

  #recorded(given: LabelSet, value: number): void {
    const series = this.model.get(keyOf(given));
    if (series !== undefined) return void series.recorded.push(value);
    const { page } = this;
    const made = this.#clock.now;
    this.model.set(keyOf(given), { labels: present(given), recorded: [value], made, page });
  }

  #setBack(series: ModelSeries): void {
    Object.assign(series, { recorded: [], made: this.#clock.now, page: this.page });
  }
}

function without(shown: object): object {
  const { created: _, ...others } = shown as { created?: unknown };
  return others;
}

async function shownBy(
  how: "page" | "json" | "values" | "gather",
  registry: promClient.Registry,
  metric: AnyMetric,
): Promise<object> {
  if (how === "page") return { page: await registry.metrics() };
  if (how === "json") return { json: JSON.stringify(await registry.getMetricsAsJSON()) };
  if (how === "values") return { values: (await metric.get()).values.map(flat) };
  const { families, errors } = await registry.gather();
  assertEquals(errors, []);
  const { labels: { names, values, rows }, ...family } = families[0];
  const cells = values.slice(0, rows * names.length);
  return { ...family, names: rows > 0 ? names : [], cells };
}

/** What is equal only if also the order of properties is the same. */
function flat(value: unknown): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).map(([name, member]) => [name, flat(member)])
    : value;
}

function sum(values: readonly number[]): number {
  return values.reduce((one, other) => one + other, 0);
}

/** By what a series is known: the texts of its labels. */
function keyOf(labels: LabelSet): string {
  return JSON.stringify(
    names.map((name) => labels[name] === undefined ? "" : String(labels[name])),
  );
}

/** The labels that a set has, with those that it inherits. */
function present(set: LabelSet): LabelSet {
  const labels: LabelSet = {};
  for (const name in set) if (set[name] !== "") labels[name] = set[name];
  return labels;
}

const strange = ["", undefined, null, "null", true, "true", 1.5, "1.5", ["p"], "p"];

/** Labels of few series or of many, as programs give them: most as text, in the order of names. */
function labelsOf(random: Random, values: number): LabelSet {
  const isPlain = random.chance(0.6);
  const chosen = isPlain ? [...names] : names.filter(() => random.chance(0.8));
  if (!isPlain && random.chance(0.3)) chosen.reverse();
  const value = () => {
    if (!isPlain && random.chance(0.3)) return random.pick(strange);
    const number = random.below(values);
    return random.chance(0.7) ? `${number}` : number;
  };
  const set = Object.fromEntries(chosen.map((name) => [name, value()]));
  if (isPlain || !random.chance(0.1)) return set;
  const { a, ...others } = set;
  return Object.assign(Object.create("a" in set ? { a } : null), others);
}

/** A set of the same series, nearly always the same set. */
function varied(labels: LabelSet, random: Random): LabelSet {
  if (random.chance(0.95)) return labels;
  const entries = Object.entries(labels).filter(([, value]) => value !== undefined);
  if (random.chance(0.5)) return Object.fromEntries(entries.reverse());
  const texts = entries.map(([name, value]) => [name, String(value)]);
  const isSet = names.map((name) => [name, undefined]);
  return Object.fromEntries(random.chance(0.5) ? texts : [...isSet, ...entries]);
}

async function play(random: Random, modelled: Modelled, clock: WallClock, steps: number) {
  const values = random.pick([2, 3, 5, 12]);
  const step = (isWithin: boolean): void | Promise<void> => {
    clock.advance(1);
    const labels = labelsOf(random, values);
    const value = random.below(7);
    const chance = random.below(1000);
    if (chance < 600) modelled.record(labels, value);
    else if (chance < 650) {
      modelled.keep(labels, random.chance(0.5) && typeof labels.a !== "object");
    } else if (chance < 780) modelled.recordKept(random.below(1000), value);
    else if (chance < 850) {
      modelled.remove(labels, random.chance(0.3) && typeof labels.a !== "object");
    } else if (chance < 870) modelled.refuse(labels, value);
    else if (chance < 890) modelled.zero(labels);
    else if (chance < 910) modelled.poke(labels, value);
    else if (chance < 915) modelled.assign(({ a }) => String(a) !== String(labels.a));
    else if (chance < 945) {
      modelled.reset();
      // Most programs then have the same series again.
      const again = random.chance(0.5) ? order : order.filter(() => random.chance(0.95));
      if (random.chance(0.8)) again.forEach((set) => modelled.record(varied(set, random), value));
    } else if (!isWithin) {
      if (random.chance(0.3)) {
        modelled.collecting(() => {
          for (let more = random.below(30); more > 0; more--) step(true);
        });
      }
      return modelled.check(random.pick(["page", "json", "values", "gather"]));
    }
  };
  let order: LabelSet[] = [];
  for (let at = 0; at < steps; at++) {
    if (random.chance(0.3)) order = [...modelled.model.values()].map(({ labels }) => labels);
    await step(false);
  }
  await modelled.check("values");
  await modelled.check("gather");
}

for (const kind of kinds) {
  test(`the series of a ${kind} are those of a map, whatever a program does`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 300 }), async (seed, steps) => {
        for (const client of clients) {
          await withWallClock(async (clock) => {
            await play(new Random(seed), new Modelled(client, kind, clock), clock, steps);
          }, 1);
        }
      }),
      { numRuns: 5 },
    );
  });
}

test("the series of a metric are those of a map if they are more than maps are for", async () => {
  await withWallClock(async (clock) => {
    const modelled = new Modelled(clients[0], "Counter", clock);
    const record = (from: number, to: number, step = 1) => {
      clock.advance(1);
      for (let at = from; at !== to; at += step) {
        modelled.record({ a: "x", b: at % 3, c: at }, at);
      }
    };
    record(0, 16_380);
    modelled.reset();
    // Back in their order, across the number from which on hashes are indexed.
    record(0, 16_400);
    await modelled.check("page");
    modelled.reset();
    record(16_400, 0, -1);
    await modelled.check("page");
    for (const at of [1, 3]) modelled.record({ a: "x", b: at % 3, c: at }, 1);
    modelled.assign(({ c }) => Number(c) > 16_398);
    record(0, 20);
    await modelled.check("gather");
    modelled.reset();
    await modelled.check("page");
    for (let count = 0; count < 3; count++) {
      record(0, 20);
      await modelled.check("gather");
      modelled.reset();
    }
  });
});
