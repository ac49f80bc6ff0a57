import { type MetricsAppOptions, MetricsRegistry, ProcessorMetrics } from "../../../mod.ts";

const registry = new MetricsRegistry();
const metrics = new ProcessorMetrics(registry);
metrics.eventsProcessed.init();
metrics.recordEventProcessed("success", 0.002);

/** Slow on demand, for a request in progress while its server is stopped. */
const seconds = Number(globalThis.process?.env?.COLLECTOR_SECONDS ?? 0);
if (seconds > 0) {
  registry.register({
    collect: async () => {
      console.log("collecting");
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      return [];
    },
  });
}

/** What the app serves on every runtime. */
export const options: MetricsAppOptions = { registry, version: "1.2.3", livePage: true };
