import type { MetricFamily } from "../../mod.ts";
import { labelsOfRow, type NativeBuckets, type SparseBuckets } from "../../src/core.ts";

/** What kind of number a sample is, and so what may be asked of it. */
export type Kind =
  /** It only grows: a counter, a bucket, a count. */
  | "total"
  /** It is added up, but may go down: the sum of values that may be negative. */
  | "sum"
  /** It is what it is now. */
  | "state";

/** One number of a page. */
export interface Sample {
  readonly family: string;
  readonly kind: Kind;
  readonly value: number;
  /** When a gauge was set, if it says so. */
  readonly time?: number;
}

/** A page, or a snapshot, as its samples by name and labels, as a line of text has them. */
export interface Samples {
  readonly numbers: ReadonlyMap<string, Sample>;
  readonly natives: ReadonlyMap<string, NativeBuckets>;
}

/** The samples of families. Buckets are cumulated, as on a page. */
export function samplesOf(families: readonly MetricFamily[]): Samples {
  const numbers = new Map<string, Sample>();
  const natives = new Map<string, NativeBuckets>();
  for (const family of families) {
    for (let row = 0; row < family.labels.rows; row++) addRow(family, row, numbers, natives);
  }
  return { numbers, natives };
}

function addRow(
  family: MetricFamily,
  row: number,
  numbers: Map<string, Sample>,
  natives: Map<string, NativeBuckets>,
): void {
  const { name, type } = family;
  const labels = labelsOfRow(family.labels, row);
  const add = (suffix: string, kind: Kind, value: number, more = {}, time?: number) => {
    const key = keyOf(name + suffix, { ...labels, ...more });
    if (numbers.has(key)) throw new Error(`${key} is there twice`);
    numbers.set(key, { family: name, kind, value, ...time !== undefined && { time } });
  };
  switch (type) {
    case "counter":
      return add("", "total", family.values[row]);
    case "gauge":
      return add("", "state", family.values[row], {}, family.times?.[row]);
    case "unknown":
      return add("", "state", family.values[row]);
    case "info":
      return add("", "state", 1);
    case "stateset": {
      const { states, values } = family;
      return states.forEach((state, at) =>
        add("", "state", values[row * states.length + at], { [name]: state })
      );
    }
    case "summary":
      add("_sum", "sum", family.sums[row]);
      add("_count", "total", family.counts[row]);
      return family.quantiles.forEach((quantile, at) =>
        add("", "state", family.values[row * family.quantiles.length + at], {
          quantile: String(quantile),
        })
      );
    case "histogram":
    case "gaugehistogram": {
      const { bounds, buckets, native } = family;
      const kind = type === "histogram" ? "total" : "state";
      let count = 0;
      for (let at = 0; at <= bounds.length; at++) {
        count += buckets[row * (bounds.length + 1) + at];
        add("_bucket", kind, count, { le: at < bounds.length ? String(bounds[at]) : "+Inf" });
      }
      add("_count", kind, count);
      add("_sum", type === "histogram" ? "sum" : "state", family.sums[row]);
      if (native !== undefined) natives.set(keyOf(name, labels), native[row]);
    }
  }
}

/** A name and labels, sorted, as text. */
export function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).sort(([one], [other]) => one < other ? -1 : 1)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join()}}`;
}

/** Samples of a page in the text format, by the same keys. */
export function numbersOfText(page: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const line of page.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const match = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match === null) throw new Error(`not a sample: ${line}`);
    const [, name, inside = "", value] = match;
    const labels: Record<string, string> = {};
    for (const [, label, text] of inside.matchAll(/([\w]+)="((?:[^"\\]|\\.)*)"/g)) {
      labels[label] = label === "le" && text !== "+Inf" ? String(Number(text)) : text;
    }
    const key = keyOf(name, labels);
    if (numbers.has(key)) throw new Error(`${key} is there twice`);
    numbers.set(key, value === "+Inf" ? Infinity : value === "-Inf" ? -Infinity : Number(value));
  }
  return numbers;
}

/** Native buckets by index, at a coarser schema. */
export function atSchema(
  { indexes, counts }: SparseBuckets,
  from: number,
  to: number,
): Map<number, number> {
  const width = 2 ** (from - to);
  const coarse = new Map<number, number>();
  indexes.forEach((index, at) => {
    const target = Math.ceil(index / width) + 0;
    coarse.set(target, (coarse.get(target) ?? 0) + counts[at]);
  });
  return coarse;
}
