import { constGauge } from "../model/const_metrics.ts";
import type { Host } from "./host.ts";
import { onScrape, type RunningProbe } from "./probe.ts";

/** Resources that keep the event loop alive, such as sockets. Bun's list is always empty. */
export function activeResources({ name, process }: Host): RunningProbe | undefined {
  if (process.getActiveResourcesInfo === undefined) return undefined;
  return onScrape(() => {
    const counts = new Map<string, number>();
    for (const type of process.getActiveResourcesInfo!()) {
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    if (counts.size === 0) return [];
    return [constGauge({
      name: `${name}_active_resources`,
      help: "Number of resources that keep the event loop alive, by type.",
      samples: Array.from(counts, ([type, value]) => ({ labels: { type }, value })),
    })];
  });
}
