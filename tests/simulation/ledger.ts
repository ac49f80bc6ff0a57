import type { MetricFamily } from "../../mod.ts";
import { keepingOf } from "../../src/deltas/delta.ts";
import { readBatch } from "../../src/deltas/batches/batch_reader.ts";
import type { BatchResult } from "../../src/deltas/reply.ts";
import { readMerge } from "../../src/model/gauge_merge.ts";
import type { NativeBuckets } from "../../src/core.ts";
import { exactOf } from "./exact_number.ts";
import { marks } from "./instruments.ts";
import { atSchema, type Sample, type Samples, samplesOf } from "./samples.ts";

/** A batch as it went over the network, however often. */
export interface Frame {
  /** Its client's id and its number. */
  readonly key: string;
  readonly id: string;
  readonly sequence: number;
  /** The simulated client that made it. */
  readonly client: number;
  /** It has what changed after a gathering of the client, 0 for none, up to another. */
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How often each answer was given to a copy, whether it arrived or not. */
  readonly answers: Map<BatchResult, number>;
}

/** What native histograms of a series add up to, at each resolution that was sent. */
export interface NativeTruth {
  readonly schemas: Map<number, { positive: Map<number, number>; negative: Map<number, number> }>;
  zeroCount: number;
}

/** What a page must say. */
export interface Truth {
  /** Totals and sums, exact. */
  readonly totals: ReadonlyMap<string, bigint>;
  readonly natives: ReadonlyMap<string, NativeTruth>;
  /** The values that a gauge, a state or an info may have. */
  readonly states: ReadonlyMap<string, ReadonlySet<number>>;
}

/**
 * Knows what every client had counted at each of its gatherings, and which batches the aggregator
 * has applied, as it said itself. From these two follows what a page must say.
 */
export class Ledger {
  readonly #snapshots: (readonly MetricFamily[])[][] = [];
  readonly frames: Map<string, Frame> = new Map();

  /** A client has gathered. */
  gathered(client: number, families: readonly MetricFamily[]): void {
    (this.#snapshots[client] ??= []).push(families);
  }

  /** The frame of a request's body. */
  frameOf(client: number, bytes: Uint8Array<ArrayBuffer>): Frame {
    const batch = readBatch(bytes);
    const id = Array.from(batch.client, (byte: number) => byte.toString(16).padStart(2, "0")).join(
      "",
    );
    const key = `${id}:${batch.sequence}`;
    const known = this.frames.get(key);
    if (known !== undefined) {
      if (known.client !== client) throw new Error(`${key}: two clients have one id`);
      if (!isSame(known.bytes, bytes)) throw new Error(`${key}: a retry has other bytes`);
      return known;
    }
    const mark = (name: string) => {
      const family = batch.families.find(({ family }) => family.name === name)?.family;
      return family !== undefined && "values" in family ? family.values[0] : NaN;
    };
    const to = mark(marks.gauge);
    const from = to - mark(marks.counter);
    const gatherings = this.#snapshots[client].length;
    if (!(0 <= from && from < to && to <= gatherings)) {
      throw new Error(`${key}: it goes from gathering ${from} to ${to} of ${gatherings}`);
    }
    const { sequence } = batch;
    const frame = { key, id, sequence, client, from, to, bytes, answers: new Map() };
    this.frames.set(key, frame);
    return frame;
  }

  /** The aggregator has answered to a copy of a frame. */
  answered(frame: Frame, result: BatchResult): void {
    const { key, answers } = frame;
    answers.set(result, (answers.get(result) ?? 0) + 1);
    const count = (result: BatchResult) => answers.get(result) ?? 0;
    if (count("applied") > 1) throw new Error(`${key}: applied ${count("applied")} times`);
  }

  /** Frames of which a copy was sent, but of which nobody knows whether they are applied. */
  doubtful(): readonly Frame[] {
    return [...this.frames.values()].filter(({ answers }) =>
      !answers.has("applied") && !answers.has("duplicate") && !answers.has("unknown")
    );
  }

  /** The frames that are in the sums. */
  applied(): readonly Frame[] {
    return [...this.frames.values()]
      .filter(({ answers }) => answers.has("applied") || answers.has("duplicate"))
      .sort((one, other) => one.client - other.client || one.from - other.from);
  }

  /**
   * What a page must say.
   *
   * @throws {Error} If something was applied twice.
   */
  truth(): Truth {
    const totals = new Map<string, bigint>();
    const natives = new Map<string, NativeTruth>();
    const lastOf = new Map<string, Frame>();
    let before: Frame | undefined;
    for (const frame of this.applied()) {
      if (before?.client === frame.client && before.to > frame.from) {
        throw new Error(
          `${before.key} and ${frame.key} have both what changed after ${frame.from}`,
        );
      }
      before = frame;
      // A client that begins anew has 24 digits of its id still, and eight that count on.
      const lasting = frame.id.slice(0, 24);
      const last = lastOf.get(lasting);
      const isLater = last === undefined || frame.id > last.id ||
        frame.id === last.id && frame.sequence > last.sequence;
      if (isLater) lastOf.set(lasting, frame);
      this.#addTo(totals, natives, frame);
    }
    return { totals, natives, states: this.#states([...lastOf.values()]) };
  }

  #addTo(totals: Map<string, bigint>, natives: Map<string, NativeTruth>, frame: Frame): void {
    const before = this.#samples(frame.client, frame.from);
    const after = this.#samples(frame.client, frame.to);
    for (const [key, { kind, value }] of after.numbers) {
      if (kind === "state") continue;
      const start = before.numbers.get(key)?.value ?? 0;
      totals.set(key, (totals.get(key) ?? 0n) + exactOf(value) - exactOf(start));
    }
    for (const [key, native] of after.natives) {
      const known = natives.get(key);
      const truth = known ?? { schemas: new Map(), zeroCount: 0 };
      if (known === undefined) natives.set(key, truth);
      addNative(truth, native, before.natives.get(key));
    }
  }

  /** What gauges, infos and states may be, if these are the last frames of the clients' ids. */
  #states(frames: readonly Frame[]): Map<string, ReadonlySet<number>> {
    const values = new Map<string, Sample[]>();
    const families = new Map<string, MetricFamily>();
    for (const { client, to } of frames) {
      for (const family of this.#snapshots[client][to - 1]) families.set(family.name, family);
      for (const [key, sample] of this.#samples(client, to).numbers) {
        if (sample.kind !== "state" || key.includes("quantile=")) continue;
        const known = values.get(key);
        if (known === undefined) values.set(key, [sample]);
        else known.push(sample);
      }
    }
    return new Map(
      [...values].map((
        [key, samples],
      ) => [key, allowed(families.get(samples[0].family)!, samples)]),
    );
  }

  #samples(client: number, gathering: number): Samples {
    return samplesOf(gathering === 0 ? [] : this.#snapshots[client][gathering - 1]);
  }
}

/** The values that samples of several clients may become. */
function allowed(family: MetricFamily, samples: readonly Sample[]): ReadonlySet<number> {
  const values = samples.map(({ value }) => value);
  if (family.type === "stateset") return new Set([Math.max(...values)]);
  if (family.type !== "gauge" || keepingOf(family) === "latest" && family.merge === undefined) {
    return new Set(values);
  }
  switch (readMerge(family.merge).operation) {
    case "sum":
      return new Set([sumOf(values)]);
    case "max":
      return new Set([Math.max(...values)]);
    case "min":
      return new Set([Math.min(...values)]);
    default: {
      // A live gauge's value is its client's last, and all clients live; two may be as new.
      const newest = Math.max(...samples.map(({ time }) => time ?? NaN));
      return new Set(samples.filter(({ time }) => time === newest).map(({ value }) => value));
    }
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function addNative(truth: NativeTruth, after: NativeBuckets, before?: NativeBuckets): void {
  const { schema } = after;
  if (before !== undefined && before.schema < schema) {
    throw new Error("a native histogram was reset");
  }
  truth.zeroCount += after.zeroCount - (before?.zeroCount ?? 0);
  const known = truth.schemas.get(schema);
  const sides = known ??
    { positive: new Map<number, number>(), negative: new Map<number, number>() };
  if (known === undefined) truth.schemas.set(schema, sides);
  for (const side of ["positive", "negative"] as const) {
    const add = (index: number, count: number) =>
      sides[side].set(index, (sides[side].get(index) ?? 0) + count);
    after[side].indexes.forEach((index, at) => add(index, after[side].counts[at]));
    if (before === undefined) continue;
    for (const [index, count] of atSchema(before[side], before.schema, schema)) add(index, -count);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
