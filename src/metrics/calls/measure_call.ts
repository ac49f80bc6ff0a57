import { InvalidValueError } from "../../model/errors.ts";
import type { Follower, Outcome } from "./follower.ts";
import { followIterator } from "./followed_iterator.ts";
import { followPromise } from "./followed_promise.ts";
import { followThenable } from "./followed_thenable.ts";

/** What a measured call does to a metric. */
export interface CallMetric {
  /** Called when the work begins: at the call, and again after each rest. */
  begin?(): void;
  /** Called when the function returned something that does not work before it is asked to. */
  rest?(): void;
  /** Called once, when all is over. */
  end(outcome: Outcome): void;
}

/**
 * Calls a function and measures it until what it returned has ended: a promise when it settles, a
 * lazy thenable when its caller's wait ends, an iterator with its last step, anything else at once.
 *
 * The caller gets the very object that the function returned. Of a native promise only the prototype
 * is another one, a thenable and an iterator get methods of their own in front of theirs. A proxy
 * would be another object, and break methods that use `#private` fields. A frozen thenable or
 * iterator can have no such methods: it is measured until the function returns.
 *
 * @throws {InvalidValueError} If it is not a function.
 */
export function measureCall<Result>(
  family: string,
  call: () => Result,
  metric: CallMetric,
): Result {
  checkCall(family, call);
  const run = new Run(metric);
  let result: Result;
  try {
    result = call();
  } catch (error) {
    run.end({ failed: true, error });
    throw error;
  }
  if (!follow(result, run)) run.end({ failed: false });
  return result;
}

/**
 * Checks what is to be called, before anything else is done.
 *
 * @throws {InvalidValueError} If it is not a function.
 */
export function checkCall(family: string, call: unknown): void {
  if (typeof call !== "function") throw new InvalidValueError(family, call, "a function to call");
}

/** Follows a result. Returns false if there is nothing to follow. */
function follow(result: unknown, follower: Follower): boolean {
  if (typeof result !== "function" && (typeof result !== "object" || result === null)) return false;
  try {
    return followPromise(result, follower) || followThenable(result, follower, follow) ||
      followIterator(result, follower, follow);
  } catch {
    // A revoked proxy, or one whose traps throw: that is between the function and its caller.
    return false;
  }
}

/** A call in progress. */
class Run implements Follower {
  readonly #metric: CallMetric;
  #isResting = true;
  #isOver = false;

  /** Begins. */
  constructor(metric: CallMetric) {
    this.#metric = metric;
    this.wake();
  }

  rest(): void {
    if (this.#isOver || this.#isResting) return;
    this.#isResting = true;
    this.#metric.rest?.();
  }

  wake(): void {
    if (this.#isOver || !this.#isResting) return;
    this.#isResting = false;
    this.#metric.begin?.();
  }

  end(outcome: Outcome, value?: unknown): void {
    // An asynchronous function may return an iterator as well.
    if (this.#isOver || (!outcome.failed && follow(value, this))) return;
    this.wake();
    this.#isOver = true;
    try {
      this.#metric.end(outcome);
    } catch {
      // Shared memory may be full. In a promise's reaction an error would end the process.
    }
  }
}
