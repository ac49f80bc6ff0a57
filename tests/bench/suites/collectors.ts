import type { Collector, MetricsRegistry } from "../../../mod.ts";
import { longestGap } from "../measure/longest_gap.ts";
import { type Measurement, measurement, type Settings } from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";

type Edgeprom = typeof import("../../../mod.ts");

/** The packed library; what is named in the source would be bundled. */
const specifier: string = "@edgeprom/edgeprom";

const samples = 100_000;
const unlimited = { seriesPerFamily: Infinity, series: Infinity };

/** In how many families the samples are, and whether they are made once or at each collection. */
export type Shape = "1 family" | "10 families" | "1 family, kept samples";

/** All of them. */
export const shapes: readonly Shape[] = ["1 family", "10 families", "1 family, kept samples"];

/** What is measured of a collector. */
export function collectorOperations(shape: Shape): readonly string[] {
  return [
    `event loop stall, first page of a collector, 100 k in ${shape}`,
    `event loop stall, page of a collector, 100 k in ${shape}`,
    `page of a collector, 100 k in ${shape}`,
  ];
}

/**
 * A collector as a user would write it, over what another system counts, beside instruments with the
 * same series: these are the floor. To be run alone in its process, which is cold once.
 */
export async function collectors(shape: Shape, settings: Settings): Promise<Measurement[]> {
  const { MetricsRegistry }: Edgeprom = await import(specifier);
  const families = shape === "10 families" ? 10 : 1;
  const queues = Array.from({ length: families }, () => new Map<string, number>());
  for (let at = 0; at < samples; at++) queues[at % families].set(`queue-${at}`, at);
  const count = () =>
    queues.forEach((jobs) => jobs.forEach((done, queue) => jobs.set(queue, done + 1)));

  const collected = new MetricsRegistry({ cardinality: unlimited });
  collected.register(await collectorOf(queues, shape === "1 family, kept samples"));
  const [first, later, page] = collectorOperations(shape);
  const { only, runtime } = settings;
  const stall = () => longestGap(() => collected.encode());
  const results: Measurement[] = [];
  const stalled = (name: string, runs: readonly number[]) => {
    if (only.test(name)) {
      results.push(measurement({ name, unit: "ms" }, runtime, "edgeprom", runs));
    }
  };
  stalled(first, [await stall()]);
  const gaps: number[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    count();
    gaps.push(await stall());
  }
  stalled(later, gaps);
  if (!only.test(page)) return results;
  const instruments = new MetricsRegistry({ cardinality: unlimited });
  const touch = instrumentsOf(instruments, queues);
  const pagesOf = (registry: MetricsRegistry, prepare: () => void) => () => ({
    prepare,
    run: async () => (await registry.encode()).length,
  });
  const contenders = { edgeprom: pagesOf(collected, count), floor: pagesOf(instruments, touch) };
  return [...results, ...await timeAll([{ name: page, unit: "ms", contenders }], settings)];
}

/** What the collector finds: jobs done, by the queue. */
type Queues = readonly ReadonlyMap<string, number>[];

async function collectorOf(queues: Queues, keepsSamples: boolean): Promise<Collector> {
  const { constCounter }: Edgeprom = await import(specifier);
  const samplesOf = (jobs: ReadonlyMap<string, number>) =>
    Array.from(jobs, ([queue, value]) => ({ labels: { queue }, value }));
  const kept = keepsSamples ? queues.map(samplesOf) : [];
  return {
    collect: () =>
      queues.map((jobs, family) =>
        constCounter({
          name: `jobs_${family}_total`,
          help: "Jobs that are done.",
          samples: kept[family] === undefined ? samplesOf(jobs) : updated(kept[family], jobs),
        })
      ),
  };
}

/** The same objects with the values of now. */
function updated<Kept extends { readonly labels: { readonly queue: string }; value: number }>(
  samples: readonly Kept[],
  jobs: ReadonlyMap<string, number>,
): readonly Kept[] {
  for (const sample of samples) sample.value = jobs.get(sample.labels.queue) ?? 0;
  return samples;
}

/** The same series as instruments, and what counts in all of them. */
function instrumentsOf(registry: MetricsRegistry, queues: Queues): () => void {
  const families = queues.map((_, family) =>
    registry.counter({
      name: `jobs_${family}_total`,
      help: "Jobs that are done.",
      labels: ["queue"],
    })
  );
  return () => {
    for (const [at, jobs] of queues.entries()) {
      for (const queue of jobs.keys()) families[at].inc({ queue });
    }
  };
}
