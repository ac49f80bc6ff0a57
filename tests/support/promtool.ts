import { spawnSync } from "node:child_process";

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
