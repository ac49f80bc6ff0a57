import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { moduleGraph } from "../support/module_graph.ts";
import { deno } from "./command.ts";
import { counted, denoTest, single } from "./counts.ts";
import { dropIns } from "./drop_ins.ts";
import { documents } from "./documents.ts";
import { importMap } from "./import_map.ts";
import type { Outcome, Step } from "./step.ts";

/** The files of all exports. */
const entries = Object.values<string>(JSON.parse(readFileSync("deno.json", "utf8")).exports);

/** Everything that is checked without running a test of our own. */
export function staticChecks(assertFlags: readonly string[]): Step[] {
  const check = (name: string, ...args: string[]): Step => ({
    name,
    run: async () => single(await deno([...name.split(" ").slice(1), ...args])),
  });
  return [
    check("deno fmt", "--check"),
    check("deno lint"),
    check("deno check", "--quiet", ...assertFlags, "mod.ts", "src", "tests", "examples"),
    check("deno publish --dry-run", "--allow-dirty"),
    ...dropIns.map(({ client, entry, uses }) => ({
      name: `types of ${client}`,
      // `deno check` above has compiled the uses against the client's own types.
      run: async () => {
        const ours = importMap({ [client]: pathToFileURL(entry).href });
        return single(await deno(["check", "--quiet", ...ours, uses]));
      },
    })),
    { name: "deno doc --lint", run: lintDocumentation },
    { name: "examples in documentation", run: () => testDocumentation(assertFlags) },
  ];
}

/**
 * Deno's documentation lint counts Hono's types as private ones of ours. With Hono replaced by an
 * empty module it judges only what this package itself makes public.
 */
async function lintDocumentation(): Promise<Outcome> {
  const specifiers = moduleGraph("mod.ts").flatMap(({ imports }) => imports)
    .map(({ written }) => written)
    .filter((written) => /^hono(\/|$)/.test(written));
  const empty = "data:application/typescript,export%20%7B%7D";
  const flags = importMap(Object.fromEntries(specifiers.map((specifier) => [specifier, empty])));
  return single(await deno(["doc", "--lint", ...flags, ...entries]));
}

async function testDocumentation(assertFlags: readonly string[]): Promise<Outcome> {
  const files = ["mod.ts", "src", ...documents().map(({ path }) => path)];
  return counted(await deno(["test", "--doc", "-A", ...assertFlags, ...files]), denoTest);
}
