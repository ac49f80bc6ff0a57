import { display, type MetricsError, RegistrationError } from "../model/errors.ts";
import type { ExemplarSource } from "../model/exemplar.ts";
import type { LabelRecord } from "../model/label_table.ts";
import { labelText } from "../model/family/labels.ts";
import { type CardinalityLimits, checkLimits } from "../model/family/series_budget.ts";
import {
  aBoolean,
  aFunction,
  anObject,
  aString,
  checkOptions,
  type OptionRules,
} from "../model/options.ts";

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
  /**
   * What becomes of a recording with a wrong value, label set, label value or option: it throws
   * ("throw", the default), or it is dropped, and the error goes to a function, or once for each
   * family to the console ("report"). Nothing that a request contains can then fail it by a recording.
   * `registry.invalidRecordings()` counts them. A wrong definition always throws.
   */
  readonly onInvalid?: "throw" | "report" | ((error: MetricsError) => void);
}

/** The rules of these options. */
export const registryRules: OptionRules<MetricsRegistryOptions> = {
  prefix: aString,
  labels: anObject,
  exemplarSource: aFunction,
  utf8Names: aBoolean,
  cardinality: anObject,
  onInvalid: {
    expected: '"throw", "report" or a function',
    fits: (value) => value === "throw" || value === "report" || typeof value === "function",
  },
};

/**
 * Checks the options of a registry or a view. Families check names.
 *
 * @param owner Whose they are, for the message.
 * @throws {RegistrationError} If an option is not valid; names it, its value and what is allowed.
 */
export function checkRegistryOptions<Options extends MetricsRegistryOptions>(
  owner: string,
  options: Options,
  rules = registryRules as OptionRules<Options>,
): void {
  checkOptions(owner, options, rules);
  const { labels = {}, cardinality = {} } = options;
  for (const [name, value] of Object.entries<unknown>(labels)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      continue;
    }
    throw new RegistrationError(`${owner}: labels.${name} ${display(value)} must be a string`);
  }
  checkLimits(cardinality);
}

/**
 * The labels of a registry as texts, because collectors of a user's own get them as well; `undefined`
 * if there are none.
 */
export function labelTexts(given: LabelRecord): LabelRecord | undefined {
  const labels = Object.entries(given).map(([name, value]) => [name, labelText("", name, value)]);
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}
