/** The package in a Deno project, by `deno add`. */
import { join } from "node:path";
import process from "node:process";
import { platforms } from "../runtimes/platforms.ts";
import { testInstallation } from "./installation.ts";
import { otherHono } from "./programs.ts";
import { createProject } from "./project.ts";

const [, deno, registry] = process.argv.slice(2);

testInstallation({
  registry,
  async install() {
    const project = await createProject((home) => ({
      JSR_URL: registry,
      DENO_DIR: join(home, "deno"),
    }));
    await project.run(deno, ["add", "jsr:@edgeprom/edgeprom", "npm:hono", otherHono.alias]);
    return project;
  },
  typeChecks: { "deno check": (project) => project.run(deno, ["check", "."]) },
  run: (project, program) => project.run(deno, ["run", "-A", program]),
  example: "deno.ts",
  platform: platforms.deno,
  executable: deno,
  stops: true,
  defaultExports: platforms["deno serve"],
});
