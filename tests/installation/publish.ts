import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import { type Registry, startRegistry } from "./registry.ts";

const execute = promisify(execFile);

/** Publishes this package, as it lies here, to a registry of its own. */
export async function publish(): Promise<Registry> {
  const registry = await startRegistry();
  try {
    const flags = ["--allow-dirty", "--no-provenance", "--token", "any"];
    const env = { ...process.env, JSR_URL: registry.url };
    await execute(process.execPath, ["publish", ...flags], { env });
  } catch (error) {
    await registry.remove();
    throw error;
  }
  return registry;
}
