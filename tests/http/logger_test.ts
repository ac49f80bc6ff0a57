import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Logger } from "../../mod.ts";
import { silentLogger } from "../../src/http/logger.ts";

test("the console is a Logger", () => {
  const logger: Logger = console;
  assertEquals(
    [typeof logger.info, typeof logger.warn, typeof logger.error],
    ["function", "function", "function"],
  );
});

test("silentLogger logs nothing", () => {
  const { log, info, warn, error } = console;
  const said: unknown[] = [];
  const hear = (...words: unknown[]) => void said.push(words);
  Object.assign(console, { log: hear, info: hear, warn: hear, error: hear });
  try {
    for (const level of ["info", "warn", "error"] as const) silentLogger[level]("message");
  } finally {
    Object.assign(console, { log, info, warn, error });
  }
  assertEquals(said, []);
});
