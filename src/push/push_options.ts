import { type OptionRules, withMethod } from "../model/options.ts";

/**
 * Options of one push.
 *
 * @category Push
 */
export interface PushOptions {
  /** Ends the push when it is aborted. */
  readonly signal?: AbortSignal;
}

/** The rules of {@linkcode PushOptions}. */
export const pushRules: OptionRules<PushOptions> = {
  signal: withMethod("an AbortSignal", "addEventListener"),
};
