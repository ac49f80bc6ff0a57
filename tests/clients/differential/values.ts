import type { Random } from "../../simulation/random.ts";
import type { ClientName } from "./client.ts";

/** What most programs pass as label values. */
const usual: readonly unknown[] = ["x", "y", "GET", "/users/:id", "200", 200, 404, 0];

/** What some do. No two of these make one series of two label sets: see `decided.ts`. */
const unusual: readonly unknown[] = [
  "",
  undefined,
  5,
  1.5,
  -1,
  true,
  false,
  "true",
  'two "quotes"',
  "back\\slash\\",
  "two\nnew\nlines",
  "\\n",
  "ümläut €",
  "\u{1f600}",
  "lone \ud800",
  "x|y",
  "x,y:z",
  ["p", "q"],
  10n,
  1e21,
];

/** Values that metrics are set to. */
const numbers: readonly number[] = [0, 1, 2, 3, 0.5, 0.1, 0.2, 7, 42, 1e-7, 1e21, 123456789.25];

const strange: readonly unknown[] = [NaN, Infinity, -Infinity, -1, -0.5, -0, "5", true, {}, "x"];

export function labelValue(random: Random, client: ClientName): unknown {
  if (random.chance(0.85)) return random.pick(usual);
  if (client === "prom-client" && random.chance(0.05)) return null;
  return random.pick(unusual);
}

export function amount(random: Random): unknown {
  return random.chance(0.93) ? random.pick(numbers) : random.pick(strange);
}

/** A label set for names: most have all of them, some lack one, few have one too many. */
export function labelSet(random: Random, names: readonly string[], client: ClientName): unknown {
  const some = names.filter(() => random.chance(0.88));
  if (random.chance(0.25)) some.reverse();
  if (random.chance(0.02)) some.push("other");
  const values = filled(some.map(() => labelValue(random, client)), client);
  return Object.fromEntries(some.map((name, at) => [name, values[at]]));
}

/** Values that are not all `undefined`, which 0.16 counts apart; see `decided.ts`. */
function filled(values: readonly unknown[], client: ClientName): readonly unknown[] {
  const isLeftOut = client === "@prometheus-io/client" &&
    values.every((value) => value === undefined);
  return isLeftOut ? values.map(() => "x") : values;
}

/** Labels as `labels()` and `remove()` take them: a set, or values by position. */
export function labelArguments(
  random: Random,
  names: readonly string[],
  client: ClientName,
): readonly unknown[] {
  if (random.chance(0.5)) return [labelSet(random, names, client)];
  const values = [...filled(names.map(() => labelValue(random, client)), client)];
  if (random.chance(0.04)) values.push("more");
  if (random.chance(0.04)) values.pop();
  // An array in the first place is taken for a label set.
  return typeof values[0] === "object" ? [labelSet(random, names, client)] : values;
}

export function exemplarLabels(random: Random): unknown {
  const sets: readonly unknown[] = [
    { traceId: "abc" },
    { traceId: "abc", spanId: 7 },
    { text: 'say "hi"\n\\' },
    { long: "x".repeat(124) },
    { long: "x".repeat(125) },
    { ["n".repeat(200)]: 1 },
    {},
    undefined,
  ];
  return random.pick(sets);
}

const bounds: readonly unknown[] = [
  [1, 2, 5],
  [0.1, 1, 10],
  [0.005, 0.25, 1000],
  [1],
  [],
  [1e-9, 1e21],
  [-5, 0, 5],
  [0, 1],
  [5, 1, 2],
  [1, 1, 2],
  [1, 10, Infinity],
  ["0.5", "2"],
  undefined,
];

export function buckets(random: Random): unknown {
  return random.chance(0.8) ? bounds[random.below(6)] : random.pick(bounds);
}

const quantiles: readonly unknown[] = [
  [0.5],
  [0.3, 0.6],
  [0.5, 0.9, 0.99],
  [0.99, 0.5],
  [0, 1],
  [],
  [0.25, 0.25],
  [1.5, -1],
];

export function percentiles(random: Random): unknown {
  return random.pick(quantiles);
}
