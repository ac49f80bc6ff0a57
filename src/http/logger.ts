/**
 * Where this library says what went wrong. `console`, pino and LogTape loggers fit as they are.
 */
export interface Logger {
  /** Says what happens in the ordinary course, such as the start of a server. */
  info(message: string): void;
  /** Says what went wrong and was contained. */
  warn(message: string): void;
  /** Says what went wrong and left a request unanswered. */
  error(message: string): void;
}

/** Says nothing; the default, as a library has no business on its host's terminal. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
