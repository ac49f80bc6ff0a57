import type { Refusals } from "../model/refusals.ts";
import { onSettled } from "./outcome.ts";

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
  /** Adds to the total. */
  abstract inc(by?: number): void;

  /** Calls a function and counts it if it throws or its promise rejects. */
  countExceptions<Result>(call: () => Result, type?: ErrorClass): Result {
    return onSettled(call, (outcome) => {
      if (outcome.failed && (type === undefined || outcome.error instanceof type)) this.inc();
    });
  }
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
