import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The verdict of `promtool check metrics`: 0 clean, 3 for findings, 1 when the page is refused. */
export interface Verdict {
  readonly code: number | null;
  readonly lines: readonly string[];
}

export function checkMetrics(page: string | Uint8Array): Verdict {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: page });
  const lines = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  return { code: status, lines };
}

/** What `promtool check rules` says of expressions; nothing if all are right. */
export function ruleProblems(expressions: readonly string[]): readonly string[] {
  const rules = expressions.map((expr, number) => ({ record: `rule:${number}`, expr }));
  const directory = mkdtempSync(join(tmpdir(), "edgeprom-rules-"));
  try {
    const path = join(directory, "rules.json");
    writeFileSync(path, JSON.stringify({ groups: [{ name: "expressions", rules }] }));
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", path]);
    return status === 0 ? [] : `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(directory, { recursive: true });
  }
}
