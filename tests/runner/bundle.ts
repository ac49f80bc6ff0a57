import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deno } from "./command.ts";
import { dealOut } from "./sharing.ts";

/** The unit tests, as sources for Deno and as modules for all others. */
export interface UnitTests {
  /** Each is for a process of its own: a file of tests, or a list of those that share one. */
  readonly sources: readonly string[];
  /** What Deno needs to resolve their imports. */
  readonly flags: readonly string[];
  modules(): Promise<Modules>;
}

/**
 * Plain ECMAScript modules with all that they import. Files of tests that share a process share
 * these imports as well, which makes the modules a tenth as large: 7 MB and not 72 MB.
 */
export interface Modules {
  /** The same as the sources. */
  readonly processes: readonly string[];
  /** The files of tests, without lists. */
  readonly files: readonly string[];
}

/** Unit tests that are ready to run, and are removed after that. */
export interface Bundle {
  readonly tests: UnitTests;
  remove(): Promise<void>;
}

export async function bundle(
  testFiles: readonly string[],
  flags: readonly string[],
): Promise<Bundle> {
  const folder = await mkdtempIn(".out");
  const { alone, shared } = dealOut(testFiles);
  const lists = await Promise.all(
    Array.from(shared, ([name, files]) => list(join(folder, "lists", `${name}.ts`), files)),
  );

  let modules: Promise<Modules> | undefined;
  const makeModules = async () => {
    const separate = await modulesOf(alone, join(folder, "alone"), flags);
    const entries = [...lists, ...[...shared.values()].flat()];
    const together = await modulesOf(entries, join(folder, "shared"), [
      "--code-splitting",
      ...flags,
    ]);
    const isList = (module: string) => module.includes("/lists/");
    return {
      processes: [...separate, ...together.filter(isList)],
      files: [...separate, ...together.filter((module) => !isList(module))],
    };
  };
  return {
    tests: { sources: [...alone, ...lists], flags, modules: () => modules ??= makeModules() },
    remove: async () => {
      await modules?.catch(() => {});
      await rm(folder, { recursive: true });
    },
  };
}

async function mkdtempIn(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "unit-"));
  await mkdir(join(folder, "lists"));
  // Without it, Node 20 takes no .js for a module.
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  return folder;
}

/**
 * Writes a module that imports the files. It does so when it runs: only then does each stay a module
 * of its own when bundled, which a failure names, and a file that cannot be loaded is a test that
 * fails, on Deno, too, which would take it for one that has no more tests.
 */
async function list(path: string, files: readonly string[]): Promise<string> {
  const imports = files.map((file) =>
    `await import("../../../${file}").catch((error) => test("${file}", () => { throw error; }));\n`
  );
  await writeFile(path, ['import { test } from "node:test";\n', ...imports].join(""));
  return path;
}

async function modulesOf(
  sources: readonly string[],
  folder: string,
  flags: readonly string[],
): Promise<string[]> {
  if (sources.length === 0) return [];
  const { success, output } = await deno(
    ["bundle", "--quiet", "--platform=deno", "--outdir", folder, ...flags, ...sources],
  );
  // What several modules import is beside them, in chunks.
  const modules = (success ? await readdir(folder, { recursive: true }) : [])
    .filter((file) => /\/lists\/[^/]*\.js$|_test\.js$/.test(file));
  if (!success || modules.length !== sources.length) {
    throw new Error(`${modules.length} of ${sources.length} files bundled\n${output}`);
  }
  return modules.sort().map((module) => join(folder, module));
}
