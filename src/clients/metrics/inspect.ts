import { builtin } from "../builtin.ts";

/** The part of `node:util` that messages of the clients are made with. */
interface Util {
  format(value: unknown): string;
  inspect(value: unknown): string;
}

/** A value in a message, as `util.format()` of Node writes it; as text where there is no Node. */
export function format(value: unknown): string {
  return builtin<Util>("node:util")?.format(value) ?? String(value);
}

/** A list in a message, as `util.inspect()` of Node writes it; as JSON where there is no Node. */
export function inspect(value: unknown): string {
  return builtin<Util>("node:util")?.inspect(value) ?? JSON.stringify(value);
}
