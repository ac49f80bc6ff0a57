import type { Logger } from "./logger.ts";

/** Runs an action, and gives nothing where it throws. */
export type Contained = <Result>(action: () => Result) => Result | undefined;

/**
 * Keeps what measuring does wrong away from what is measured. The first failure is logged; a client
 * that can provoke one could otherwise fill the log.
 *
 * @param part What the log line begins with.
 */
export function contained(logger: Logger, part: string): Contained {
  let silent = false;
  return (action) => {
    try {
      return action();
    } catch (error) {
      if (!silent) say(logger, `${part}: ${error instanceof Error ? error.message : error}`);
      silent = true;
      return undefined;
    }
  };
}

function say(logger: Logger, message: string): void {
  try {
    logger.warn(message);
  } catch {
    // There is nobody left to tell.
  }
}
