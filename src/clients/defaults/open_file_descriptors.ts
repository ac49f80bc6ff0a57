import { ProcFiles } from "../../runtime/proc_files.ts";
import type { ProbeContext } from "./probe.ts";

/** The number of open files, on Linux. */
export function processOpenFileDescriptors({ host, families }: ProbeContext): void {
  const files = new ProcFiles(host);
  if (host.process.platform !== "linux" || files.openFiles() === undefined) return;
  const gauge = families.gauge({
    name: "process_open_fds",
    help: "Number of open file descriptors.",
    collect: () => {
      const count = files.openFiles();
      // A process that has no more descriptors cannot open the folder.
      if (count !== undefined) gauge.set(families.labels, count);
    },
  });
}
