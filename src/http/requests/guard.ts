import { reasonOf } from "../../model/errors.ts";
import { failsafe, type Logger } from "../../model/logger.ts";

/** Runs an action; returns `undefined` if it throws. */
export type Guard = <Result>(action: () => Result) => Result | undefined;

/**
 * Isolates the host from errors in instrumentation code. Only the first failure is logged, because
 * a client that can provoke one could otherwise fill the log.
 *
 * @param part Prefix of the log line.
 */
export function guarded(logger: Logger, part: string): Guard {
  const { warn } = failsafe(logger);
  let hasWarned = false;
  return (action) => {
    try {
      return action();
    } catch (error) {
      if (!hasWarned) warn(`${part}: ${reasonOf(error)}`);
      hasWarned = true;
      return undefined;
    }
  };
}
