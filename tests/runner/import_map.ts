import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../support/root.ts";
import { deno } from "./command.ts";
import { RecentFailure } from "./recent_failure.ts";

type Imports = Readonly<Record<string, string>>;

/** The source of the tests' @std/assert, and the Deno flags that select it. */
export interface AssertSource {
  readonly description: string;
  readonly flags: readonly string[];
}

const declared: Imports = JSON.parse(readFileSync(join(root, "deno.json"), "utf8")).imports;

/**
 * The real @std/assert if its registry can be reached or has been before, otherwise our stand-in. A
 * plain entry in deno.json cannot say "otherwise", so each run decides it.
 *
 * If the network hangs, that takes 20 s; therefore a registry that was not reached is not asked
 * again for ten minutes.
 */
export async function findAssert(): Promise<AssertSource> {
  const specifier = declared["@std/assert"];
  const memory = ".out/assert_not_fetched.json";
  const failure = new RecentFailure(join(root, memory), specifier, 10);
  const isRecent = failure.isRecent();
  if (!isRecent) {
    const { success } = await deno(["cache", "--quiet", specifier], 20);
    failure.record(!success);
    if (success) return { description: `@std/assert: the real one, ${specifier}`, flags: [] };
  }
  const remark = isRecent ? ` (as ${memory} says)` : "";
  return {
    description:
      `@std/assert: ${specifier} cannot be fetched${remark}, using tests/assert.ts instead`,
    flags: importMap({ "@std/assert": pathToFileURL(join(root, "tests/assert.ts")).href }),
  };
}

/** The flags for deno.json's imports with some replaced. */
export function importMap(replaced: Imports): string[] {
  const map = JSON.stringify({ imports: { ...declared, ...subpaths(declared), ...replaced } });
  return ["--import-map", `data:application/json,${encodeURIComponent(map)}`];
}

/** What deno.json says without words: a package that may be imported may be by its subpaths, too. */
function subpaths(imports: Imports): Imports {
  const entries = Object.entries(imports);
  return Object.fromEntries(
    entries.map(([name, target]) => [`${name}/`, `${target.replace(":", ":/")}/`]),
  );
}
