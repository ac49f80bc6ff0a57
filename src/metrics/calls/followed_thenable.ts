import type { Follow, Follower } from "./follower.ts";
import { type Method, replaceMethod } from "./replaced_method.ts";

/**
 * Follows a thenable that is no native promise, such as the query of a query builder. It may start
 * its work at each `then`, so nobody but its caller calls that; if he never does, it never ends.
 */
export function followThenable(thenable: object, follower: Follower, follow: Follow): boolean {
  let waits = 0;
  const then = (original: Method): Method =>
    function (this: unknown, fulfilled: unknown, rejected: unknown, ...rest: unknown[]) {
      waits++;
      const onFulfilled = function (this: unknown, ...values: unknown[]): unknown {
        follower.end({ failed: false }, values[0]);
        return isMethod(fulfilled) ? Reflect.apply(fulfilled, this, values) : values[0];
      };
      const onRejected = function (this: unknown, ...errors: unknown[]): unknown {
        follower.end({ failed: true, error: errors[0] });
        if (isMethod(rejected)) return Reflect.apply(rejected, this, errors);
        throw errors[0];
      };
      return call(original, this, [onFulfilled, onRejected, ...rest], follower);
    };
  const isFollowed = replaceMethod(thenable, "then", then, (thrown) => {
    follower.end(thrown === undefined ? { failed: false } : { failed: true, ...thrown });
  });
  if (!isFollowed) return false;
  for (const name of ["catch", "finally"]) {
    replaceMethod(thenable, name, (original) =>
      function (this: unknown, ...parameters: unknown[]) {
        const before = waits;
        const handler = parameters.at(-1);
        if (name === "catch" && isMethod(handler)) {
          parameters[parameters.length - 1] = function (this: unknown, ...errors: unknown[]) {
            follower.end({ failed: true, error: errors[0] });
            return Reflect.apply(handler, this, errors);
          };
        }
        const result = call(original, this, parameters, follower);
        // Most call `then`. Where one does not, its result ends when the work does.
        if (waits === before && !follow(result, follower)) follower.end({ failed: false });
        return result;
      });
  }
  follower.rest();
  return true;
}

/** Calls a method that starts the work. */
function call(
  method: Method,
  thenable: unknown,
  parameters: readonly unknown[],
  follower: Follower,
): unknown {
  follower.wake();
  try {
    return Reflect.apply(method, thenable, parameters);
  } catch (error) {
    follower.end({ failed: true, error });
    throw error;
  }
}

function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}
