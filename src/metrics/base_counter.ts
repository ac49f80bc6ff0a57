import { InvalidValueError } from "../model/errors.ts";
import type { Refusals } from "../model/refusals.ts";
import { measureCall } from "./calls/measure_call.ts";

/**
 * A class of errors, as `instanceof` takes it.
 *
 * @category Instruments
 */
// deno-lint-ignore no-explicit-any
export type ErrorClass = abstract new (...parameters: any[]) => unknown;

/**
 * The part of a counter that does not depend on where its total is. Without fields, so it makes no
 * object larger.
 */
export abstract class BaseCounter {
  /** The name of the family, for errors. */
  protected abstract get family(): string;

  /** Adds to the total. */
  abstract inc(by?: number): void;

  /** Calls a function and counts it if it, or what it began, fails. */
  countExceptions<Result>(call: () => Result, type?: ErrorClass): Result {
    checkErrorClass(this.family, type);
    return measureCall(this.family, call, {
      end: (outcome) => {
        if (outcome.failed && (type === undefined || outcome.error instanceof type)) this.inc();
      },
    });
  }
}

/** Refuses what `instanceof` does not take, such as an arrow function, before it is needed. */
export function checkErrorClass(family: string, type: unknown): void {
  if (type === undefined) return;
  try {
    if (typeof type === "function") return void (new Error() instanceof type);
  } catch {
    // It has no prototype.
  }
  throw new InvalidValueError(family, type, "a class of errors, such as TypeError");
}

/** Whether a counter can take an increment. */
export function isIncrement(by: unknown): boolean {
  return typeof by === "number" && by >= 0 && by < Infinity;
}

/** Refuses an increment that a counter cannot take. */
export function refuseIncrement(refusals: Refusals, by: unknown): void {
  refusals.value(
    by,
    "a finite number from 0 up; a counter only grows, use a gauge for what goes down",
  );
}
