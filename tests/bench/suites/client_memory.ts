import { type Client, loadClient } from "../contenders/drop_in.ts";
import type { ContenderName } from "../contenders/library.ts";
import { heapBytes } from "../measure/heap.ts";
import { type Measurement, measurement, type Settings } from "../measure/operation.ts";
import { durations, methods } from "./material.ts";

const pages = 10;

type Registry = InstanceType<Client["Registry"]>;

/** What is made, how many, and how. */
const subjects = {
  "a metric": { count: 20_000, make: makeMetrics },
  "a counter series with 2 labels": { count: 100_000, make: makeCounterSeries },
  "a histogram series with 2 labels": { count: 20_000, make: makeHistogramSeries },
};

/** A kind of thing whose memory is measured. */
export type MemorySubject = keyof typeof subjects;

/** All of them. */
export const memorySubjects: readonly MemorySubject[] = Object.keys(subjects) as MemorySubject[];

const stages = ["before a page", `after ${pages} pages`] as const;

/** What is measured of a subject. */
export function clientMemoryOperations(subject: MemorySubject): readonly string[] {
  return stages.map((stage) => `drop-in: heap of ${subject}, ${stage}`);
}

/** Bytes on the heap. Alone in its process. */
export async function memoryOfClients(
  contender: ContenderName,
  subject: MemorySubject,
  { runtime, only }: Settings,
): Promise<Measurement[]> {
  const client = await loadClient(contender);
  const { count, make } = subjects[subject];
  // What is compiled and allocated once, by a registry that lives on.
  const warm = new client.Registry();
  make(client, warm, 1000);
  for (let page = 0; page < pages; page++) await warm.metrics();

  const registry = new client.Registry();
  const before = await heapBytes();
  make(client, registry, count);
  const taken = [await heapBytes() - before];
  for (let page = 0; page < pages; page++) await registry.metrics();
  taken.push(await heapBytes() - before);
  if (registry.getMetricsAsArray().length + warm.getMetricsAsArray().length === 0) {
    throw new Error("nothing was made");
  }
  return clientMemoryOperations(subject).flatMap((name, at) =>
    only.test(name)
      ? [measurement({ name, unit: "B" }, runtime, contender, [taken[at] / count])]
      : []
  );
}

const labelNames = ["method", "user"];

function makeMetrics({ Counter }: Client, registry: Registry, count: number): void {
  for (let at = 0; at < count; at++) {
    const name = `made_${at}_total`;
    new Counter({ name, help: "Made to be measured.", labelNames, registers: [registry] });
  }
}

function makeCounterSeries({ Counter }: Client, registry: Registry, count: number): void {
  const registers = [registry];
  const counter = new Counter({ name: "visits_total", help: "Visits.", labelNames, registers });
  for (let at = 0; at < count; at++) counter.inc({ method: methods[at & 3], user: `user-${at}` });
}

function makeHistogramSeries({ Histogram }: Client, registry: Registry, count: number): void {
  const registers = [registry];
  const took = new Histogram({ name: "took_seconds", help: "Time.", labelNames, registers });
  for (let at = 0; at < count; at++) {
    took.observe({ method: methods[at & 3], user: `user-${at}` }, durations[at & 1023]);
  }
}
