import { assertEquals } from "@std/assert";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { sqliteStore } from "../../src/aggregate/stores/sqlite_store.ts";
import { start } from "../support/process.ts";
import { countsOn, Host } from "../support/truths.ts";

const program = "tests/integration/programs/killed_aggregate.ts";

test("an aggregate in a file counts each batch once, wherever its process is killed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-killed-"));
  const path = join(folder, "metrics.db");
  const run = async (first: number, last: number, when: string) => {
    const args = ["run", "--no-check", "-A", program, path, `${first}`, `${last}`, when];
    const killed = start(process.execPath, args);
    const { signal } = await killed.exit;
    const answers = killed.output().trim().split("\n");
    return { signal, first: answers[0], answers: answers.length };
  };
  try {
    assertEquals(await run(1, 4, "after"), { signal: "SIGKILL", first: "1 applied", answers: 3 });
    assertEquals(await run(4, 7, "before"), {
      signal: "SIGKILL",
      first: "4 duplicate",
      answers: 3,
    });
    assertEquals(await run(7, 9, "after"), { signal: "SIGKILL", first: "7 applied", answers: 2 });
    const [host, store] = [new Host(), sqliteStore(path)];
    const truth = host.truth(store);
    await truth.page();
    host.advance(1);
    assertEquals(countsOn(await truth.page()), { a: 45 });
    await truth.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});
