// deno serve --port 8000 callback_gauges.ts
// PORT=8000 bun callback_gauges.ts
// npx srvx --prod --port 8000 callback_gauges.ts    (Node 22.18 or later)
// Then open http://localhost:8000/metrics
import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
import process from "node:process";

const registry = new MetricsRegistry();

// Without labels, a callback gives a number.
registry.gaugeWithCallback({
  name: "process_resident_memory_bytes",
  help: "Memory that the system has given to this process.",
  unit: "bytes",
  callback: () => process.memoryUsage.rss(),
});

// With labels, it gives the series; the page has these and no others.
const connections = new Map([["primary", 3], ["replica", 1]]);
registry.gaugeWithCallback({
  name: "database_connections",
  help: "Open connections, by database.",
  labels: ["database"],
  callback: () => Array.from(connections, ([database, value]) => ({ labels: { database }, value })),
});

// It may be asynchronous. If it takes too long, only its own family is missing.
registry.gaugeWithCallback({
  name: "inventory_items",
  help: "Items in stock.",
  callback: async (signal) => {
    const response = await fetch("data:application/json,[17,25]", { signal });
    const items: readonly number[] = await response.json();
    return items.reduce((sum, count) => sum + count);
  },
});

// A counter whose total is kept elsewhere.
registry.counterWithCallback({
  name: "process_cpu_seconds_total",
  help: "Processor time that this process has used.",
  unit: "seconds",
  callback: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000;
  },
});

export default createMetricsApp({ registry });
