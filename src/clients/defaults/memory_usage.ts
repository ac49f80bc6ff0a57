import type { HostProcess, MemoryUsage } from "../../runtime/host.ts";

/** The memory in use; `undefined` if the system does not tell. */
export function memoryUsage(process: HostProcess): MemoryUsage | undefined {
  try {
    return process.memoryUsage();
  } catch {
    // As in a container that hides the files which Node reads.
    return undefined;
  }
}
