import { failsafe, type Logger } from "../model/logger.ts";

/**
 * Messages of which each is logged once while it lasts: what fails, fails at each push. It is the same
 * however often it was tried, which depends on the time that was left.
 */
export class LastingMessages {
  readonly #logger: Logger;
  /** What was said of the last push. */
  #last: ReadonlySet<string> = new Set();

  constructor(logger: Logger) {
    this.#logger = failsafe(logger);
  }

  /** Logs those messages of a push that the last one did not have. */
  log(messages: Iterable<string>): void {
    const now = new Map<string, string>();
    for (const message of messages) now.set(message.replace(/, after \d+ attempts/, ""), message);
    for (const [same, message] of now) if (!this.#last.has(same)) this.#logger.warn(message);
    this.#last = new Set(now.keys());
  }

  /** Logs a message whatever was said before. */
  warn(message: string): void {
    this.#logger.warn(message);
  }
}
