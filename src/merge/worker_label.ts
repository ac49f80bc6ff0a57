import type { LabelTable } from "../model/label_table.ts";
import type { MetricFamily } from "../model/snapshot.ts";

/** A gauge that keeps a series for each worker, told apart by a label; any other family as it is. */
export function withWorkerLabel(family: MetricFamily, worker: string): MetricFamily {
  if (family.type !== "gauge" || (family.merge !== "each" && family.merge !== "liveEach")) {
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
