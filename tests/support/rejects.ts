import { assertRejects, assertStringIncludes, assertThrows } from "@std/assert";

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Asserts that a call throws this error, and that its message has every one of the parts. */
export function assertThrowsWith<E extends Error>(
  call: () => unknown,
  type: ErrorClass<E>,
  ...parts: readonly string[]
): E {
  const error = assertThrows(call, type);
  for (const part of parts) assertStringIncludes(error.message, part);
  return error;
}

/** Asserts that a promise rejects with this error, and that its message has all of the parts. */
export async function assertRejectsWith<E extends Error>(
  call: () => PromiseLike<unknown>,
  type: ErrorClass<E>,
  ...parts: readonly string[]
): Promise<E> {
  const error = await assertRejects(call, type);
  for (const part of parts) assertStringIncludes(error.message, part);
  return error;
}
