import { createNpmProject, typeScript } from "./npm_project.ts";
import { otherHono } from "./programs.ts";
import type { Project } from "./project.ts";

/** What else Node's users serve with. */
const frameworks = ["express@5", "fastify@5"];

/**
 * Makes a project with the package and all that the programs for Node import. It is the same npm that
 * installs for each version of Node, so it does so once, and each has a copy: that saves 6 s of CPU.
 */
export async function installNodePackages(registry: string): Promise<Project> {
  const project = await createNpmProject(registry);
  try {
    await project.run("npx", ["-y", "jsr", "add", "@edgeprom/edgeprom"]);
    const packages = ["hono", "zod", "@hono/node-server", "srvx", "tsx"];
    await project.run("npm", [
      "install",
      "--no-audit",
      "--no-fund",
      ...packages,
      ...frameworks,
      otherHono.alias,
      ...typeScript,
    ]);
    return project;
  } catch (error) {
    await project.remove();
    throw error;
  }
}
