import { globSync } from "node:fs";

/** Which tests to run: files whose path contains one of the words, on one runtime or on all. */
export interface Selection {
  readonly words: readonly string[];
  readonly runtime?: string;
}

/** All files of tests. */
export function testFiles(): readonly string[] {
  return globSync("tests/**/*_test.ts").sort();
}

/** Those of the files that are selected by a word; all if there is none. */
export function selectFiles(files: readonly string[], words: readonly string[]): string[] {
  return files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
}

/** What is wrong with a selection, for whoever typed it; `undefined` if nothing is. */
export function problemOf(
  { words, runtime }: Selection,
  files: readonly string[],
  runtimes: readonly string[],
): string | undefined {
  if (runtime !== undefined && !runtimes.includes(runtime)) {
    return `there is no runtime "${runtime}"; there are ${runtimes.join(", ")}`;
  }
  const unmatched = words.filter((word) => selectFiles(files, [word]).length === 0);
  if (unmatched.length === 0) return undefined;
  return `no path of a test file contains ${unmatched.map((word) => `"${word}"`).join(" or ")}; ` +
    "a path is, for example, tests/http/scrape/scrape_test.ts";
}
