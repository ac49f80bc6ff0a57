/**
 * Processes and threads of ours and of the clients understand each other.
 *
 *     deno test -A tests/clients/differential/cluster_test.ts -- node24 $(which node)
 */
import { assertEquals, assertMatch } from "@std/assert";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { build } from "../../runtimes/build.ts";
import { start } from "../../support/process.ts";
import { installClients } from "./project.ts";

const [name = "deno", executable = process.execPath, folder] = process.argv.slice(2);

/** Deno has no clusters, and Bun's and older releases of Node are not what 0.16 needs. */
const kinds = [
  ["cluster", "prom-client"],
  ["cluster", "@prometheus-io/client"],
  ["threads", "@prometheus-io/client"],
].filter(([, client]) => name === "node20" ? client === "prom-client" : name.startsWith("node"));

let home: string;
let main: string;
let remove = () => Promise.resolve();

before(async () => {
  const project = folder === undefined ? await installClients() : undefined;
  home = await mkdtemp(join(folder ?? project!.folder, "run-"));
  main = await build("tests/clients/differential/cluster_main.ts", "deno", home);
  remove = () => project?.remove() ?? rm(home, { recursive: true });
});

after(() => remove());

for (const [kind, client] of kinds) {
  test(`${kind} of ${client}: a primary or workers of ours in place of theirs`, async () => {
    const expected = await run(kind!, client!, "theirs", "theirs");
    assertMatch(expected, /^counter_total\{a="x"\} (3|13)$/m);
    for (const [primary, worker] of [["ours", "theirs"], ["theirs", "ours"], ["ours", "ours"]]) {
      assertEquals(await run(kind!, client!, primary!, worker!), expected, `${primary}, ${worker}`);
    }
  });
}

/** prom-client takes answers as they come, so that order, and what is first, is left to chance. */
function comparable(output: string, client: string): string {
  if (client !== "prom-client") return output;
  return output.split("\n").filter((line) => !line.startsWith("gauge_first ")).sort().join("\n");
}

async function run(...args: readonly [string, string, string, string]): Promise<string> {
  const command = start(executable, [main, ...args], { cwd: home });
  await command.exit;
  return comparable(command.output(), args[1]);
}
