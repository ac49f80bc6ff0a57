import { display, RegistrationError } from "../model/errors.ts";
import type { ExemplarSource } from "../model/exemplar.ts";
import type { LabelRecord } from "../model/label_table.ts";
import { type CardinalityLimits, checkLimits } from "../model/family/series_budget.ts";

/**
 * The options of a registry or a view.
 *
 * @category Registry
 */
export interface MetricsRegistryOptions {
  /** The prefix of every name, for example `checkout_`. */
  readonly prefix?: string;
  /** Labels of every series. Those of the target, such as its instance, belong to the server. */
  readonly labels?: LabelRecord;
  /** Supplies exemplars, such as the current trace and span, for recordings without one. */
  readonly exemplarSource?: ExemplarSource;
  /**
   * Whether names of metrics and labels may be any UTF-8 text; false by default. They are escaped
   * for servers that cannot read them.
   */
  readonly utf8Names?: boolean;
  /**
   * Limits on the number of series, and when idle series expire. A view may have limits of its own
   * for its families; `series`, the limit of all together, belongs to the registry.
   */
  readonly cardinality?: CardinalityLimits;
}

/**
 * Checks the options of a registry or a view. Families check names and label values.
 *
 * @throws {RegistrationError} If an option is not valid; names it, its value and what is allowed.
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
