import { display, RegistrationError } from "../../model/errors.ts";
import { aList, anObject, aString, type OptionRule } from "../../model/options.ts";
import { isLegacyLabelName, isLegacyMetricName } from "../../model/names.ts";

/**
 * Which series rules are about.
 *
 * @category Rules
 */
export interface RuleScope {
  /**
   * Label matchers for all series, as PromQL has them between braces: `job="shop"`, or
   * `namespace="prod", job=~"shop|cart"`. None by default. Recorded series keep the labels of `by`
   * only, so if two calls differ in another one, name that in `by`.
   */
  readonly selector?: string;
  /**
   * Labels that tell services apart, `["job"]` by default. On Kubernetes, where two namespaces may
   * have a job of the same name, `["namespace", "job"]`.
   */
  readonly by?: readonly string[];
  /** Labels of all alerts, such as `{ team: "shop" }`, for their routing. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The rules of {@linkcode RuleScope}, as far as one value can be told to be wrong. */
export const scopeRules: { readonly [Name in keyof Required<RuleScope>]: OptionRule } = {
  selector: aString,
  by: aList,
  labels: anObject,
};

/** A prefix of metric names, or none. */
export const aNamePrefix: OptionRule = {
  expected: "the beginning of a metric name, such as checkout_",
  fits: (value) => typeof value === "string" && (value === "" || isLegacyMetricName(value)),
};

const matcher = String.raw`[a-zA-Z_][a-zA-Z0-9_]*\s*(?:=~|!~|!=|=)\s*"(?:[^"\\\n]|\\.)*"`;
const matchers = new RegExp(String.raw`^\s*(?:${matcher}\s*(?:,\s*${matcher}\s*)*,?\s*)?$`);

/** Labels that the rules set, or Prometheus does. */
const ownLabels = ["severity", "alertname"];

/** Writes PromQL about the series of a scope. */
export class Scope {
  /** The labels that tell services apart, as `by (…)` lists them. */
  readonly by: readonly string[];
  /** The labels of all alerts. */
  readonly labels: Readonly<Record<string, string>>;
  readonly #matchers: readonly string[];

  /**
   * Takes options whose types have been checked.
   *
   * @throws {RegistrationError} If a matcher or a label is wrong.
   */
  constructor(owner: string, { selector = "", by = ["job"], labels = {} }: RuleScope) {
    if (!matchers.test(selector)) {
      throw new RegistrationError(
        `${owner}: selector ${display(selector)} must be label matchers without braces, such as ` +
          `job="shop"`,
      );
    }
    checkLabelNames(owner, "by", by);
    if (by.length === 0) throw new RegistrationError(`${owner}: by must name a label, such as job`);
    checkLabelNames(owner, "labels", Object.keys(labels));
    for (const [name, value] of Object.entries(labels)) {
      if (ownLabels.includes(name) || typeof value !== "string") {
        throw new RegistrationError(
          `${owner}: label ${display(name)} of the alerts cannot be ${display(value)}; ` +
            `give a text, and leave ${ownLabels.join(" and ")} out`,
        );
      }
    }
    this.by = by;
    this.labels = labels;
    this.#matchers = selector.match(new RegExp(matcher, "g")) ?? [];
  }

  /** A selector of a metric: its name and all matchers. */
  of(name: string, ...matchers: readonly string[]): string {
    return selectorOf(name, [...matchers, ...this.#matchers]);
  }

  /** A selector of what a rule recorded with these labels: those matchers that it still fits. */
  recorded(name: string, ...labels: readonly string[]): string {
    const kept = [...this.by, ...labels];
    return selectorOf(name, this.#matchers.filter((one) => kept.includes(one.match(/^\w+/)![0])));
  }

  /** A selector of metrics that are one by meaning, and have the runtime's name in front. */
  ofAny(names: readonly string[], ...matchers: readonly string[]): string {
    if (names.length === 1) return this.of(names[0], ...matchers);
    return this.of("", `__name__=~"${names.join("|")}"`, ...matchers);
  }

  /** `sum by (job, …)`, or another aggregation. */
  aggregation(operator: string, ...labels: readonly string[]): string {
    return `${operator} by (${[...this.by, ...labels].join(", ")})`;
  }

  /** The level of recorded series: the labels that they have. */
  level(...labels: readonly string[]): string {
    return [...this.by, ...labels].join("_");
  }

  /** Whom an alert is about, for its texts. */
  get service(): string {
    return this.by.map((label) => `{{ $labels.${label} }}`).join("/");
  }

  /** Which process of a service an alert is about, for its texts. */
  get instance(): string {
    return `${this.service} on {{ $labels.instance }}`;
  }
}

function selectorOf(name: string, matchers: readonly string[]): string {
  return matchers.length === 0 ? name : `${name}{${matchers.join(", ")}}`;
}

function checkLabelNames(owner: string, option: string, names: readonly unknown[]): void {
  for (const name of names) {
    if (typeof name === "string" && isLegacyLabelName(name) && !name.startsWith("__")) continue;
    throw new RegistrationError(
      `${owner}: ${option} has ${display(name)}, which is not the name of a label; use letters, ` +
        `digits and "_"`,
    );
  }
}
