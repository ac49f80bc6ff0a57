import { type OptionRule, withMethod } from "./options.ts";
import { isThenable, settled } from "./platform/thenable.ts";

/**
 * A logger for this library's messages. `console`, pino and LogTape loggers fit as they are.
 *
 * @category Serving
 */
export interface Logger {
  /** Logs normal operation, such as the start of a server. */
  info(message: string): void;
  /** Logs a failure that was contained. */
  warn(message: string): void;
  /** Logs a failure that made a request fail. */
  error(message: string): void;
}

/** A logger, as an option. */
export const aLogger: OptionRule = {
  expected: "an object with the methods info(), warn() and error(), such as console",
  fits: (value) => ["info", "warn", "error"].every((method) => withMethod("", method).fits(value)),
};

/** A logger of failures to the console, for what nobody else would tell of. */
export const consoleLogger: Logger = {
  info() {},
  warn: (message) => console.warn(message),
  error: (message) => console.error(message),
};

/** A logger that discards everything; the default, as a library stays off its host's terminal. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} };

/** Wraps a logger so that it never throws: a full disk must not cost a response. */
export function failsafe(logger: Logger): Logger {
  const attempt = (write: () => unknown) => {
    try {
      // A logger may be asynchronous, and reject.
      const written = write();
      if (isThenable(written)) settled(written).catch(() => {});
    } catch {
      // There is no other place to report it.
    }
  };
  return {
    info: (message) => attempt(() => logger.info(message)),
    warn: (message) => attempt(() => logger.warn(message)),
    error: (message) => attempt(() => logger.error(message)),
  };
}
