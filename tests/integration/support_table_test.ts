/** The table of runtimes says what a run has shown, and nothing else. */
import { assertEquals, assertMatch } from "@std/assert";
import { test } from "node:test";
import { findNode } from "../runner/executables.ts";
import { onRuntime } from "../runner/on_runtime.ts";
import { matrix } from "../runner/runtimes.ts";
import { type Done, runAll } from "../runner/schedule.ts";
import { none, type Outcome, type Support } from "../runner/step.ts";
import { readmeTable, supportTable } from "../runner/support_table.ts";

const passed: Outcome = { ...none, passed: 7 };
const failed: Outcome = { ...none, passed: 7, failed: 1 };
const skipped: Outcome = { ...none, skipped: 1 };

/** What a run has left behind that served the app on every runtime, with one outcome but for one. */
function ran(outcome: Outcome, ...[on, other]: [] | [on: string, other: Outcome]): Done[] {
  const what: Support["what"] = "served app";
  return matrix.map(({ title }) => {
    const step = { name: title, support: { what, on: title }, run: () => Promise.reject() };
    return { step, outcome: title === on && other ? other : outcome, seconds: 1 };
  });
}

async function isAccepted(done: readonly Done[], table: string): Promise<boolean> {
  const readme = `# Title\n\n| a | table |\n\n## Runtimes\n\n${table}\n\n## More\n\n| b | c |\n`;
  return (await readmeTable(done, readme).run()).failed === 0;
}

test("onRuntime: a release that does not exist is skipped, not passed", async () => {
  const missing = { ...matrix[0], find: findNode("99") };
  const step = onRuntime(missing, "served app", () => Promise.resolve(passed));
  const [done] = await runAll([step], 1, () => {});
  const { remark = "", ...counts } = done.outcome;
  assertEquals(counts, skipped);
  assertMatch(remark, /\S/);
  assertMatch(supportTable([done]), /^\| Deno +\| – +\| skipped +\| – +\|$/m);
});

test("supportTable shows a failed step as such", () => {
  const table = supportTable(ran(passed, "Bun", failed));
  assertMatch(table, /^\| Bun +\| – +\| ✗ +\| – +\|$/m);
  assertMatch(table, /^\| Node 20 +\| – +\| ✓ +\| – +\|$/m);
});

test("readmeTable accepts a README that says what a run has shown", async () => {
  assertEquals(await isAccepted(ran(passed), supportTable(ran(passed))), true);
});

test("readmeTable: a README may say more than a run without a runtime", async () => {
  assertEquals(await isAccepted(ran(passed, "Bun", skipped), supportTable(ran(passed))), true);
});

const lies: Readonly<Record<string, string>> = {
  "a runtime that works is missing": supportTable(ran(passed)).replace(/^\| Bun .*\n/m, ""),
  "a runtime that works is called skipped": supportTable(ran(passed, "Bun", skipped)),
  "something is ticked that no step shows": supportTable(ran(passed)).replace("–", "✓"),
  "there is a runtime of which nothing is known": `${
    supportTable(ran(passed))
  }\n| Rhino | – | ✓ | – |`,
  "there is no table": "",
};

for (const [lie, table] of Object.entries(lies)) {
  test(`readmeTable refuses a README in which ${lie}`, async () => {
    assertEquals(await isAccepted(ran(passed), table), false);
  });
}
