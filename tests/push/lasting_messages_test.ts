import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { LastingMessages } from "../../src/push/lasting_messages.ts";
import { recordingLogger } from "../support/recording_logger.ts";

test("LastingMessages: a message is logged again once it was away, not while it lasts", () => {
  const logger = recordingLogger();
  const messages = new LastingMessages(logger);
  for (const pushed of [["a", "b"], ["b", "a"], [], ["a"], ["a", "c"]]) messages.log(pushed);
  assertEquals(logger.messages, ["warn: a", "warn: b", "warn: a", "warn: c"]);
});

test("LastingMessages: a failure is the same after fewer or more attempts", () => {
  const logger = recordingLogger();
  const messages = new LastingMessages(logger);
  const pushes = ["503, away", "503, away, after 3 attempts", "503, away, after 5 attempts"];
  for (const message of pushes) messages.log([message]);
  messages.log(["503, full, after 5 attempts; add a disk"]);
  messages.log(["503, full, after 4 attempts; add a disk"]);
  assertEquals(logger.messages, [
    "warn: 503, away",
    "warn: 503, full, after 5 attempts; add a disk",
  ]);
});
