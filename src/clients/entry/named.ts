/** A class. */
// deno-lint-ignore no-explicit-any -- whatever its constructor takes
export type AnyClass = abstract new (...args: any[]) => object;

/** Names a class, which programs show, and bundlers and minifiers would rename. */
export function named<Class extends AnyClass>(name: string, given: Class): Class {
  return Object.defineProperty(given, "name", { value: name });
}
