import { CollectionError, display, reasonOf } from "../model/errors.ts";
import type { Gathering } from "../model/collector.ts";
import { FamilyMerger } from "../model/gathering/family_merger.ts";
import { withLabel } from "../model/label_table.ts";
import { readMerge } from "../model/gauge_merge.ts";
import {
  type AnyFamily,
  entriesEach,
  isMetricType,
  metricTypes,
  partsOf,
} from "../model/metric_types.ts";
import { aBoolean, aList, anything, aString, checkOptions, required } from "../model/options.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { atOnce } from "../model/platform/time_slices.ts";
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
 * What is no family is left out, and is an error too.
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
 * @throws {CollectionError} If an argument is not of the types that are asked for.
 *
 * @category Processes
 */
export function mergeGatherings(workers: readonly WorkerGathering[]): Gathering {
  checkWorkers(workers);
  const merger = new FamilyMerger();
  const byName = new Map<string, MetricFamily[]>();
  for (const { worker, ended = false, families } of workers) {
    for (const family of families) {
      const problem = problemOf(family);
      if (problem !== undefined) {
        merger.fail(new CollectionError(`worker ${worker}: ${problem}`));
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
  for (const [name, parts] of byName) {
    try {
      atOnce(merger.addOwnInSteps([mergeSnapshots(parts)]));
    } catch (error) {
      merger.fail(new CollectionError(`${name}: ${reasonOf(error)}`, { cause: error }));
    }
  }
  return merger.finish();
}

function checkWorkers(workers: readonly WorkerGathering[]): void {
  const owner = "mergeGatherings()";
  checkOptions(owner, { workers }, { workers: required(aList) }, CollectionError);
  for (const worker of workers) {
    // A gathering may be spread into it.
    checkOptions<WorkerGathering & Partial<Gathering>>(owner, worker, {
      worker: required(aString),
      ended: aBoolean,
      families: required(aList),
      errors: anything,
      overflows: anything,
      invalid: anything,
      droppedExemplars: anything,
      startsAtZero: anything,
    }, CollectionError);
  }
}

/**
 * Why something cannot be merged, if it cannot. Families that were collected were checked in full,
 * so this finds only what is no family at all, or has too few numbers.
 */
function problemOf(family: AnyFamily): string | undefined {
  if (typeof family !== "object" || family === null) return `${display(family)} is not a family`;
  const { name, type, labels } = family;
  if (!isMetricType(type)) return `${name}: ${display(type)} is not a type of metric`;
  if (!(labels?.values?.length >= labels?.rows * labels?.names?.length)) {
    return `${name}: its label table is malformed; make it with labelTable()`;
  }
  for (const [column, part] of partsOf(type)) {
    const value = family[column];
    if (part.optional && value == null) continue;
    const size = part.kind === "shape"
      ? 0
      : labels.rows * (part.kind === "created" ? 1 : entriesEach(family, part));
    if (!((value as ArrayLike<unknown> | undefined)?.length! >= size)) {
      return `${name}: ${column} has fewer entries than its series need, ${size}`;
    }
  }
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
