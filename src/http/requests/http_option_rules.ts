import { RegistrationError } from "../../model/errors.ts";
import {
  anObject,
  aRegistry,
  checkOptions,
  oneOf,
  type OptionRule,
  type OptionRules,
} from "../../model/options.ts";
import { aLogger } from "../../model/logger.ts";

const aSize: OptionRule = {
  expected: "true, false, or the buckets as an object",
  fits: (value) => typeof value === "boolean" || anObject.fits(value),
};

/** The options that the measurement of incoming and that of outgoing requests have in common. */
const httpRules = {
  registry: aRegistry,
  status: /* @__PURE__ */ oneOf("code", "class"),
  labels: anObject,
  logger: aLogger,
  duration: anObject,
  requestSize: aSize,
  responseSize: aSize,
} as const satisfies Readonly<Record<string, OptionRule>>;

/** The rules of the options that only one of them has. */
export type OwnRules<Options> = Omit<OptionRules<Options>, keyof typeof httpRules>;

/**
 * Checks the options of a measurement.
 *
 * @throws {RegistrationError} If one is unknown or wrong, or they are the registry itself.
 */
export function checkHttpOptions<Options extends object>(
  owner: string,
  options: Options,
  ownRules: OwnRules<Options>,
): void {
  if (aRegistry.fits(options)) {
    throw new RegistrationError(`${owner}: the options are a registry; it must be { registry }`);
  }
  checkOptions<object>(owner, options, { ...httpRules, ...ownRules });
}
