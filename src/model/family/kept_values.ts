import { isBun } from "../platform/platform.ts";

/** Values of a label that are kept once, however often a caller makes them anew. */
const mostShared = 64;

const isJavaScriptCore = isBun();

/**
 * The label values of a family as it keeps them.
 *
 * A label with few values, such as a method that is read from each request, has each of them once in
 * memory. Other values, such as users, are made flat: in JavaScriptCore a string that was put
 * together, or cut out of another, takes 53 bytes and all of the other one, and a flat one of the
 * same ten characters 26.
 */
export class KeptValues {
  /** Those of each label. */
  readonly #shared: Map<string, string>[] = [];

  /** The string to keep in the place of a value of a label; `undefined` if it is to be kept itself. */
  instead(value: string, label: number): string | undefined {
    const shared = this.#shared[label] ??= new Map();
    const present = shared.get(value);
    if (present !== undefined) return present;
    if (shared.size >= mostShared) return flat(value);
    shared.set(value, value);
    return undefined;
  }
}

/** A string in the form of a join, which is flat. V8 would give the string that it got. 60 ns. */
function flat(value: string): string | undefined {
  return isJavaScriptCore ? [value, ""].join("") : undefined;
}
