import { packagesFor } from "../../bench/runner/packages.ts";
import { createProject, type Project } from "../../installation/project.ts";
import type { ClientName } from "./client.ts";

const versions = packagesFor("node24");

/** The clients, whose API the layer has. */
export const clients: readonly ClientName[] = ["prom-client", "@prometheus-io/client"];

/** Makes a project with both clients from npm. */
export async function installClients(): Promise<Project> {
  const project = await createProject();
  await project.write("package.json", `{ "private": true, "type": "module" }`);
  const packages = clients.map((name) => `${name}@${versions[name]}`);
  await project.run("npm", ["install", "--no-audit", "--no-fund", ...packages]);
  return project;
}
