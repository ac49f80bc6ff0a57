import type { Follow, Follower } from "./follower.ts";
import { hasMethod, replaceMethod } from "./replaced_method.ts";

/**
 * Follows an iterator that can be closed, such as a generator, to its end: until it is done, is
 * closed, or fails. It does nothing before its first step. One that is left in the middle without
 * `return()` never ends; `for` loops call it.
 */
export function followIterator(iterator: object, follower: Follower, follow: Follow): boolean {
  const isIterator = hasMethod(iterator, "next") && hasMethod(iterator, "return") &&
    (hasMethod(iterator, Symbol.iterator) || hasMethod(iterator, Symbol.asyncIterator));
  if (!isIterator) return false;
  const [isFollowed] = ["next", "return", "throw"].map((name) =>
    replaceMethod(iterator, name, (original) =>
      function (this: unknown, ...parameters: unknown[]) {
        follower.wake();
        let step: unknown;
        try {
          step = Reflect.apply(original, this, parameters);
        } catch (error) {
          follower.end({ failed: true, error });
          throw error;
        }
        const stepFollower: Follower = {
          rest() {},
          wake() {},
          end(outcome, value) {
            if (outcome.failed) follower.end(outcome);
            else if ((value as IteratorResult<unknown> | undefined)?.done) follower.end(outcome);
          },
        };
        if (!follow(step, stepFollower)) stepFollower.end({ failed: false }, step);
        return step;
      })
  );
  if (isFollowed) follower.rest();
  return isFollowed;
}
