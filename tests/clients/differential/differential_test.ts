/**
 * What takes a client's place does what the client does, as far as random programs can see it.
 *
 *     deno test -A tests/clients/differential/differential_test.ts -- node24 $(which node)
 */
import { assertMatch } from "@std/assert";
import { test } from "node:test";
import { dropIns } from "../../runner/drop_ins.ts";
import { clients } from "./project.ts";
import { clientsHere, runtimeProgram } from "./runtime_program.ts";

const program = runtimeProgram("tests/clients/differential/main.ts");

for (const client of clientsHere) {
  test(`${client} does the same each time`, async () => {
    assertMatch(await run([client, client, client], { EXACT: "1", PROGRAMS: "100" }), equal);
  });

  test(`${client} is told from the other client`, async () => {
    const other = clients.find((one) => one !== client)!;
    assertMatch(await run([client, client, other], { EXACT: "1" }), / 1 differences$/);
  });

  for (const { entry } of dropIns.filter((one) => one.client === client)) {
    test(`${entry} does what ${client} does`, async () => {
      const layer = await program.build(entry);
      assertMatch(await run([client, client, `file://${layer}`]), equal);
    });
  }
}

const equal = /: 0 missing, 0 stale, 0 differences$/;

async function run(
  modules: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<string> {
  return (await program.run(modules, env)).text;
}
