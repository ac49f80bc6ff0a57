/** The package in a Bun project, by `bunx jsr add`. */
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { testInstallation } from "./installation.ts";
import { createNpmProject, strictChecks, typeScript } from "./npm_project.ts";
import { otherHono } from "./programs.ts";

const [, bun, registry] = process.argv.slice(2);

testInstallation({
  registry,
  async install() {
    const project = await createNpmProject(registry, (home) => ({
      PATH: `${home}:${process.env.PATH}`,
      BUN_INSTALL_CACHE_DIR: join(home, "cache"),
    }));
    // What bunx starts looks for Bun by its name.
    await symlink(bun, join(project.folder, "../bun"));
    await project.run(bun, ["x", "jsr", "add", "@edgeprom/edgeprom"]);
    const packages = ["hono", "zod", "@hono/node-server", otherHono.alias, ...typeScript];
    await project.run(bun, ["add", ...packages]);
    return project;
  },
  typeChecks: strictChecks(bun),
  run: (project, program) => project.run(bun, [program]),
  executable: bun,
  argumentsOf: ({ program, args }) => program === "bun" ? args : undefined,
  example: "bun.ts",
  stops: false,
});
