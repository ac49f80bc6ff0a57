import { constCounter, constGauge, type MetricFamily } from "../../mod.ts";
import { encodeFamilies, frameBatch } from "../../src/deltas/batches/batch_writer.ts";
import { PassingTime } from "../../src/aggregate/log/passing_time.ts";
import type { AggregateStore } from "../../src/aggregate/log/store.ts";
import { Truth } from "../../src/aggregate/log/truth.ts";
import type { TruthOptions } from "../../src/aggregate/log/truth_options.ts";
import { Sums } from "../../src/aggregate/sums/sums.ts";
import { seriesOf } from "./series.ts";

/** When the clock of a {@linkcode Host} begins. */
export const begin = 1_700_000_000;

/** Where truths run, one after the other, with clocks that are told to go on. */
export class Host {
  /** The time of day, in seconds since 1970. */
  now = begin;
  /** The time since an arbitrary moment, in seconds. */
  elapsed = 0;
  readonly errors: Error[] = [];

  /** Lets time pass. */
  advance(seconds: number): void {
    this.now += seconds;
    this.elapsed += seconds;
  }

  /** A truth over a store, with what a process has when it starts. */
  truth(store: AggregateStore, options: Partial<TruthOptions> = {}): Truth {
    const { staleSeconds = 300, idleSeconds = Infinity } = options;
    return new Truth({
      store,
      newSums: () => new Sums({ cardinality: { idleSeconds }, staleSeconds, zeroSeconds: 0 }),
      staleSeconds,
      idleSeconds,
      onError: (error) => this.errors.push(error),
      time: new PassingTime(() => this.now, () => this.elapsed * 1000),
      ...options,
    });
  }
}

/** A client's name: 16 times the same byte. */
export function nameOf(client: number): Uint8Array {
  return new Uint8Array(16).fill(client);
}

/** What is in a batch of one counter. */
export interface CountedBatch {
  readonly client?: number;
  readonly sequence?: number;
  readonly start?: number;
  readonly count?: number;
  readonly label?: string;
  /** How many series there are, whose labels go on with numbers; one without a number by default. */
  readonly series?: number;
  readonly family?: string;
}

/** A batch that adds to a series of a counter. */
export function countOf(
  { count = 1, family = "jobs_total", ...batch }: CountedBatch = {},
): Uint8Array {
  const samples = samplesOf(count, batch);
  return framed(constCounter({ name: family, help: "Jobs.", samples }), batch);
}

/** A batch with a gauge that counts while its client lives, without labels if it has one series. */
export function gaugeOf(
  value: number,
  { family = "busy", ...batch }: CountedBatch = {},
): Uint8Array {
  const samples = batch.series === undefined ? [{ value }] : samplesOf(value, batch);
  const gauge = constGauge({ name: family, help: "Busy.", samples });
  return framed({ ...gauge, merge: "sum" }, batch);
}

function samplesOf(value: number, { label = "a", series }: CountedBatch) {
  return Array.from({ length: series ?? 1 }, (_, at) => ({
    labels: { label: series === undefined ? label : `${label}${at}` },
    value,
  }));
}

function framed(
  family: MetricFamily,
  { client = 1, sequence = 1, start = begin }: CountedBatch,
): Uint8Array {
  const [{ bytes }] = encodeFamilies([{ family }], Infinity);
  return frameBatch({ client: nameOf(client), sequence, start, time: start }, bytes);
}

/** The values of a counter on a page, by its label. */
export function countsOn(
  { families }: { readonly families: readonly MetricFamily[] },
  name = "jobs_total",
): Readonly<Record<string, number>> {
  const family = families.find((each) => each.name === name);
  if (family === undefined) return {};
  return Object.fromEntries(seriesOf(family).map(([{ label }, value]) => [label, value]));
}
