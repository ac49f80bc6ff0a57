// What does not compile from source does not compile from the package either.
import { MetricsRegistry, ProcessorMetrics } from "@edgeprom/edgeprom";
import type { Counter, MetricsRegistry as CoreRegistry } from "@edgeprom/edgeprom/core";

const registry: CoreRegistry = new MetricsRegistry();
const jobs = registry.counter({
  name: "jobs_total",
  help: "Jobs done, by how they ended.",
  labels: { result: ["ok", "failed"] },
});
const failed: Counter = jobs.labels({ result: "failed" });
failed.inc();

export function mistakes(): void {
  // @ts-expect-error: a label is misspelt
  jobs.inc({ rseult: "ok" });
  // @ts-expect-error: a value is not in the list
  jobs.inc({ result: "lost" });
  // @ts-expect-error: a label is missing
  jobs.inc({});
  // @ts-expect-error: a value is not in the catalogue
  new ProcessorMetrics(registry).recordEventProcessed("lost");
}
