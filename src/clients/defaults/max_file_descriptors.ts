import { ProcFiles } from "../../runtime/proc_files.ts";
import type { ProbeContext } from "./probe.ts";

/** How many files may be open, on systems with `/proc`. A process cannot change its own limit. */
export function processMaxFileDescriptors({ host, families }: ProbeContext): void {
  const limit = new ProcFiles(host).limit("Max open files");
  if (limit === undefined) return;
  const gauge = families.gauge({
    name: "process_max_fds",
    help: "Maximum number of open file descriptors.",
    collect: () => gauge.set(families.labels, limit),
  });
}
