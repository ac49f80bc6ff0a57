/**
 * Processes and threads of ours and of the clients understand each other.
 *
 *     deno test -A tests/clients/differential/cluster_test.ts -- node24 $(which node)
 */
import { assertEquals, assertMatch } from "@std/assert";
import { test } from "node:test";
import { runtime, runtimeProgram } from "./runtime_program.ts";

/** Deno has no clusters, and Bun's and older releases of Node are not what 0.16 needs. */
const kinds = [
  ["cluster", "prom-client"],
  ["cluster", "@prometheus-io/client"],
  ["threads", "@prometheus-io/client"],
].filter(([, client]) =>
  runtime === "node20" ? client === "prom-client" : runtime.startsWith("node")
);

const program = runtimeProgram("tests/clients/differential/cluster_main.ts");

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
  return comparable((await program.run(args)).text, args[1]);
}
