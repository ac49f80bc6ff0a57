import { display, type MetricsError, RegistrationError } from "./errors.ts";

/** What an option may be. `undefined` is always allowed, unless the option is required. */
export interface OptionRule {
  /** What is expected, for the message: "a string". */
  readonly expected: string;
  /** Whether a value is that. */
  readonly fits: (value: unknown) => boolean;
  /** Whether the option may not be left out. */
  readonly required?: boolean;
}

/** A rule for each option. */
export type OptionRules<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

/** Any value: the code that reads the option checks it. */
export const anything: OptionRule = { expected: "anything", fits: () => true };
/** A string. */
export const aString: OptionRule = {
  expected: "a string",
  fits: (value) => typeof value === "string",
};
/** True or false. */
export const aBoolean: OptionRule = {
  expected: "true or false",
  fits: (value) => typeof value === "boolean",
};
/** A function. */
export const aFunction: OptionRule = {
  expected: "a function",
  fits: (value) => typeof value === "function",
};
/** A list. */
export const aList: OptionRule = { expected: "a list", fits: Array.isArray };
/** An object with named fields. */
export const anObject: OptionRule = {
  expected: "an object",
  fits: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};
/** A number above 0; `Infinity` is one. */
export const aPositiveNumber: OptionRule = {
  expected: "a number above 0",
  fits: (value) => typeof value === "number" && value > 0,
};

/** A time in seconds; `Infinity` is one. */
export const aDuration: OptionRule = {
  expected: "a number of seconds from 0 up",
  fits: (value) => typeof value === "number" && value >= 0,
};
/** A whole number above 0; `Infinity` is one. */
export const aCount: OptionRule = {
  expected: "a whole number from 1 up, or Infinity",
  fits: (value) => value === Infinity || (Number.isInteger(value) && Number(value) >= 1),
};

/** One of some strings. */
export function oneOf(...words: readonly string[]): OptionRule {
  return {
    expected: `one of ${words.map((word) => JSON.stringify(word)).join(", ")}`,
    fits: (value) => words.includes(value as string),
  };
}

/** An object with a method, whatever its class, so that two copies of the package work together. */
export function withMethod(expected: string, method: string): OptionRule {
  return {
    expected,
    fits: (value) => typeof (value as Record<string, unknown> | null)?.[method] === "function",
  };
}

/** A registry that makes instruments. */
export const aRegistry: OptionRule = /* @__PURE__ */ withMethod("a MetricsRegistry", "counter");
/** Whatever can be scraped. */
export const aGatherer: OptionRule = /* @__PURE__ */ withMethod(
  "a MetricsRegistry, or another object with a method gather()",
  "gather",
);

/** The same rule for an option that may not be left out. */
export function required(rule: OptionRule): OptionRule {
  return { ...rule, required: true };
}

/**
 * Checks the options that a caller gives, who may write JavaScript.
 *
 * @param owner Whose options these are, for the message: "the registry", or a family's name.
 * @param Failure The class of the error.
 * @throws {MetricsError} If there is an unknown option, with the nearest known one; or a value of
 * a known option is not what it must be.
 */
export function checkOptions<Options extends object>(
  owner: string,
  options: Options,
  rules: OptionRules<Options>,
  Failure: new (message: string) => MetricsError = RegistrationError,
): void {
  if (!anObject.fits(options)) {
    throw new Failure(`${owner}: the options ${display(options)} must be an object`);
  }
  const known = Object.keys(rules);
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new Failure(`${owner}: ${unknownOption(name, known)}`);
  }
  for (const [name, rule] of Object.entries<OptionRule>(rules)) {
    const value = options[name as keyof Options];
    if (value === undefined ? !rule.required : rule.fits(value)) continue;
    throw new Failure(`${owner}: ${name} ${display(value)} must be ${rule.expected}`);
  }
}

/**
 * Our words for those of prom-client, and for our own where the same thing is called otherwise. Each
 * counts only where it is an option.
 */
const wordsOfPeers: Readonly<Record<string, string>> = {
  labelNames: "labels",
  percentiles: "quantiles",
  maxAgeSeconds: "windowSeconds",
  enableExemplars: "exemplarSource",
  defaultLabels: "labels",
  collect: "callback",
  jobName: "job",
  everySeconds: "intervalSeconds",
  url: "target",
  registry: "gatherer",
};

function unknownOption(name: string, known: readonly string[]): string {
  const peer = Object.hasOwn(wordsOfPeers, name) ? wordsOfPeers[name] : undefined;
  const word = peer !== undefined && known.includes(peer) ? peer : nearest(name, known);
  const remedy = word === undefined
    ? `the options are ${known.join(", ")}`
    : `it is called "${word}" here`;
  return `unknown option "${name}"; ${remedy}`;
}

/** The known name with the fewest edits to an unknown one, if these are few. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, edits: editDistance(name, candidate) }))
    .filter(({ candidate, edits }) => edits <= 1 + Math.min(name.length, candidate.length) / 3)
    .sort((left, right) => left.edits - right.edits);
  return best?.candidate;
}

/** The Levenshtein distance: insertions, deletions and replacements of one character. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let at = 1; at <= to.length; at++) {
      const replaced = row[at - 1] + (from[line - 1] === to[at - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[at] + 1, next[at - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
