import { CollectionError, display } from "../model/errors.ts";
import type { Gathering } from "../model/collector.ts";
import { FamilyMerger } from "../model/gathering/family_merger.ts";
import type { LabelTable } from "../model/label_table.ts";
import { readMerge } from "../model/gauge_merge.ts";
import { type AnyFamily, isMetricType, metricTypes } from "../model/metric_types.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { difference, mergeSnapshots } from "./merge_snapshots.ts";

/**
 * The families of one worker.
 *
 * @category Processes
 */
export interface WorkerGathering {
  /** The value of the label `worker` in gauges that have a series for each worker. */
  readonly worker: string;
  /** Whether it has ended: families that describe current state are then left out. */
  readonly ended?: boolean;
  /** What it counted. */
  readonly families: readonly MetricFamily[];
}

/**
 * The families of several workers as one page: what all of them counted together.
 *
 * Counters, histograms and summaries add up; a gauge says how it is merged; infos that are equal
 * are one; a state is on if any worker has it on. A merged series has the earliest start and the
 * newest exemplars of its parts. Quantiles are left out, because they cannot be added up.
 *
 * If workers define a family differently, the first definition stays, and an error names the others.
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
 *
 * @category Processes
 */
export function mergeGatherings(workers: readonly WorkerGathering[]): Gathering {
  const merger = new FamilyMerger();
  const byName = new Map<string, MetricFamily[]>();
  for (const { worker, ended = false, families } of workers) {
    for (const family of families) {
      if (!isMetricType(family.type)) {
        const { name, type } = family as MetricFamily;
        merger.fail(new CollectionError(`${name}: ${display(type)} is not a type of metric`));
        continue;
      }
      if (ended && isState(family)) continue;
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
  merger.add([...byName.values()].map(mergeSnapshots));
  return merger.finish();
}

/** Whether a family describes current state, and so ends with its worker, rather than history. */
function isState({ type, merge }: AnyFamily): boolean {
  const { isState = false } = metricTypes[type];
  return isState === "by its merge" ? readMerge(merge).livingOnly : isState;
}

/** A gauge of which all values are wanted, with a label for each worker; other families as they are. */
function withWorkerLabel(family: MetricFamily, worker: string): MetricFamily {
  if (family.type !== "gauge" || readMerge(family.merge).operation !== "all") return family;
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
