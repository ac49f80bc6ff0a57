import type { KnownFamily } from "../queries/known_family.ts";
import { aggregated, selector } from "../queries/promql.ts";

/** The labels by which Prometheus tells the targets apart. */
export interface TargetLabels {
  readonly job: string;
  readonly instance: string;
}

/** The queries of a dashboard: each selects the targets that the variables choose. */
export class Queries {
  /** The label that tells the targets of a job apart. */
  readonly instance: string;
  readonly #matchers: readonly string[];
  readonly #taken: ReadonlySet<string>;

  constructor({ job, instance }: TargetLabels) {
    this.instance = instance;
    this.#matchers = [`${job}=~"$job"`, `${instance}=~"$instance"`];
    this.#taken = new Set([job, instance]);
  }

  /** A family's own labels by the names that they have in Prometheus. */
  labelsOf({ labels }: KnownFamily): readonly string[] {
    return labels.map((label) => this.#taken.has(label) ? `exported_${label}` : label);
  }

  /** The labels that a family's series are told apart by: its own, or else that of the target. */
  groupsOf(family: KnownFamily): readonly string[] {
    const labels = this.labelsOf(family);
    return labels.length > 0 ? labels : [this.instance];
  }

  /** The series of a name as they are. */
  values(name: string, ...matchers: readonly string[]): string {
    return selector(name, [...this.#matchers, ...matchers]);
  }

  /** One series for each set of labels, with the largest value. */
  largest(name: string, by: readonly string[]): string {
    return aggregated("max", by, this.values(name));
  }

  /** What the series of a name grow by in a second. */
  rate(name: string, ...matchers: readonly string[]): string {
    return `rate(${this.values(name, ...matchers)}[$__rate_interval])`;
  }

  /** What a counter, or the count of a histogram, grows by in a second, over all targets. */
  countRate(family: KnownFamily, by: readonly string[], ...matchers: readonly string[]): string {
    const { name, type } = family;
    const sum = (of: string) => aggregated("sum", by, this.rate(of, ...matchers));
    if (type !== "histogram") return sum(name);
    return either(
      family.native && `histogram_count(${sum(name)})`,
      family.classic && sum(`${name}_count`),
    );
  }

  /** The mean of what was observed. */
  mean({ name }: KnownFamily, by: readonly string[]): string {
    const sum = (suffix: string) => aggregated("sum", by, this.rate(name + suffix));
    return `${sum("_sum")} / ${sum("_count")}`;
  }

  /** A quantile of a histogram, from its native buckets if there are any. */
  quantile(family: KnownFamily, quantile: number, by: readonly string[]): string {
    const of = (buckets: string) => `histogram_quantile(${quantile}, ${buckets})`;
    return either(
      family.native && of(this.#buckets(family, "", by)),
      family.classic && of(this.#buckets(family, "_bucket", ["le", ...by])),
    );
  }

  /** The buckets of a histogram, as a heatmap shows them: native ones if there are any. */
  heatmap(family: KnownFamily): string {
    const native = this.#buckets(family, "", []);
    const classic = this.#buckets(family, "_bucket", ["le"]);
    if (!family.native) return classic;
    return family.classic ? `${native} or (${classic} unless on () ${native})` : native;
  }

  #buckets({ name, type }: KnownFamily, suffix: string, by: readonly string[]): string {
    const grows = type === "histogram";
    return aggregated("sum", by, grows ? this.rate(name + suffix) : this.values(name + suffix));
  }
}

/** A query that begins with an aggregation or a function, and can be followed by an operator. */
export function operand(query: string): string {
  return /\bor\b/.test(query) ? `(${query})` : query;
}

function either(...queries: readonly (string | false)[]): string {
  return queries.filter((query) => query !== false).join(" or ");
}
