import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.ts";
import type { Project } from "./project.ts";

const copied = [
  "counter_page.ts",
  "delta_pusher.ts",
  "host.ts",
  "middleware.ts",
  "own_server.ts",
  "remote_writer.ts",
  "scrape_page.ts",
  "types.ts",
];

/** Programs that use the package and fail if it does not work. */
export const programs: readonly string[] = ["entries.ts", "other_hono.ts", ...copied];

/** Another Hono than the package's: a copy of its own, of another version, as npm and Deno add it. */
export const otherHono = { name: "@hono/hono", alias: "@hono/hono@npm:hono@4.12.34" } as const;

const folder = "tests/installation/programs";

/** Puts the programs into a project. */
export async function writePrograms(project: Project, registry: string): Promise<void> {
  await project.copy(copied.map((name) => join(folder, name)));
  const foreign = readFileSync(join(root, folder, "other_hono.ts"), "utf8");
  await project.write("other_hono.ts", foreign.replace(`"hono"`, `"${otherHono.name}"`));
  await project.write("entries.ts", await everyEntry(registry));
}

/** A program that imports whatever the published package exports. */
async function everyEntry(registry: string): Promise<string> {
  const ask = async (path: string) => await (await fetch(`${registry}${name}/${path}`)).json();
  const name = "@edgeprom/edgeprom";
  const { latest } = await ask("meta.json");
  const { exports } = await ask(`${latest}_meta.json`);
  const imports = Object.keys(exports).map((entry, index) =>
    `import * as entry${index} from "${join(name, entry)}";\n` +
    `if (Object.keys(entry${index}).length === 0) throw new Error("${entry} is empty");\n`
  );
  return imports.join("");
}
