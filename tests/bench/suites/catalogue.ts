import data from "../../cases/catalogue.json" with { type: "json" };
import type { Instruments } from "../contenders/library.ts";
import { durations, sixteenBounds } from "./material.ts";
import type { Population } from "./population.ts";

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, readonly string[] | string>>;
}

/**
 * The 37 metrics of a stream processor, with two values a label: some 350 lines.
 *
 * @param values How many values each series gets.
 */
export function cataloguePopulation(library: Instruments, values = 8): Population {
  const recorders = (data.metrics as readonly unknown[] as readonly Metric[]).flatMap((metric) =>
    recordersOf(library, metric)
  );
  let next = 0;
  const touch = (share: number) => {
    const step = Math.round(1 / share);
    for (let at = next++ % step; at < recorders.length; at += step) {
      recorders[at](durations[(at * 7 + next) & 1023]);
    }
  };
  for (let time = 0; time < values; time++) touch(1);
  return { touch };
}

type Recorder = (value: number) => void;

function recordersOf(library: Instruments, { name, type, labels }: Metric): Recorder[] {
  const names = Object.keys(labels);
  const sets = setsOf(labels);
  if (names.length === 0) {
    const gauge = type === "gauge" ? library.gauge(name) : undefined;
    const counter = type === "counter" ? library.counter(name) : undefined;
    return [(value) => gauge === undefined ? counter?.inc(Math.ceil(value)) : gauge.set(value)];
  }
  if (type === "counter") {
    const family = library.counters(name, names);
    return sets.map((set) => (value) => family.inc(set, Math.ceil(value)));
  }
  if (type === "gauge") {
    const family = library.gauges(name, names);
    return sets.map((set) => (value) => family.set(set, value));
  }
  const family = library.histograms(name, names, sixteenBounds);
  return sets.map((set) => (value) => family.observe(set, value));
}

function setsOf(labels: Metric["labels"]): Record<string, string>[] {
  let sets: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(labels)) {
    const known = Array.isArray(values) ? values.slice(0, 2) : ["first", "second"];
    sets = sets.flatMap((set) => known.map((value) => ({ ...set, [name]: value })));
  }
  return sets;
}
