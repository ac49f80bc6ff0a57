/**
 * Our default metrics are those of the clients, family by family, made of the clients' own classes.
 *
 *     deno test -A tests/clients/differential/default_metrics_test.ts -- node24 $(which node)
 */
import { assertEquals } from "@std/assert";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
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
  home = await mkdtemp(join(folder ?? project!.folder, "defaults-"));
  main = await build("tests/clients/differential/default_metrics.ts", "deno", home);
  remove = () => project?.remove() ?? rm(home, { recursive: true });
});

after(() => remove());

for (const client of here) {
  test(`the default metrics of ${client} are the same`, async () => {
    const flags = name === "deno" ? ["run", "-A", "--node-modules-dir=manual"] : [];
    const command = start(executable, [...flags, main, client], { cwd: home });
    const { code } = await command.exit;
    assertEquals([command.output().trim(), code], ["0 differences", 0]);
  });
}
