import { assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answers } from "../runtimes/answers.ts";
import type { Platform } from "../runtimes/platforms.ts";
import { serve, type Server } from "../runtimes/serve.ts";
import { root } from "../support/root.ts";
import { exampleFiles, examples, takesEvents } from "./examples.ts";
import type { TypeChecks } from "./npm_project.ts";
import { programs, writePrograms } from "./programs.ts";
import type { Project } from "./project.ts";

/** How the users of a runtime install the package, check their types, and run their programs. */
export interface Installation {
  /** The address of the registry that has it. */
  readonly registry: string;
  /** Makes a project with the package in it, and Hono. */
  install(): Promise<Project>;
  /** Builds its sources, if the runtime cannot run them as they are. */
  readonly build?: (project: Project) => Promise<unknown>;
  /** The path of the built file of a source. */
  readonly locate?: (source: string) => string;
  /** Checks all types of the project, in each way that there is. */
  readonly typeChecks: TypeChecks;
  /** Runs a program of the project. */
  run(project: Project, program: string): Promise<unknown>;
  /** The example for this runtime, and how it is served. */
  readonly example: string;
  readonly platform: Platform;
  readonly executable: string;
  /** Whether the example ends in order on SIGTERM. */
  readonly stops: boolean;
  /** How a default export is served; left out if that takes a package. */
  readonly defaultExports?: Platform;
}

/** Tests that what a user does works, from an empty folder on. */
export function testInstallation(installation: Installation): void {
  const { platform, executable, example, defaultExports } = installation;
  const { build, locate = (source) => source } = installation;
  let project: Project;
  let server: Server;

  const serveFile = (platform: Platform, file: string, path?: string) => {
    const { env, folder } = project;
    const module = join(folder, locate(file));
    const permissions = permissionsOf(join(root, "examples", file));
    return serve({ platform, executable, module, path, env, permissions });
  };

  before(async () => {
    project = await installation.install();
    await project.copy([`examples/${example}`, "examples/workers/worker.ts", ...exampleFiles]);
    await writePrograms(project, installation.registry);
    await build?.(project);
    server = await serveFile(platform, example);
  });

  after(async () => {
    await server?.stop();
    await project?.remove();
  });

  for (const [name, check] of Object.entries(installation.typeChecks)) {
    test(`types compile with ${name}`, async () => void await check(project));
  }
  for (const program of programs) {
    test(`program ${program} runs`, async () => void await installation.run(project, program));
  }
  test(`${example} takes events`, () => takesEvents(server.url));
  for (const { name, run } of answers) {
    test(`${example}: ${name}`, () => run(server));
  }
  for (const { file, path, check } of defaultExports ? examples : []) {
    test(file, async () => {
      const server = await serveFile(defaultExports as Platform, file, path);
      await check(server.url).finally(() => server.stop());
    });
  }
  if (installation.stops) {
    test(`${example} ends in order`, async () => {
      assertEquals(await server.stop("SIGTERM"), { code: 0, signal: null }, server.output());
    });
  }
}

/** What an example is allowed to do by the command in its first line, if that is one for Deno. */
function permissionsOf(path: string): readonly string[] {
  const [line] = readFileSync(path, "utf8").split("\n");
  return line.match(/--allow-\S+/g) ?? [];
}
