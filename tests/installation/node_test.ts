/** The package in a Node project, by `npx jsr add`. */
import { execFileSync } from "node:child_process";
import process from "node:process";
import { platforms } from "../runtimes/platforms.ts";
import { testInstallation } from "./installation.ts";
import { createNpmProject, strictChecks, typeScript } from "./npm_project.ts";
import { otherHono } from "./programs.ts";

const [, node, registry] = process.argv.slice(2);

/** Whether this Node runs TypeScript as it is; an older one needs it compiled. */
const native =
  execFileSync(node, ["-p", "process.features.typescript"]).toString().trim() === "strip";
const compiled = (file: string) => native ? file : file.replace(/^(.*)\.ts$/, "out/$1.js");

/** What else Node's users serve with. */
const frameworks = ["express@5", "fastify@5"];

testInstallation({
  registry,
  async install() {
    const project = await createNpmProject(registry);
    await project.run("npx", ["-y", "jsr", "add", "@edgeprom/edgeprom"]);
    const packages = ["hono", "@hono/node-server", otherHono.alias, ...frameworks, ...typeScript];
    await project.run("npm", ["install", "--no-audit", "--no-fund", ...packages]);
    return project;
  },
  build: native
    ? undefined
    : (project) =>
      project.run(node, ["node_modules/typescript/bin/tsc", "--noCheck", "--module", "nodenext"]),
  typeChecks: strictChecks(node),
  run: (project, program) => project.run(node, [compiled(program)]),
  ownPrograms: {
    run: ["express.mjs", "fastify.mjs", "node_http.mjs"],
    imports: ["asking.mjs"],
  },
  example: "node.ts",
  platform: platforms.node,
  executable: node,
  stops: true,
  locate: compiled,
});
