import { deno, type Finished, run } from "./command.ts";
import { bunTest, counted, nodeTest } from "./counts.ts";
import type { Outcome } from "./step.ts";

/** A runtime that runs the bundled unit tests. */
export interface Runtime {
  readonly name: string;
  /** The path of its executable, or the reason why there is none. */
  find(): Promise<Found>;
  test(executable: string, files: readonly string[]): Promise<Outcome>;
}

export type Found = { readonly executable: string } | { readonly reason: string };

export const runtimes: readonly Runtime[] = [nodeRuntime(20), nodeRuntime(24), {
  name: "bun",
  find: async () =>
    located(await deno(["x", "-y", "-A", "npm:bun@1", "-e", "console.log(process.execPath)"], 120)),
  test: async (bun, files) => {
    const paths = files.map((file) => `./${file}`);
    const flags = ["test", "--only-failures", "--timeout=60000"];
    return counted(await run(bun, [...flags, ...paths]), bunTest);
  },
}];

function nodeRuntime(major: number): Runtime {
  return {
    name: `node${major}`,
    find: async () => {
      const present = await run("node", ["-p", "process.version"], 20);
      if (present.output.startsWith(`v${major}.`)) return { executable: "node" };
      return located(await run("npx", ["-y", `node@${major}`, "-p", "process.execPath"], 120));
    },
    test: async (node, files) =>
      counted(await run(node, ["--test", "--test-reporter=spec", ...files]), nodeTest),
  };
}

/** Package runners print notices of their own around the path that was asked for. */
function located({ success, output }: Finished): Found {
  const executable = output.match(/^(\/|[A-Z]:\\).*$/m)?.[0].trim();
  if (success && executable) return { executable };
  const reason = output.match(/^.*error.*$/im)?.[0] ?? output;
  return { reason: reason.trim() };
}
