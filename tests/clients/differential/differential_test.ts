/**
 * What takes a client's place does what the client does, as far as random programs can see it.
 *
 *     deno test -A tests/clients/differential/differential_test.ts -- node24 $(which node)
 */
import { assertMatch } from "@std/assert";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { dropIns } from "../../runner/drop_ins.ts";
import { build } from "../../runtimes/build.ts";
import { start } from "../../support/process.ts";
import { clients, installClients } from "./project.ts";

const [name = "deno", executable = process.execPath, folder] = process.argv.slice(2);

/** 0.16 needs Node 22. */
const here = clients.filter((client) => name !== "node20" || client === "prom-client");

let home: string;
let main: string;
let remove = () => Promise.resolve();

before(async () => {
  const project = folder === undefined ? await installClients() : undefined;
  home = await mkdtemp(join(folder ?? project!.folder, "run-"));
  main = await build("tests/clients/differential/main.ts", "deno", home);
  remove = () => project?.remove() ?? rm(home, { recursive: true });
});

after(() => remove());

for (const client of here) {
  test(`${client} does the same each time`, async () => {
    assertMatch(await run([client, client, client], { EXACT: "1", PROGRAMS: "100" }), equal);
  });

  test(`${client} is told from the other client`, async () => {
    const other = clients.find((one) => one !== client)!;
    assertMatch(await run([client, client, other], { EXACT: "1" }), / 1 differences$/);
  });

  for (const { entry } of dropIns.filter((one) => one.client === client)) {
    test(`${entry} does what ${client} does`, async () => {
      const layer = await build(entry, "deno", home);
      assertMatch(await run([client, client, `file://${layer}`]), equal);
    });
  }
}

const equal = /: 0 missing, 0 stale, 0 differences$/;

async function run(
  modules: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const flags = name === "deno" ? ["run", "-A", "--node-modules-dir=manual"] : [];
  const command = start(executable, [...flags, main, ...modules], { cwd: home, env });
  await command.exit;
  return command.output().trim();
}
