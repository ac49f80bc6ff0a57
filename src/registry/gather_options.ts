import type { BeginOptions, PartialGatherOptions } from "../model/collector.ts";
import { CollectionError } from "../model/errors.ts";
import { aFunction, checkOptions, type OptionRules, withMethod } from "../model/options.ts";

const rules: OptionRules<PartialGatherOptions> = {
  signal: withMethod("an AbortSignal", "addEventListener"),
  onStart: aFunction,
};

/**
 * Reads the options of `gather()`, which may come from JavaScript.
 *
 * @throws {CollectionError} If one is wrong.
 */
export function readGatherOptions(given: PartialGatherOptions): BeginOptions {
  checkOptions("gather()", given, rules, CollectionError);
  const { signal, onStart } = given;
  return { signal: () => signal, onStart };
}
