import { CollectionError } from "../model/errors.ts";
import type { Gathering } from "../model/collector.ts";
import { FamilyMerger } from "../model/gathering/family_merger.ts";
import type { LabelTable } from "../model/label_table.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { difference, mergeSnapshots } from "./merge_snapshots.ts";

/** The families of one worker. */
export interface WorkerGathering {
  /** What the worker is called in the label `worker` of gauges that keep a series for each. */
  readonly worker: string;
  /** Whether it has ended: what only tells of living workers is then left out. */
  readonly ended?: boolean;
  /** What it counted. */
  readonly families: readonly MetricFamily[];
}

/**
 * The families of several workers as one page: what all of them counted together.
 *
 * Counters, histograms and summaries add up; a gauge says how it is merged; infos that are equal
 * are one; a state is on where it is on anywhere. A series is as old as its oldest part, and keeps
 * its newest exemplars. Quantiles are left out, as they cannot be added up.
 *
 * Where workers define a family differently, the first one's stays and an error tells.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { mergeGatherings } from "@edgeprom/edgeprom/workers";
 * import { assertEquals } from "@std/assert";
 *
 * const [one, other] = [new MetricsRegistry(), new MetricsRegistry()];
 * one.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 * other.counter({ name: "jobs_total", help: "Jobs done." }).inc(2);
 *
 * const { families: [jobs] } = mergeGatherings([
 *   { worker: "one", families: (await one.gather()).families },
 *   { worker: "other", families: (await other.gather()).families },
 * ]);
 * assertEquals(jobs.type === "counter" && [...jobs.values], [3]);
 * ```
 */
export function mergeGatherings(workers: readonly WorkerGathering[]): Gathering {
  const merger = new FamilyMerger();
  const byName = new Map<string, MetricFamily[]>();
  for (const { worker, ended = false, families } of workers) {
    for (const family of families) {
      if (ended && isOfLiving(family)) continue;
      const parts = byName.get(family.name) ?? [];
      byName.set(family.name, parts);
      const reason = parts.length === 0 ? undefined : difference(parts[0], family);
      if (reason === undefined) parts.push(withWorkerLabel(family, worker));
      else {
        merger.fail(
          new CollectionError(
            `${family.name}: worker ${worker} gives it a different ${reason} than others; ` +
              `its series are left out, make the definitions the same`,
          ),
        );
      }
    }
  }
  merger.add([...byName.values()].map(mergeSnapshots), true);
  return merger.finish();
}

/** Whether a family says how things are, and not what has happened. */
function isOfLiving(family: MetricFamily): boolean {
  switch (family.type) {
    case "gauge":
      return (family.merge ?? "liveSum").startsWith("live");
    case "stateset":
    case "gaugehistogram":
    case "unknown":
      return true;
    default:
      return false;
  }
}

/** A gauge that keeps a series for each worker, told apart by a label; any other family as it is. */
function withWorkerLabel(family: MetricFamily, worker: string): MetricFamily {
  if (family.type !== "gauge" || (family.merge !== "all" && family.merge !== "liveAll")) {
    return family;
  }
  return family.labels.names.includes("worker")
    ? family
    : { ...family, labels: withLabel(family.labels, "worker", worker) };
}

function withLabel({ names, values, rows }: LabelTable, name: string, value: string): LabelTable {
  const all: string[] = [];
  for (let row = 0; row < rows; row++) {
    all.push(...values.slice(row * names.length, (row + 1) * names.length), value);
  }
  return { names: [...names, name], values: all, rows };
}
