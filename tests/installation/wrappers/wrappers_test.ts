/**
 * Packages that wrap prom-client give the same pages with what npm's `overrides` put in its place.
 *
 *     deno test -A tests/installation/wrappers/wrappers_test.ts -- $(which node) http://registry/ folder
 */
import { assertEquals } from "@std/assert";
import { globSync, realpathSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { packagesFor } from "../../bench/runner/packages.ts";
import { strictChecks } from "../npm_project.ts";
import type { Project } from "../project.ts";
import { maskedPage } from "./masked_page.ts";
import { type Answer, ask, installWrappers, wrappers } from "./wrappers.ts";

const [node, registry, folder = "examples/prom_client_alias"] = process.argv.slice(2);

const version = packagesFor("node24")["prom-client"];

let withClient: Project;
let withOther: Project;

before(async () => {
  [withClient, withOther] = await Promise.all([
    installWrappers(registry, { version }),
    installWrappers(registry, { folder }),
  ]);
});

after(() => Promise.all([withClient?.remove(), withOther?.remove()]));

test("overrides leave no prom-client but what they name", () => {
  const copies = globSync("node_modules/**/prom-client/package.json", { cwd: withOther.folder });
  // It is a link, which the pattern does not follow.
  const paths = [...copies, "node_modules/prom-client/package.json"]
    .map((path) => realpathSync(join(withOther.folder, path)));
  assertEquals(
    [...new Set(paths)],
    [realpathSync(join(withOther.folder, "prom-client/package.json"))],
  );
});

test("a program reaches all by require(), by paths and by names as with prom-client", async () => {
  const expected = JSON.parse(await withClient.run(node, ["paths.mjs"]));
  assertEquals(JSON.parse(await withOther.run(node, ["paths.mjs"])), expected);
  assertEquals(expected["lib/registry"], [true, true]);
});

for (const [name, check] of Object.entries(strictChecks(node))) {
  test(`${name} takes what programs do with the client's types`, async () => {
    await check(withClient);
    await check(withOther);
  });
}

for (const wrapper of wrappers) {
  test(`${wrapper.name} gives the same page as with prom-client`, async () => {
    const expected = await ask(withClient, node, wrapper);
    // If this fails, the mask lets something through that differs from run to run.
    assertEquals(comparable(await ask(withClient, node, wrapper)), comparable(expected));
    assertEquals(comparable(await ask(withOther, node, wrapper)), comparable(expected));
    assertEquals(/^orders_total|^shop_orders_total/m.test(expected.body), true);
  });
}

function comparable({ body, ...answer }: Answer): object {
  return { ...answer, lines: maskedPage(body).split("\n") };
}
