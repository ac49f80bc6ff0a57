import { display } from "../../model/errors.ts";
import { anObject } from "../../model/options.ts";

/** What is wrong with a setting. */
export interface SettingProblem {
  /** The names of the settings around the value, and its own; empty for the value itself. */
  readonly path: readonly string[];
  /** The name of a setting that there is not, in the object at the path. */
  readonly unknown?: string;
  /** The rest of the sentence whose subject is the setting. */
  readonly text: string;
}

/**
 * Finds what is wrong with a setting. A schema of Zod would say the same, but whoever imports the
 * package would load Zod: 92 files, which take 54 ms on Node 24, and 18 on Bun.
 */
export type SettingRule = (value: unknown) => readonly SettingProblem[];

/** A value that is what a sentence says. */
export function must(message: string, fits: (value: unknown) => boolean): SettingRule {
  return (value) => fits(value) ? [] : [{ path: [], text: `is ${display(value)}: it ${message}` }];
}

/** A value for the second rule if it is one for the first. */
export function both(first: SettingRule, second: SettingRule): SettingRule {
  return (value) => {
    const problems = first(value);
    return problems.length > 0 ? problems : second(value);
  };
}

/** True or false. */
export const flag: SettingRule = /* @__PURE__ */ must("must be true or false", isBoolean);

/** A text. */
export const text: SettingRule = /* @__PURE__ */ must(
  "must be a text",
  (value) => typeof value === "string",
);

/** One of some values. */
export function oneOf(values: readonly unknown[]): SettingRule {
  const names = values.filter((value) => typeof value === "string");
  if (names.length === 0) return flag;
  return must(`must be one of ${names.join(", ")}`, (value) => names.includes(value as string));
}

/** An object that has these settings and no others; each may be left out. */
export function settings(rules: Readonly<Record<string, SettingRule>>): SettingRule {
  const isObject = must("must be an object of settings", anObject.fits);
  const names = Object.keys(rules);
  return both(isObject, (given) => {
    const problems: SettingProblem[] = [];
    const object = given as Readonly<Record<string, unknown>>;
    for (const name of names) {
      const value = object[name];
      if (value === undefined) continue;
      for (const problem of rules[name](value)) {
        problems.push({ ...problem, path: [name, ...problem.path] });
      }
    }
    for (const unknown in object) {
      if (names.includes(unknown)) continue;
      const text = `is not a setting; those are ${names.join(", ")}`;
      problems.push({ path: [], unknown, text });
    }
    return problems;
  });
}

/** True, false, or an object of settings. */
export function flagOrSettings(rules: Readonly<Record<string, SettingRule>>): SettingRule {
  const names = Object.keys(rules).join(" and ");
  const isEither = must(
    `must be true, false, or an object with ${names}`,
    (value) => isBoolean(value) || anObject.fits(value),
  );
  const object = settings(rules);
  return both(isEither, (value) => isBoolean(value) ? [] : object(value));
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}
