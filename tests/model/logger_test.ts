import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { consoleLogger, failsafe, type Logger, silentLogger } from "../../src/model/logger.ts";
import { pause } from "../support/deferred.ts";

const levels = ["info", "warn", "error"] as const;

/** What is written to the console meanwhile, by method. */
function heard(run: () => void): readonly (readonly unknown[])[] {
  const { log, info, warn, error } = console;
  const said: unknown[][] = [];
  const hear = (method: string) => (...words: unknown[]) => void said.push([method, ...words]);
  for (const method of ["log", ...levels] as const) console[method] = hear(method);
  try {
    run();
  } finally {
    Object.assign(console, { log, info, warn, error });
  }
  return said;
}

test("failsafe: the console is a logger as it is, and writes each message once, at its level", () => {
  const said = heard(() => {
    const logger: Logger = failsafe(console);
    for (const level of levels) logger[level](`a message at ${level}`);
  });
  assertEquals(said, levels.map((level) => [level, `a message at ${level}`]));
});

test("failsafe calls the methods on the logger, which may need it", () => {
  class Own implements Logger {
    readonly #lines: string[] = [];
    info(message: string) {
      this.#lines.push(`info ${message}`);
    }
    warn(message: string) {
      this.#lines.push(`warn ${message}`);
    }
    error(message: string) {
      this.#lines.push(`error ${message}`);
    }
    get lines() {
      return this.#lines;
    }
  }
  const own = new Own();
  const { info, warn, error } = failsafe(own);
  for (const log of [info, warn, error]) log("message");
  assertEquals(own.lines, ["info message", "warn message", "error message"]);
});

test("failsafe: a logger that throws costs nothing but the message", () => {
  const fail = () => {
    throw new Error("disk full");
  };
  const logger = failsafe({ info: fail, warn: fail, error: fail });
  assertEquals(levels.map((level) => logger[level]("message")), [undefined, undefined, undefined]);
});

test("failsafe: a logger that rejects is no unhandled rejection", async () => {
  const fail = () => Promise.reject(new Error("disk full")) as unknown as void;
  const logger = failsafe({ info: fail, warn: fail, error: fail });
  for (const level of levels) logger[level]("message");
  await pause(0.001);
});

test("consoleLogger tells the console of failures only", () => {
  const messages = heard(() => levels.forEach((level) => consoleLogger[level](level)));
  assertEquals(messages, [["warn", "warn"], ["error", "error"]]);
});

test("silentLogger logs nothing", () => {
  assertEquals(heard(() => levels.forEach((level) => silentLogger[level]("message"))), []);
});
