/** The arguments of `deno task test`, and what it remembers from run to run. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bundle } from "../runner/bundle.ts";
import { failures } from "../runner/failures.ts";
import { RecentFailure } from "../runner/recent_failure.ts";
import { matrix } from "../runner/runtimes.ts";
import { problemOf, selectFiles, testFiles } from "../runner/selection.ts";
import { dealOut } from "../runner/sharing.ts";
import { dropIns } from "../runner/drop_ins.ts";
import { special, suites } from "../runner/suites.ts";

const files = ["tests/http/scrape/scrape_test.ts", "tests/http/scrape/scrape_limits_test.ts"];
const runtimes = matrix.map(({ name }) => name);

test("selectFiles: a word selects the files whose path contains it", () => {
  assertEquals(selectFiles(files, []), files);
  assertEquals(selectFiles(files, ["http/scrape/scrape_test"]), [files[0]]);
  assertEquals(selectFiles(files, ["limits", "scrape_test"]), files);
});

test("testFiles has this file", () => {
  assertEquals(selectFiles(testFiles(), ["runner_test"]), ["tests/integration/runner_test.ts"]);
});

test("problemOf: a selection of known files and runtimes has none", () => {
  assertEquals(problemOf({ words: [] }, files, runtimes), undefined);
  assertEquals(problemOf({ words: ["limits"], runtime: "bun" }, files, runtimes), undefined);
});

test("problemOf names a runtime that there is not, and those that there are", () => {
  const problem = problemOf({ words: [], runtime: "rhino" }, files, runtimes) ?? "";
  for (const part of ['"rhino"', ...runtimes]) assertStringIncludes(problem, part);
});

test("problemOf names a word that no path contains, also beside one that selects", () => {
  const problem = problemOf({ words: ["scrape", "no_such"] }, files, runtimes) ?? "";
  assertStringIncludes(problem, 'contains "no_such";');
});

test("dealOut: a file with the marker is alone, and others are with those of their folder", () => {
  const texts: Readonly<Record<string, string>> = {
    "tests/a/one_test.ts": "// One.",
    "tests/a/b/two_test.ts": "test();\n// A process of its own: not at the beginning.",
    "tests/a/three_test.ts": "// A process of its own: it has a reason.\n",
    "tests/four_test.ts": "// A process of its own is not needed.",
  };
  const { alone, shared } = dealOut(Object.keys(texts), (file) => texts[file]);
  assertEquals(alone, ["tests/a/three_test.ts"]);
  assertEquals([...shared], [
    ["a", ["tests/a/one_test.ts", "tests/a/b/two_test.ts"]],
    ["four", ["tests/four_test.ts"]],
  ]);
});

test("dealOut: what starts itself again or measures the heap has a process of its own", () => {
  const unit = testFiles().filter((file) => !special.some((folder) => file.startsWith(folder)));
  const needing = unit.filter((file) =>
    /import\.meta\.|[^ ] heapGrowth\(/.test(readFileSync(file, "utf8"))
  );
  const { alone } = dealOut(unit);
  assertEquals(needing.filter((file) => !alone.includes(file)), []);
  assertEquals(needing.length > 5, true);
});

test("bundle: a list loads its files one by one, and one that cannot be loaded fails", async () => {
  const own = "tests/processor/processor_metrics_test.ts";
  const { tests, remove } = await bundle([own, "tests/deltas/batches/checksum_test.ts"], []);
  try {
    const [alone, list, ...others] = tests.sources;
    assertEquals([alone, others], [own, []]);
    const line = (await readFile(list, "utf8")).split("\n")[1];
    assertEquals(
      line,
      'await import("../../../tests/deltas/batches/checksum_test.ts")' +
        '.catch((error) => test("tests/deltas/batches/checksum_test.ts", () => { throw error; }));',
    );
  } finally {
    await remove();
  }
});

test("failures: a step a line, and the tests that failed as each runner writes them", async () => {
  await mkdir(".out", { recursive: true });
  const folder = await mkdtemp(join(".out", "failing-"));
  try {
    const file = join(folder, "some_test.mjs");
    await writeFile(
      file,
      `import { test } from "node:test";
      test("works", () => {});
      test("fails (on purpose)", () => { throw new Error("no"); });`,
    );
    const list = { processes: [file], files: [file] };
    const tests = { sources: [file], flags: [], modules: () => Promise.resolve(list) };
    const on = matrix.filter(({ name }) => ["deno", "bun", "node24"].includes(name));
    const done = await Promise.all(on.map(async ({ name, find, test }) => {
      const found = await find();
      assert("executable" in found, name);
      const outcome = await test!(found.executable, tests);
      return { step: { name, run: () => Promise.resolve(outcome) }, outcome, seconds: 1 };
    }));
    const fine = { ...done[0], outcome: { passed: 1, failed: 0, skipped: 0 } };
    assertEquals(
      failures([fine, ...done]),
      on.map(({ name }) => `FAIL  ${name}\n      fails (on purpose)`).join("\n"),
    );
    assertEquals(failures([fine]), "");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("RecentFailure: a failure is recent for its minutes, and until a success", async () => {
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-runner-"));
  try {
    const path = join(folder, "new", "failure.json");
    const failure = new RecentFailure(path, "a", 10);
    assertEquals(failure.isRecent(), false);
    failure.record(true, 1_000_000);
    assertEquals(failure.isRecent(1_000_000), true);
    assertEquals(failure.isRecent(1_599_999), true);
    assertEquals(failure.isRecent(1_600_000), false);
    assertEquals(failure.isRecent(999_999), false);
    assertEquals(new RecentFailure(path, "b", 10).isRecent(1_000_000), false);
    failure.record(false);
    failure.record(false);
    assertEquals(failure.isRecent(1_000_000), false);
    await writeFile(path, "not JSON");
    assertEquals(failure.isRecent(1_000_000), false);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("suites: what takes a client's place is compared and wrapped whatever else there is", () => {
  const { steps } = suites({ words: [] }, []);
  const on = (what: string) =>
    steps.flatMap(({ support }) => support?.what === what ? [support.on] : []);
  // The current release of Node would be a sixth run, and shows nothing that Node 24 does not.
  assertEquals(on("drop-in"), ["Deno", "Bun", "Node 20", "Node 22", "Node 24"]);
  assertEquals(on("wrapped"), ["Node 24"]);
});

test("dropIns: each is an entry of the package, and its uses are there", () => {
  assertEquals(dropIns.map(({ client }) => client), ["prom-client", "@prometheus-io/client"]);
  for (const { entry, uses } of dropIns) {
    for (const file of [entry, uses]) assertEquals(existsSync(file), true, file);
  }
});
