import { InvalidValueError } from "../model/errors.ts";
import { onSettled } from "./outcome.ts";

/** A class of errors, as `instanceof` takes it. */
// deno-lint-ignore no-explicit-any
export type ErrorClass = abstract new (...parameters: any[]) => unknown;

/**
 * What every counter does in the same way, wherever its total is. It has no fields, so that objects
 * are no larger by it.
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

/** Throws for an increment that a counter cannot take. */
export function refuseIncrement(family: string, by: unknown): never {
  throw new InvalidValueError(
    family,
    by,
    "a finite number from 0 up; a counter only grows, use a gauge for what goes down",
  );
}
