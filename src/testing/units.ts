/** Abbreviations of units that a name should spell out. */
export const unitAbbreviations: readonly string[] = "s ms us ns sec b kb mb gb tb pb m h d".split(
  " ",
);

/** The other units for each base unit, which a name should use instead. */
const baseUnits: Readonly<Record<string, readonly string[]>> = {
  amperes: [],
  bytes: ["bits"],
  celsius: ["fahrenheit", "rankine"],
  grams: ["pounds", "ounces"],
  joules: ["calories"],
  kelvin: ["kelvins"],
  meters: ["inches", "yards", "miles"],
  metres: [],
  seconds: ["minutes", "hours", "days", "weeks"],
  volts: [],
};

const prefixes = [
  ..."pico nano micro milli centi deci deca hecto kilo mega giga tera peta".split(" "),
  ..."kibi mibi gibi tebi pebi".split(" "),
];

/** The first unit among a name's words, with its base unit. */
export function metricUnit(
  name: string,
): { readonly name: string; readonly base: string } | undefined {
  for (const word of name.split("_")) {
    const prefix = prefixes.find((prefix) => word.startsWith(prefix)) ?? "";
    const base = baseOf(word) ?? baseOf(word.slice(prefix.length));
    if (base !== undefined) return { name: word, base };
  }
  return undefined;
}

function baseOf(unit: string): string | undefined {
  return Object.keys(baseUnits).find((base) => base === unit || baseUnits[base].includes(unit));
}
