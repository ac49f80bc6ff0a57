import { countsByType } from "./counts_by_type.ts";
import type { ProbeContext } from "./probe.ts";

/** Resources that keep the event loop alive, such as timers. Bun's list is always empty. */
export function processResources({ host: { process }, families }: ProbeContext): void {
  if (process.getActiveResourcesInfo === undefined) return;
  countsByType(
    families,
    {
      name: "nodejs_active_resources",
      help:
        "Number of active resources that are currently keeping the event loop alive, grouped by async resource type.",
    },
    { name: "nodejs_active_resources_total", help: "Total number of active resources." },
    () => process.getActiveResourcesInfo!(),
  );
}
