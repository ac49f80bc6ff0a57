/**
 * Ends something at the end of a block with `await using`.
 *
 * It is no method of the class: JSR compiles one whose name is computed so that no bundler can leave
 * out its class, nor the 30 to 85 kB that it needs, if only another one is used.
 */
export function endWithBlock(owner: object, end: () => Promise<unknown>): void {
  Object.defineProperty(owner, Symbol.asyncDispose, { value: async () => void await end() });
}
