import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before } from "node:test";
import { build } from "../../runtimes/build.ts";
import { type Exit, start } from "../../support/process.ts";
import { clients, installClients } from "./project.ts";

/** The runtime that a test file was given, its executable, and a folder with the clients. */
const [name = "deno", executable = process.execPath, given] = process.argv.slice(2);

export { name as runtime };

/** The clients that the runtime has: 0.16 needs Node 22. */
export const clientsHere = clients.filter((client) =>
  name !== "node20" || client === "prom-client"
);

/** A program that runs beside the clients on the runtime that was given. */
export interface RuntimeProgram {
  /** Builds another entry beside it. */
  build(entry: string): Promise<string>;
  /** Runs it. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Output>;
}

/** What a program has printed, and how it ended. */
export interface Output extends Pick<Exit, "code"> {
  readonly text: string;
}

/** Builds a program before the tests of a file, and removes it after them. */
export function runtimeProgram(entry: string): RuntimeProgram {
  let home: string;
  let main: string;
  let remove = () => Promise.resolve();
  before(async () => {
    const project = given === undefined ? await installClients() : undefined;
    home = await mkdtemp(join(given ?? project!.folder, "run-"));
    main = await build(entry, "deno", home);
    remove = () => project?.remove() ?? rm(home, { recursive: true });
  });
  after(() => remove());
  return {
    build: (other) => build(other, "deno", home),
    async run(args, env = {}) {
      const flags = name === "deno" ? ["run", "-A", "--node-modules-dir=manual"] : [];
      const command = start(executable, [...flags, main, ...args], { cwd: home, env });
      const { code } = await command.exit;
      return { code, text: command.output().trim() };
    },
  };
}
