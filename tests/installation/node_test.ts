/** The package in a Node project, by `npx jsr add`. */
import { execFileSync } from "node:child_process";
import process from "node:process";
import { isFor } from "./example_commands.ts";
import { type Installation, testInstallation } from "./installation.ts";
import { createNpmProject, strictChecks } from "./npm_project.ts";
import type { Project } from "./project.ts";

const [, node, registry, installed] = process.argv.slice(2);

const version = execFileSync(node, ["-p", "process.version"]).toString().trim();

/** Whether this Node runs TypeScript as it is; an older one needs it compiled. */
const native =
  execFileSync(node, ["-p", "process.features.typescript"]).toString().trim() === "strip";
const compiled = (file: string) => native ? file : file.replace(/^(.*)\.ts$/, "out/$1.js");

/** Writes a program and runs it. */
async function runProgram(project: Project, name: string, text: string): Promise<void> {
  await project.write(name, text);
  await project.run(node, [name]);
}

/** CommonJS, and jest, which runs ES modules if Node is asked to. */
const extras: Installation["extras"] = {
  [`CommonJS: ${native ? "require()" : "import()"} has the package`]: (project) =>
    runProgram(
      project,
      "common.cjs",
      `(async () => {
        const { MetricsRegistry } = ${native ? "require" : "await import"}("@edgeprom/edgeprom");
        const registry = new MetricsRegistry();
        registry.counter({ name: "a", help: "A." }).inc();
        if (!(await registry.text()).endsWith("a 1\\n")) process.exit(1);
      })();\n`,
    ),
  ...version.startsWith("v24.") && {
    async "jest runs tests that import the package"(project) {
      await project.run("npm", ["install", "--no-audit", "--no-fund", "jest"]);
      await project.write(
        "orders.test.js",
        `import { MetricsRegistry } from "@edgeprom/edgeprom";
        test("orders are counted", () => {
          const orders = new MetricsRegistry().counter({ name: "orders_total", help: "Orders." });
          orders.inc();
          expect(orders.get()).toBe(1);
        });\n`,
      );
      const jest = ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", "orders"];
      await project.run(node, jest);
    },
  },
};

testInstallation({
  registry,
  extras,
  async install() {
    const project = await createNpmProject(registry);
    await project.run("cp", ["-a", `${installed}/.`, "."]);
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
  executable: node,
  argumentsOf(command) {
    if (!isFor(version, command)) return undefined;
    if (command.program === "node") return command.args;
    // What npx starts; stopping npx itself would leave that running.
    return command.program === "npx srvx"
      ? ["node_modules/srvx/bin/srvx.mjs", ...command.args]
      : undefined;
  },
  example: "node.ts",
  stops: true,
});
