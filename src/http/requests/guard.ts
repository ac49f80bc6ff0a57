import { reasonOf } from "../../model/errors.ts";
import { failsafe, type Logger } from "../logger.ts";

/** Runs an action, and gives nothing where it throws. */
export type Guard = <Result>(action: () => Result) => Result | undefined;

/**
 * Keeps what measuring does wrong away from what is measured. The first failure is logged; a client
 * that can provoke one could otherwise fill the log.
 *
 * @param part What the log line begins with.
 */
export function guarded(logger: Logger, part: string): Guard {
  const { warn } = failsafe(logger);
  let isSilent = false;
  return (action) => {
    try {
      return action();
    } catch (error) {
      if (!isSilent) warn(`${part}: ${reasonOf(error)}`);
      isSilent = true;
      return undefined;
    }
  };
}
