/** The package in a Deno project, by `deno add`. */
import { join } from "node:path";
import process from "node:process";
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
    await project.run(deno, [
      "add",
      "jsr:@edgeprom/edgeprom",
      "npm:hono",
      "npm:zod",
      "npm:@hono/node-server",
      otherHono.alias,
    ]);
    return project;
  },
  typeChecks: { "deno check": (project) => project.run(deno, ["check", "."]) },
  run: (project, program) => project.run(deno, ["run", "-A", program]),
  executable: deno,
  argumentsOf: ({ program, args }) => program === "deno" ? args : undefined,
  example: "deno.ts",
  stops: true,
});
