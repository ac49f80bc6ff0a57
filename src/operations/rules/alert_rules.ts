import { display, RegistrationError } from "../../model/errors.ts";
import { aList, anObject, checkOptions } from "../../model/options.ts";
import { edgepromRules } from "./edgeprom_rules.ts";
import { processorRules } from "./processor_rules.ts";
import type { RuleFile, RuleGroup } from "./rule_file.ts";
import { type RuntimePrefix, runtimePrefixes, runtimeRules } from "./runtime_rules.ts";
import { aNamePrefix, type RuleScope, Scope, scopeRules } from "./scope.ts";
import { type AlertThresholds, readThresholds } from "./thresholds.ts";

/**
 * A set of rules, by what it watches: the 37 metrics of a stream processor, the metrics of the
 * process and its runtime, or what edgeprom says of itself: scrapes, series, pushes and aggregators.
 *
 * @category Rules
 */
export type RuleSet = "processor" | "runtime" | "edgeprom";

const ruleSets: readonly RuleSet[] = ["processor", "runtime", "edgeprom"];

/**
 * Options of `alertRules()`.
 *
 * @category Rules
 */
export interface AlertRulesOptions extends RuleScope {
  /** The sets that are wanted; all of them by default. */
  readonly sets?: readonly RuleSet[];
  /** The prefix of the processor's names, as `ProcessorMetrics` has it; none by default. */
  readonly prefix?: string;
  /** The runtimes that there are; all of them by default. */
  readonly runtimes?: readonly RuntimePrefix[];
  /** From which values on alerts are raised, for those that shall differ from the defaults. */
  readonly thresholds?: Partial<AlertThresholds>;
}

/**
 * Recording and alerting rules for the metrics of edgeprom, as plain data. Write them to a file with
 * `toYaml()`, or change them as you like before. Each alert has a severity, and says what it means
 * and what to look at first.
 *
 * Rates are taken over 5 minutes or more, so scrape every minute or more often.
 *
 * @throws {RegistrationError} If an option is unknown or wrong.
 *
 * @example
 * ```ts
 * import { alertRules, toYaml } from "@edgeprom/edgeprom/operations";
 * import { assertMatch } from "@std/assert";
 *
 * const rules = alertRules({
 *   sets: ["processor"],
 *   selector: 'job="shop"',
 *   thresholds: { pipelineLagSeconds: 300 },
 * });
 * assertMatch(toYaml(rules), /processor_pipeline_lag_seconds{job="shop"} > 300/);
 * ```
 *
 * @category Rules
 */
export function alertRules(options: AlertRulesOptions = {}): RuleFile {
  const owner = "alertRules()";
  checkOptions<AlertRulesOptions>(owner, options, {
    ...scopeRules,
    sets: aList,
    prefix: aNamePrefix,
    runtimes: aList,
    thresholds: anObject,
  });
  const { sets = ruleSets, prefix = "", runtimes = runtimePrefixes } = options;
  checkWords(owner, "sets", sets, ruleSets);
  checkWords(owner, "runtimes", runtimes, runtimePrefixes);
  const scope = new Scope(owner, options);
  const thresholds = readThresholds(owner, options.thresholds);
  const groupsOf: Readonly<Record<RuleSet, () => readonly RuleGroup[]>> = {
    processor: () => processorRules(scope, thresholds, prefix),
    runtime: () => runtimeRules(scope, thresholds, runtimes),
    edgeprom: () => edgepromRules(scope, thresholds),
  };
  return { groups: ruleSets.filter((set) => sets.includes(set)).flatMap((set) => groupsOf[set]()) };
}

function checkWords(
  owner: string,
  option: string,
  given: readonly unknown[],
  words: readonly string[],
): void {
  const wrong = given.filter((word) => !words.includes(word as string));
  if (wrong.length === 0 && given.length > 0) return;
  throw new RegistrationError(
    `${owner}: ${option} ${display(wrong.length === 0 ? given : wrong[0])} must be some of ` +
      words.join(", "),
  );
}
