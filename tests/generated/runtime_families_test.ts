/** What the dashboard of runtimes knows of them is what each of them shows. */
import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../mod.ts";
import { registerRuntimeMetrics } from "../../src/runtime.ts";
import { pause } from "../support/deferred.ts";
import { runtimeFamilies } from "./runtime_families.ts";

test("runtimeFamilies: those of this runtime are as registerRuntimeMetrics() makes them", async () => {
  const registry = new MetricsRegistry();
  const metrics = registerRuntimeMetrics(registry);
  // Counts of what goes on between scrapes, and Node's first turn of the event loop.
  await pause(0.15);
  const { families } = await registry.gather();
  metrics.stop();
  const shown = families.map(({ name, type, unit, help, labels: { names, rows } }) => {
    const known = runtimeFamilies.find((family) => family.name === name);
    // Resources by type have no label while there is none of them.
    const labelNames = rows > 0 ? names : known?.labelNames;
    return { name, type, unit, labelNames, help };
  });
  const known = shown.map(({ name }) => runtimeFamilies.find((family) => family.name === name));
  assertEquals<unknown>(shown, known);
});
