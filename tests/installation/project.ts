import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "../support/root.ts";
import { start } from "../support/process.ts";

export type Environment = Readonly<Record<string, string>>;

/** A user's project in a folder of its own, empty at first. */
export interface Project {
  readonly folder: string;
  /** Variables that its commands run with, besides those of this process. */
  readonly env: Environment;
  write(name: string, text: string): Promise<void>;
  /** Takes over files of this repository, all into the one folder. */
  copy(paths: readonly string[]): Promise<void>;
  /** Runs a command there, and gives its output. If it fails, the error has that. */
  run(executable: string, args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Makes an empty project in a home of its own, where its tools may keep what is theirs: the home is
 * removed with it, and nothing there comes from another run.
 */
export async function createProject(
  environment: (home: string) => Environment = () => ({}),
): Promise<Project> {
  const home = await mkdtemp(join(tmpdir(), "edgeprom-project-"));
  const folder = join(home, "project");
  await mkdir(folder);
  const env = environment(home);
  return {
    folder,
    env,
    write: (name, text) => writeFile(join(folder, name), text),
    async copy(paths) {
      for (const path of paths) await copyFile(join(root, path), join(folder, basename(path)));
    },
    async run(executable, args) {
      const command = start(executable, args, { cwd: folder, env });
      const { code } = await command.exit;
      if (code === 0) return command.output();
      throw new Error(`${executable} ${args.join(" ")}: exit code ${code}\n${command.output()}`);
    },
    remove: () => rm(home, { recursive: true }),
  };
}
