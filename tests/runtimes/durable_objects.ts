import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findAssert } from "../runner/import_map.ts";
import { matrix } from "../runner/runtimes.ts";
import { answering, freePort } from "../support/network.ts";
import { type Running, start } from "../support/process.ts";
import { build } from "./build.ts";
import { configure } from "./workerd.ts";

export interface ObjectsOptions {
  /** The source of the Worker's module. */
  readonly source: string;
  /** The classes of its Durable Objects, by the name of the binding. */
  readonly classes: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** A path that answers with a success once the module serves. */
  readonly path: string;
}

/** A Worker with Durable Objects, whose storage outlives its process. */
export interface ObjectsWorker {
  readonly url: string;
  /** What its process has written so far. */
  output(): string;
  /** Kills the process without a warning, and starts another one on what the objects have stored. */
  crash(): Promise<void>;
  /** Kills it, and removes the storage. */
  stop(): Promise<void>;
}

const findWorkerd = matrix.find(({ name }) => name === "workerd")!.find;

/** Why there is no workerd, as the `skip` option of a test; false if there is one. */
export async function missingWorkerd(): Promise<string | false> {
  const found = await findWorkerd();
  return "reason" in found && `no workerd: ${found.reason}`;
}

/** Serves a Worker with Durable Objects on a port of its own. */
export async function serveObjects(
  { source, classes, variables, path }: ObjectsOptions,
): Promise<ObjectsWorker> {
  const found = await findWorkerd();
  if ("reason" in found) throw new Error(found.reason);
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-objects-"));
  const storage = join(folder, "storage");
  await mkdir(storage);
  const { flags } = await findAssert();
  const module = await build(source, "browser", folder, flags);
  const config = await configure(module, { variables, objects: { classes, storage } });
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  let running: Running;

  const begin = async () => {
    const args = ["serve", config, "--socket-addr", `http=${address}`];
    running = start(found.executable, args);
    const died = running.exit.then(() => {
      throw new Error(`workerd does not serve ${source}:\n${running.output()}`);
    });
    await Promise.race([answering(`${url}${path}`), died]);
    // From now on an end is not an error.
    died.catch(() => {});
  };
  const stop = async () => {
    await running.stop("SIGKILL");
    await rm(folder, { recursive: true });
  };

  await begin().catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    url,
    output: () => running.output(),
    stop,
    async crash() {
      await running.stop("SIGKILL");
      await begin();
    },
  };
}
