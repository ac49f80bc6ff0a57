import { assertEquals } from "@std/assert";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answers } from "../runtimes/answers.ts";
import type { Server } from "../runtimes/serve.ts";
import { answering, freePort } from "../support/network.ts";
import { start } from "../support/process.ts";
import { root } from "../support/root.ts";
import { aggregateExample, runAggregateExample } from "./aggregate_example.ts";
import { commandsOf, type ExampleCommand, onPort } from "./example_commands.ts";
import { type Example, examples, portableFiles } from "./examples.ts";
import type { TypeChecks } from "./npm_project.ts";
import { programs, writePrograms } from "./programs.ts";
import { pushExamples, runPushExample } from "./push_examples.ts";
import type { Project } from "./project.ts";

/** How the users of a runtime install the package, check their types, and run their programs. */
export interface Installation {
  /** The address of the registry that has it. */
  readonly registry: string;
  /** Makes a project with the package in it, and Hono. */
  install(): Promise<Project>;
  /** Builds its sources, if the runtime cannot run them as they are. */
  readonly build?: (project: Project) => Promise<unknown>;
  /** Checks all types of the project, in each way that there is. */
  readonly typeChecks: TypeChecks;
  /** Runs a program of the project. */
  run(project: Project, program: string): Promise<unknown>;
  /** What works on this runtime besides, by what it is. */
  readonly extras?: Readonly<Record<string, (project: Project) => Promise<unknown>>>;
  /** Programs besides those for all, with files that they import; they need no build. */
  readonly ownPrograms?: { readonly run: readonly string[]; readonly imports: readonly string[] };
  readonly executable: string;
  /** The arguments for a command of an example; `undefined` if it is for another runtime. */
  argumentsOf(command: ExampleCommand): readonly string[] | undefined;
  /** The example for this runtime. */
  readonly example: string;
  /** Whether that ends in order on SIGTERM. */
  readonly stops: boolean;
}

/** Where a program of many files is in a project, apart from the others. */
const programFolder = "program";

/** Tests that what a user does works, from an empty folder on. */
export function testInstallation(installation: Installation): void {
  const { executable } = installation;
  let project: Project;

  const commandsFor = (file: string) =>
    commandsOf(`examples/${file}`)
      .filter((command) => installation.argumentsOf(command) !== undefined);

  before(async () => {
    project = await installation.install();
    const single = [...examples.filter(({ isProgram }) => !isProgram), ...pushExamples];
    const files = [...single.map(({ file }) => file), ...Object.values(aggregateExample)];
    const own = files.filter((file) => commandsFor(file).length > 0)
      .map((file) => `examples/${file}`);
    await project.copy([...new Set(["examples/workers/worker.ts", ...portableFiles, ...own])]);
    for (const name of ["stream_processor.ts", "stream_processor", "data"]) {
      const target = join(project.folder, programFolder, name);
      await cp(join(root, "examples", name), target, { recursive: true });
    }
    await writePrograms(project, installation.registry);
    const { run = [], imports = [] } = installation.ownPrograms ?? {};
    await project.copy([...run, ...imports].map((name) => `tests/installation/programs/${name}`));
    await installation.build?.(project);
  });

  after(() => project?.remove());

  for (const [name, check] of Object.entries(installation.typeChecks)) {
    test(`types compile with ${name}`, async () => void await check(project));
  }
  for (const program of [...programs, ...installation.ownPrograms?.run ?? []]) {
    test(`program ${program} runs`, async () => void await installation.run(project, program));
  }
  for (const [name, run] of Object.entries(installation.extras ?? {})) {
    test(name, async () => void await run(project));
  }

  /** Runs the command as it stands, but on a free port. */
  async function serve({ path, isProgram }: Example, command: ExampleCommand): Promise<Server> {
    const port = await freePort();
    const { env } = onPort(command, port);
    const args = installation.argumentsOf(onPort(command, port)) ?? [];
    const url = `http://127.0.0.1:${port}`;
    const running = start(executable, args, {
      cwd: isProgram ? join(project.folder, programFolder) : project.folder,
      // The examples of a runtime name their port themselves, or take it from here.
      env: {
        ...project.env,
        ...env,
        PORT: String(port),
        DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      },
    });
    const died = running.exit.then(() => {
      throw new Error(`${command.line} does not serve:\n${running.output()}`);
    });
    const ready = answering(`${url}${path}`).then((response) => response.body?.cancel());
    await Promise.race([ready, died]).catch(async (error) => {
      await running.stop("SIGKILL");
      throw error;
    });
    // From now on an end is not an error.
    died.catch(() => {});
    return { ...running, url, compresses: true };
  }

  for (const example of examples) {
    for (const command of commandsFor(example.file)) {
      test(`example: ${command.line}`, async (context) => {
        const server = await serve(example, command);
        try {
          await example.check(server.url);
          if (example.file !== installation.example) return;
          for (const { name, run } of answers) await context.test(name, () => run(server));
          if (!installation.stops) return;
          const exit = await server.stop("SIGTERM");
          assertEquals(exit, { code: 0, signal: null }, server.output());
        } catch (error) {
          throw new Error(`${command.line}:\n${server.output()}`, { cause: error });
        } finally {
          await server.stop();
        }
      });
    }
  }

  for (const example of pushExamples) {
    for (const command of commandsFor(example.file)) {
      test(`example: ${command.line}`, async () => {
        const { folder: cwd, env } = project;
        const args = installation.argumentsOf(command) ?? [];
        await runPushExample(
          example,
          (variables) => start(executable, args, { cwd, env: { ...env, ...variables } }),
        );
      });
    }
  }

  for (const { line } of commandsFor(aggregateExample.service)) {
    test(`example: ${line}`, () =>
      runAggregateExample((file, variables) => {
        const [command] = commandsFor(file);
        const env = { ...project.env, ...command.env, ...variables };
        const args = installation.argumentsOf(command) ?? [];
        return start(executable, args, { cwd: project.folder, env });
      }));
  }
}
