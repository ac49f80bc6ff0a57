/** The rules of Grafana's linter, for random registries and for the dashboards that are files. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { constCounter, constHistogram, constStateSet, MetricsRegistry } from "../../../mod.ts";
import { type GrafanaDashboard, grafanaDashboard } from "../../../src/operations.ts";
import { dashboards } from "../../generated/dashboards.ts";
import { problemsOf } from "../../support/dashboard_rules.ts";
import { recordedFamilies, registryOf } from "../../support/random_registry.ts";
import { counterSamples } from "./families.ts";

for (const { path, text, families } of dashboards) {
  test(`${path} keeps the rules of dashboard-linter`, async () => {
    const dashboard: GrafanaDashboard = JSON.parse(await text());
    assertEquals(problemsOf(dashboard, counterSamples(await families())), []);
  });
}

test("grafanaDashboard(): what it makes of any registry keeps the rules of dashboard-linter", async () => {
  await fc.assert(
    fc.asyncProperty(recordedFamilies, async (recorded) => {
      // The grammar for JavaScript takes names that every object has for keywords.
      fc.pre(recorded.length > 0 && recorded.every(({ name }) => !(name in {})));
      const { families } = await registryOf(recorded).gather();
      const dashboard = grafanaDashboard(families, { title: "Any" });
      assertEquals(problemsOf(dashboard, counterSamples(families)), []);
    }),
    { numRuns: 60 },
  );
});

const text = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.array(fc.constantFrom("$job", "${x}", "[[y]]", '"', "\\", "\n", ".", "|", "}", "é", "nan"), {
    minLength: 1,
  }).map((parts) => parts.join("")),
).filter((name) => name.isWellFormed() && !name.includes("\0") && !(name in {}));
const label = text.filter((name) => !name.startsWith("__") && name !== "le");

test("grafanaDashboard(): queries for names in UTF-8 are valid PromQL", () => {
  fc.assert(fc.property(text, label, (name, label) => {
    const labels = { [label]: "a" };
    const families = [
      constCounter({ name, help: "", samples: [{ labels, value: 1 }] }),
      constHistogram({
        name: `${name}.seconds`,
        help: "",
        bounds: [1],
        samples: [{ labels, buckets: [1, 0], sum: 1 }],
      }),
      constStateSet({ name: `${name} state`, help: "", states: ["a"], samples: [] }),
    ];
    const dashboard = grafanaDashboard(families, { title: name.trim() || "blank" });
    assertEquals(problemsOf(dashboard, counterSamples(families)), []);
  }));
});

/** Words of PromQL, each of which a metric or a label may be called. */
const words = "on NaN inf sum by bool and offset start end atan2 count_values group_left step";

test("grafanaDashboard(): queries for names that are words of PromQL are valid", async () => {
  for (const name of words.split(" ")) {
    const registry = new MetricsRegistry();
    registry.counter({ name, help: "A word.", labels: [name === "sum" ? "by" : name] });
    const { families } = await registry.gather();
    const dashboard = grafanaDashboard(families, { title: name });
    assertEquals(problemsOf(dashboard, counterSamples(families)), [], name);
  }
});

test("grafanaDashboard(): other labels of targets are in each query", async () => {
  const [{ families }] = dashboards;
  const dashboard = grafanaDashboard(await families(), {
    title: "Pods",
    jobLabel: "service",
    instanceLabel: "pod",
  });
  const counters = counterSamples(await families());
  assertEquals(problemsOf(dashboard, counters, ["service", "pod"]), []);
});
