import { constGauge } from "../model/const_metrics/const_metrics.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { Host } from "./host.ts";
import { gauges, onScrape, type RunningProbe } from "./probe.ts";

/** Resources that keep the event loop alive, such as sockets. Bun's list is always empty. */
export function activeResources({ prefix, process }: Host): RunningProbe | undefined {
  if (process.getActiveResourcesInfo === undefined) return undefined;
  return onScrape(() =>
    byType(
      `${prefix}_active_resources`,
      "Number of resources that keep the event loop alive, by type.",
      process.getActiveResourcesInfo!(),
    )
  );
}

/**
 * Totals of what keeps the event loop alive, and Node's handles and requests by class, under the
 * names of prom-client. They are gauges, whatever `_total` says.
 */
export function activeCounts({ prefix, process }: Host): RunningProbe | undefined {
  if (process.getActiveResourcesInfo === undefined) return undefined;
  const classes = (objects: readonly object[] | undefined) =>
    objects?.map((object) => object.constructor?.name ?? "Object");
  return onScrape(() => {
    const handles = classes(process._getActiveHandles?.());
    const requests = classes(process._getActiveRequests?.());
    const total = (what: string, types: readonly string[] | undefined) => ({
      name: `${prefix}_active_${what}_total`,
      help: `Number of active ${what}.`,
      value: types?.length,
    });
    return [
      ...byType(`${prefix}_active_handles`, "Number of active handles, by class.", handles ?? []),
      ...byType(
        `${prefix}_active_requests`,
        "Number of active requests, by class.",
        requests ?? [],
      ),
      ...gauges(
        total("resources", process.getActiveResourcesInfo!()),
        total("handles", handles),
        total("requests", requests),
      ),
    ];
  });
}

function byType(name: string, help: string, types: readonly string[]): readonly MetricFamily[] {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  if (counts.size === 0) return [];
  const samples = Array.from(counts, ([type, value]) => ({ labels: { type }, value }));
  return [constGauge({ name, help, samples })];
}
