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

/** A logger that does not throw: a full disk must not cost an answer. */
export function failsafe(logger: Logger): Logger {
  const attempt = (write: () => void) => {
    try {
      write();
    } catch {
      // There is nobody left to tell.
    }
  };
  return {
    info: (message) => attempt(() => logger.info(message)),
    warn: (message) => attempt(() => logger.warn(message)),
    error: (message) => attempt(() => logger.error(message)),
  };
}
