/**
 * A stand-in for @std/assert, which tests import: the same functions with the same meaning over
 * node:assert. The runner uses it only if the real one cannot be fetched.
 */
import { AssertionError, deepStrictEqual } from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;
// deno-lint-ignore no-explicit-any
type AnyConstructor = abstract new (...args: any[]) => any;
type Falsy = false | 0 | 0n | "" | null | undefined;

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) fail("Expected a truthy value", msg);
}

export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) fail(`Expected a falsy value, got ${inspect(expr)}`, msg);
}

export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) fail(`Expected a value, got ${actual}`, msg);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  try {
    deepStrictEqual(actual, expected);
  } catch (difference) {
    fail((difference as Error).message, msg);
  }
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) fail(`Expected another value than ${inspect(expected)}`, msg);
}

export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  fail(`Expected ${inspect(actual)} to be strictly equal to ${inspect(expected)}`, msg);
}

export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  if (Object.is(actual, expected) || Math.abs(actual - expected) <= tolerance) return;
  fail(`Expected ${actual} to be within ${tolerance} of ${expected}`, msg);
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) fail(`Expected "${actual}" to contain "${expected}"`, msg);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) fail(`Expected "${actual}" to match ${expected}`, msg);
}

export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  fail(`Expected an instance of ${expectedType.name}, got ${inspect(actual)}`, msg);
}

export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...expected: Expected): unknown {
  try {
    fn();
  } catch (error) {
    return checked(error, expected);
  }
  return fail("Expected the function to throw", labelOf(expected));
}

export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ...expected: Expected
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    return fail("Expected the function to reject, but it threw", labelOf(expected));
  }
  try {
    await promise;
  } catch (error) {
    return checked(error, expected);
  }
  return fail("Expected the function to reject", labelOf(expected));
}

type Expected = [string?] | [ErrorClass<Error>, string?, string?];

function checked(error: unknown, expected: Expected): unknown {
  const [errorClass, includes = ""] = expected;
  if (typeof errorClass !== "function") return error;
  const label = labelOf(expected);
  assertInstanceOf(error, errorClass, label);
  assertStringIncludes(error.message, includes, label);
  return error;
}

function labelOf([first, , label]: Expected): string | undefined {
  return typeof first === "string" ? first : label;
}

/** Unlike node:assert: zeros are equal whatever their sign, and so are `{}` and a bare object. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) ? !Array.isArray(b) : !(isPlain(a) && isPlain(b))) {
    return isDeepStrictEqual(a, b);
  }
  const [left, right] = [a, b] as Record<PropertyKey, unknown>[];
  const keys = Reflect.ownKeys(left);
  return keys.length === Reflect.ownKeys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function fail(message: string, label?: string): never {
  throw new AssertionError({ message: label ? `${label}: ${message}` : message });
}
