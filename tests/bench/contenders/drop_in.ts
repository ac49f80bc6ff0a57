import { type ContenderName, familyNames } from "./library.ts";

/** The client that a program was written for, or whatever takes its place. */
export type Client = typeof import("prom-client");

/** The clients of one API. What is measured of edgeprom here is the layer with that API. */
const specifiers: Readonly<Record<DropInName, string>> = {
  "edgeprom": "@edgeprom/edgeprom/prom-client",
  "@prometheus-io/client": "@prometheus-io/client",
  "prom-client": "prom-client",
  "@platformatic/prom-client": "@platformatic/prom-client",
};

/** Who has the API of prom-client. */
export type DropInName = "edgeprom" | (typeof familyNames)[number];

export const dropInNames: readonly DropInName[] = ["edgeprom", ...familyNames];

/** Loads one of them, as far as it is used. */
export async function loadClient<Used = Client>(contender: ContenderName): Promise<Used> {
  if (!isDropIn(contender)) throw new Error(`${contender} does not have the API of prom-client`);
  const module = await import(specifiers[contender]);
  return module.default;
}

function isDropIn(contender: ContenderName): contender is DropInName {
  return contender in specifiers;
}
