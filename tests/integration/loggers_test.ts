// deno-lint-ignore-file no-import-prefix -- these packages are for this test alone
import { configure, getLogger, type LogRecord, reset } from "npm:@logtape/logtape@^1";
import { assertEquals, assertMatch } from "@std/assert";
import { test } from "node:test";
import { pino } from "npm:pino@^9";
import { type Logger, MetricsRegistry, MetricsServer, scrape } from "../../mod.ts";
import { collectorThrowing } from "../support/collectors.ts";

/** One message of each level, by the ways in which they really come about. */
async function logAll(logger: Logger): Promise<void> {
  const registry = new MetricsRegistry();
  registry.register(collectorThrowing(new Error("no database")));
  const server = new MetricsServer({ registry, logger, hostname: "127.0.0.1", port: 0 });
  await server.start();
  await (await fetch(`${server.url}/metrics`)).text();
  await server.shutdown();
  const gatherer = { gather: () => Promise.reject(new Error("out of order")) };
  await scrape(new Request("http://localhost/metrics"), gatherer, { logger });
}

/** Asserts that the messages came through, each with its level. */
function assertLogged(messages: readonly string[]): void {
  assertEquals(messages.map((message) => message.replace(/: .*/, "")), [
    "info",
    "warn",
    "info",
    "error",
  ]);
  assertMatch(messages[0], /^info: metrics server listens on http:\/\/127\.0\.0\.1:\d+$/);
  assertMatch(messages[1], /^warn: scrape: .*no database$/);
  assertMatch(messages[2], /^info: metrics server at http:\/\/127\.0\.0\.1:\d+ is shut down$/);
  assertMatch(messages[3], /^error: scrape: .*out of order$/);
}

test("the console takes the messages", async () => {
  const { info, warn, error } = console;
  const messages: string[] = [];
  const hear = (level: string) => (message: unknown) => void messages.push(`${level}: ${message}`);
  Object.assign(console, { info: hear("info"), warn: hear("warn"), error: hear("error") });
  try {
    await logAll(console);
  } finally {
    Object.assign(console, { info, warn, error });
  }
  assertLogged(messages);
});

test("a pino logger takes the messages", async () => {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  await logAll(logger);
  assertLogged(lines.map((line) => {
    const { level, msg } = JSON.parse(line);
    return `${logger.levels.labels[level]}: ${msg}`;
  }));
});

test("a LogTape logger takes the messages", async () => {
  const records: LogRecord[] = [];
  await configure({
    sinks: { kept: (record: LogRecord) => void records.push(record) },
    loggers: [
      { category: "app", lowestLevel: "info", sinks: ["kept"] },
      { category: ["logtape", "meta"], lowestLevel: "error" },
    ],
  });
  try {
    await logAll(getLogger(["app", "metrics"]));
  } finally {
    await reset();
  }
  assertLogged(
    records.map(({ level, message }) =>
      `${level === "warning" ? "warn" : level}: ${message.join("")}`
    ),
  );
});
