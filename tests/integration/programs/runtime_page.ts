/** Serves the metrics of its runtime, and makes garbage for it to collect. Prints its address. */
import { MetricsRegistry, MetricsServer } from "../../../mod.ts";
import { registerRuntimeMetrics } from "../../../src/runtime.ts";

const registry = new MetricsRegistry();
registerRuntimeMetrics(registry);
const server = new MetricsServer({ registry, hostname: "127.0.0.1", port: 0 });
await server.start();
console.log(server.url);

let kept: unknown[] = [];
setInterval(() => {
  kept = Array.from({ length: 20_000 }, (_, number) => ({ number, kept: kept.length }));
}, 20);
