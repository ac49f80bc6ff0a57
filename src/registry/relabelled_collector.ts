import { checkDescriptions } from "../model/gathering/check_description.ts";
import type { Collector, FamilyDescription } from "../model/collector.ts";
import type { LabelRecord, LabelTable } from "../model/label_table.ts";
import type { MetricFamily } from "../model/snapshot.ts";

/** A collector seen through a registry view: a prefix before its names, labels on its series. */
export class RelabelledCollector implements Collector {
  readonly #collector: Collector;
  readonly #prefix: string;
  readonly #labels: LabelRecord;

  /** Leaves the collector itself as it is. */
  constructor(collector: Collector, prefix: string, labels: LabelRecord) {
    this.#collector = collector;
    this.#prefix = prefix;
    this.#labels = labels;
  }

  /** The collector's families, renamed and labelled. */
  collect(signal?: AbortSignal): readonly MetricFamily[] | Promise<readonly MetricFamily[]> {
    const families = this.#collector.collect(signal);
    return families instanceof Promise
      ? families.then((settled) => this.#relabel(settled))
      : this.#relabel(families);
  }

  /** What the families will be called here. */
  describe(): readonly FamilyDescription[] {
    const descriptions = this.#collector.describe?.() ?? [];
    checkDescriptions(descriptions);
    return descriptions.map((description) => ({
      ...description,
      name: this.#prefix + description.name,
      labelNames: [...Object.keys(this.#labels), ...description.labelNames],
      constantLabels: { ...this.#labels, ...description.constantLabels },
    }));
  }

  #relabel(families: readonly MetricFamily[]): readonly MetricFamily[] {
    return families.map((family) =>
      // What is no family stays as it is, for the registry to refuse.
      typeof family?.name === "string" && Array.isArray(family.labels?.values)
        ? {
          ...family,
          name: this.#prefix + family.name,
          labels: withConstants(family.labels, this.#labels),
        }
        : family
    );
  }
}

function withConstants(table: LabelTable, constants: LabelRecord): LabelTable {
  const width = table.names.length;
  const added = Object.values(constants);
  const values = Array.from(
    { length: table.rows },
    (_, row) => [...added, ...table.values.slice(row * width, (row + 1) * width)],
  ).flat();
  return { names: [...Object.keys(constants), ...table.names], values, rows: table.rows };
}
