import { display, RegistrationError } from "../model/errors.ts";
import type { ExemplarSource } from "../model/exemplar.ts";
import type { LabelRecord } from "../model/label_table.ts";
import { type CardinalityLimits, checkLimits } from "../model/family/series_budget.ts";

/** What a registry adds to everything that is registered through it. */
export interface MetricsRegistryOptions {
  /** Put before every name, for example `checkout_`. */
  readonly prefix?: string;
  /** Put on every series. Labels of the target, such as its instance, belong to the server. */
  readonly labels?: LabelRecord;
  /** Supplies exemplars, such as the current trace and span, to recordings that bring none. */
  readonly exemplarSource?: ExemplarSource;
  /**
   * Whether names of metrics and labels may be any UTF-8 text; false by default. Servers that
   * cannot read such a name get it escaped.
   */
  readonly utf8Names?: boolean;
  /**
   * How many series there may be, and when idle ones go. A view may have limits of its own for its
   * families; `series`, which is for all together, belongs to the registry.
   */
  readonly cardinality?: CardinalityLimits;
}

/**
 * Checks the options of a registry or a view. Names and values are for the families to judge.
 *
 * @throws {RegistrationError} Naming the option, its value and what is allowed.
 */
export function checkOptions(options: MetricsRegistryOptions): void {
  checkObject("the options", options);
  const { prefix = "", labels = {}, exemplarSource, cardinality = {} } = options;
  if (typeof prefix !== "string") throw refused("prefix", prefix, "a text");
  checkObject("labels", labels);
  for (const [name, value] of Object.entries(labels)) {
    if (typeof value === "object" || typeof value === "bigint") {
      throw refused(`labels.${name}`, value, "a text");
    }
  }
  if (exemplarSource !== undefined && typeof exemplarSource !== "function") {
    throw refused("exemplarSource", exemplarSource, "a function");
  }
  checkObject("cardinality", cardinality);
  checkLimits(cardinality);
}

function checkObject(what: string, value: unknown): void {
  if (typeof value !== "object" || value === null) throw refused(what, value, "an object");
}

function refused(what: string, value: unknown, expected: string): RegistrationError {
  return new RegistrationError(`a registry: ${what} ${display(value)} must be ${expected}`);
}
