import { checkDescriptions } from "../model/gathering/check_description.ts";
import type { Collector, FamilyDescription } from "../model/collector.ts";
import type { LabelRecord, LabelTable } from "../model/label_table.ts";
import { className, ownName } from "../model/gathering/source.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { isThenable, settled } from "../model/platform/thenable.ts";

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
    const families: unknown = this.#collector.collect(signal);
    return isThenable(families)
      ? settled(families).then((list) => this.#relabel(list))
      : this.#relabel(families);
  }

  /** What errors call the collector; its families are those of the view. */
  get name(): string | undefined {
    const collector = this.#collector;
    const isDescribed = ownName(collector) === undefined && this.describe().length > 0;
    return isDescribed ? undefined : ownName(collector) ?? className(collector);
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

  /** What is not a list of families is passed on, so that the registry refuses it. */
  #relabel(families: unknown): readonly MetricFamily[] {
    return Array.isArray(families)
      ? families.map((family) => this.#relabelFamily(family))
      : families as readonly MetricFamily[];
  }

  #relabelFamily(family: MetricFamily): MetricFamily {
    if (typeof family?.name !== "string" || !Array.isArray(family.labels?.values)) return family;
    const labels = withConstants(family.labels, this.#labels);
    return { ...family, name: this.#prefix + family.name, labels };
  }
}

function withConstants(table: LabelTable, constants: LabelRecord): LabelTable {
  const width = table.names.length;
  // A malformed table is passed on, so that the registry refuses it.
  const isSized = table.rows * width <= table.values.length && (width > 0 || table.rows <= 1);
  if (!isSized) return table;
  const added = Object.values(constants);
  const values: string[] = [];
  for (let row = 0; row < table.rows; row++) {
    for (const value of added) values.push(value);
    for (let at = row * width; at < (row + 1) * width; at++) values.push(table.values[at]);
  }
  return { names: [...Object.keys(constants), ...table.names], values, rows: table.rows };
}
