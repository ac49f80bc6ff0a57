import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.ts";

/** A command that starts an example, from the comment at its top. */
export interface ExampleCommand {
  /** The line as it stands there. */
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
  readonly program: string;
  readonly args: readonly string[];
  /** The versions of Node that it is for, such as "Node 22.18 or later"; any if it is absent. */
  readonly versions?: string;
}

/** The port in all commands. */
const documentedPort = "8000";

const pattern =
  /^(?:\/\/| \*) +((?:[A-Z_]+=\S+ )*)(deno|bun|node|npx srvx|npx wrangler) ([^(]*?)(?: +\((.+)\))?$/;

/** The commands at the top of an example, in a file of this repository. */
export function commandsOf(path: string): readonly ExampleCommand[] {
  const text = readFileSync(join(root, path), "utf8");
  const comment = text.match(/^(?:\/\/.*\n)+|^\/\*\*.*?\*\//s)?.[0] ?? "";
  const commands = comment.split("\n").flatMap((line) => {
    const [, env, program, args, versions] = line.match(pattern) ?? [];
    if (program === undefined) return [];
    const variables = env.trim().split(" ").filter(Boolean).map((pair) => pair.split("="));
    const command = `${env}${program} ${args}`;
    return [{
      line: command,
      env: Object.fromEntries(variables),
      program,
      args: args.split(" "),
      versions,
    }];
  });
  if (commands.length === 0) throw new Error(`${path} does not say how it is run`);
  return commands;
}

/** The same command on another port. */
export function onPort(command: ExampleCommand, port: number): ExampleCommand {
  const replace = (text: string) => text === documentedPort ? String(port) : text;
  const { env, args } = command;
  return {
    ...command,
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, replace(text)])),
    args: args.map(replace),
  };
}

/** Whether a remark on versions of Node is about this one. */
export function isFor(version: string, { versions }: ExampleCommand): boolean {
  if (versions === undefined) return true;
  const [, major, minor = "0", later] = versions.match(/^Node (\d+)(?:\.(\d+))?( or later)?/) ?? [];
  if (major === undefined) throw new Error(`${versions} is not about versions of Node`);
  const [ownMajor, ownMinor] = version.replace(/^v/, "").split(".").map(Number);
  return later === undefined
    ? ownMajor === Number(major)
    : ownMajor > Number(major) || (ownMajor === Number(major) && ownMinor >= Number(minor));
}
