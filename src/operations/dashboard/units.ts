import type { KnownFamily } from "../queries/known_family.ts";

/** Grafana's unit for values, and that for their rate if there is a better one than counts a second. */
interface Unit {
  readonly values: string;
  readonly rate?: string;
}

const bytes: Unit = { values: "bytes", rate: "binBps" };
const length: Unit = { values: "lengthm" };

/** By the last word of a name. */
const units: Readonly<Record<string, Unit>> = {
  // Seconds of work in a second: 100 % is one that is busy all the time.
  seconds: { values: "s", rate: "percentunit" },
  milliseconds: { values: "ms" },
  bytes,
  bits: { values: "bits", rate: "binbps" },
  ratio: { values: "percentunit" },
  percent: { values: "percent" },
  celsius: { values: "celsius" },
  kelvin: { values: "kelvin" },
  volts: { values: "volt" },
  amperes: { values: "amp" },
  watts: { values: "watt" },
  joules: { values: "joule", rate: "watt" },
  grams: { values: "massg" },
  meters: length,
  metres: length,
  hertz: { values: "hertz" },
  // The unit is a word of its own, but numbers of things need none.
  requests: { values: "short", rate: "reqps" },
};

/** Grafana's unit for the values of a family. */
export function unitOf(family: KnownFamily): string {
  return found(family)?.values ?? "short";
}

/** Grafana's unit for what a counter grows by in a second. */
export function rateUnitOf(family: KnownFamily): string {
  return found(family)?.rate ?? "cps";
}

/** The words of a name without its unit, if that is one that is shown beside the values. */
export function withoutUnit(words: readonly string[]): readonly string[] {
  const last = words.at(-1) ?? "";
  return words.length > 1 && last !== "requests" && Object.hasOwn(units, last)
    ? words.slice(0, -1)
    : words;
}

function found({ name, unit }: KnownFamily): Unit | undefined {
  const word = unit ?? name.replace(/_total$/, "").match(/[a-z]+$/)?.[0] ?? "";
  return Object.hasOwn(units, word) ? units[word] : undefined;
}
