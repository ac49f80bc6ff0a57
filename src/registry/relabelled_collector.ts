import { checkDescriptions } from "../model/gathering/check_description.ts";
import type { Collector, FamilyDescription } from "../model/collector.ts";
import type { LabelRecord, LabelTable } from "../model/label_table.ts";
import type { MetricFamily } from "../model/snapshot.ts";

/** A collector as a registry view shows it: with a prefix of its names and labels on its series. */
export class RelabelledCollector implements Collector {
  readonly #collector: Collector;
  readonly #prefix: string;
  readonly #labels: LabelRecord;

  /** @param collector It is not changed. */
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

  /** The descriptions, renamed and labelled. */
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
      // What is not a family is passed on, so that the registry refuses it.
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
