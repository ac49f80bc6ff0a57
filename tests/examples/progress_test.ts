import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { describe, Progress, type Status } from "../../examples/stream_processor/progress.ts";

const status: Status = {
  pass: 2,
  reports: 5_000,
  total: 20_000,
  processed: 25_000,
  backlog: 12,
  lag: 0.0042,
};

test("the progress line has share, pass, rate and lag", () => {
  assertEquals(
    describe(status, 1999.6),
    "[####------------]  25%  pass 2  2000 events/s  lag 0.004 s  waiting 12",
  );
});

test("the progress bar is empty at the beginning and full at the end", () => {
  assertStringIncludes(describe({ ...status, reports: 0 }, 0), `[${"-".repeat(16)}]   0%`);
  assertStringIncludes(describe({ ...status, reports: 20_000 }, 0), `[${"#".repeat(16)}] 100%`);
});

for (const isTTY of [true, false]) {
  test(`the progress display draws its last line ${isTTY ? "in place, and leaves it" : "on a line of its own"}`, () => {
    let output = "";
    let now = 0;
    let processed = 0;
    const terminal = { isTTY, write: (text: string) => output += text };
    const progress = new Progress(terminal, () => now, () => ({ ...status, processed }));
    progress.start();
    now = 2_000;
    processed = 3_000;
    progress.stop();
    const line = describe(status, 1_500);
    assertEquals(output, isTTY ? `\r${line}\x1b[K\n` : `${line}\n`);
    progress.stop();
    assertEquals(output.split("\n").length, 2);
  });
}

test("the progress rate is measured over at least a second", () => {
  let output = "";
  let now = 0;
  let processed = 0;
  const terminal = { write: (text: string) => output = text };
  const progress = new Progress(terminal, () => now, () => ({ ...status, processed }));
  progress.start();
  const rates = [[500, 100], [1_000, 300], [1_500, 900], [2_000, 900]].map(([time, total]) => {
    [now, processed] = [time, total];
    progress.draw();
    return Number(/(\d+) events/.exec(output)?.[1]);
  });
  progress.stop();
  assertEquals(rates, [200, 300, 300, 600]);
});
