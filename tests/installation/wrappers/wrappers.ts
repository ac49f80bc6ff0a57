import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeBlocks } from "../../runner/documents.ts";
import { freePort } from "../../support/network.ts";
import { createNpmProject } from "../npm_project.ts";
import type { Project } from "../project.ts";

/** A package that wraps the client, with what its app needs. */
export interface Wrapper {
  readonly name: string;
  /** The app, a file of `apps/`. */
  readonly app: string;
  readonly packages: Readonly<Record<string, string>>;
}

/** The packages, each pinned to one version. */
export const wrappers: readonly Wrapper[] = [
  {
    name: "express-prom-bundle",
    app: "express_prom_bundle.mjs",
    packages: { "express-prom-bundle": "8.0.0", "express": "5.1.0" },
  },
  {
    name: "fastify-metrics",
    app: "fastify_metrics.mjs",
    packages: { "fastify-metrics": "13.2.1", "fastify": "^5.0.0" },
  },
  {
    name: "@willsoto/nestjs-prometheus",
    app: "nestjs_prometheus.mjs",
    packages: {
      "@willsoto/nestjs-prometheus": "6.1.1",
      "@nestjs/common": "^11.0.0",
      "@nestjs/core": "^11.0.0",
      "@nestjs/platform-express": "^11.0.0",
      "reflect-metadata": "^0.2.2",
      "rxjs": "^7.8.2",
    },
  },
  {
    name: "@hono/prometheus",
    app: "hono_prometheus.mjs",
    packages: { "@hono/prometheus": "1.0.3", "hono": "^4.8.0", "@hono/node-server": "^2.1.8" },
  },
  {
    name: "@promster/express",
    app: "promster.mjs",
    packages: { "@promster/express": "14.0.0", "express": "5.1.0" },
  },
];

/** It checks what programs do with the types of the client. */
const compiler = { "typescript": "latest", "@types/node": "latest" };

/**
 * Installs all of them in one project, with a client: a version of prom-client, or the folder of a
 * package that takes its place, as its page says for npm.
 */
export async function installWrappers(
  registry: string,
  client: { readonly version: string } | { readonly folder: string },
): Promise<Project> {
  const project = await createNpmProject(registry);
  const lines = "version" in client
    ? { dependencies: { "prom-client": client.version } }
    : await linesFor(project, client.folder);
  const dependencies = Object.assign({}, compiler, ...wrappers.map(({ packages }) => packages));
  await project.write(
    "package.json",
    JSON.stringify({
      private: true,
      type: "module",
      ...lines,
      dependencies: { ...dependencies, ...lines.dependencies },
    }),
  );
  await project.run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"]);
  const apps = ["ask.mjs", "paths.mjs", ...wrappers.map(({ app }) => app)];
  await project.copy(apps.map((app) => join("tests/installation/wrappers/apps", app)));
  await project.copy(["tests/support/types.ts"]);
  const uses = await readFile("tests/types/clients/prom_client.ts", "utf8");
  await project.write("uses.ts", uses.replace("../../support/types.ts", "./types.js"));
  return project;
}

async function linesFor(
  project: Project,
  folder: string,
): Promise<{ readonly dependencies: object }> {
  await cp(folder, join(project.folder, "prom-client"), { recursive: true });
  const { dependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const page = await readFile(join(folder, "README.md"), "utf8");
  const text = page.slice(page.indexOf("\n## npm\n"));
  const lines = JSON.parse(codeBlocks({ text }, "json")[0]);
  return { ...lines, dependencies: { ...dependencies, ...lines.dependencies } };
}

/** What an app answers when it is asked for its metrics, after some requests. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Starts an app, and asks it. */
export async function ask(project: Project, node: string, { app }: Wrapper): Promise<Answer> {
  const output = await project.run(node, ["ask.mjs", `./${app}`, String(await freePort())]);
  return JSON.parse(output.trim().split("\n").at(-1)!);
}
