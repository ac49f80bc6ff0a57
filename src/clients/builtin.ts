/** A built-in module of Node, which Deno and Bun have too; `undefined` if there is none. */
export function builtin<Module>(name: `node:${string}`): Module | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): Module | undefined };
  };
  return process?.getBuiltinModule?.(name);
}
