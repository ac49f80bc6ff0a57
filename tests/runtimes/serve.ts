import { answering, freePort } from "../support/network.ts";
import { type Running, start } from "../support/process.ts";
import type { Served } from "./answers.ts";
import type { Launch, Platform } from "./platforms.ts";

/** A module that is being served, by a process that can be stopped. */
export interface Server extends Served, Running {}

export interface ServeOptions extends Omit<Launch, "port"> {
  readonly platform: Platform;
  /** A path that answers with a success once the module serves. */
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Serves a module on a free port of 127.0.0.1, and waits until it answers. */
export async function serve(
  { platform, path = "/ready", env, ...launch }: ServeOptions,
): Promise<Server> {
  const port = await freePort();
  const command = await platform.command({ ...launch, port });
  const running = start(command.executable, command.args, { env: { ...command.env, ...env } });
  const url = `http://127.0.0.1:${port}`;
  const died = running.exit.then(() => {
    throw new Error(`${command.executable} does not serve ${launch.module}:\n${running.output()}`);
  });
  const ready = answering(`${url}${path}`).then((response) => response.body?.cancel());
  await Promise.race([ready, died]).catch(async (error) => {
    await running.stop("SIGKILL");
    throw error;
  });
  // From now on an end is not an error.
  died.catch(() => {});
  return { ...running, url, compresses: platform.compresses };
}
