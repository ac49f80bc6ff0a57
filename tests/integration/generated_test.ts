/** The files that `deno task operations` makes are what it would make now, and good to use. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type GrafanaDashboard, grafanaDashboard } from "../../src/operations.ts";
import { dashboards } from "../generated/dashboards.ts";
import { generatedFiles } from "../generated/files.ts";
import { missing } from "../support/components.ts";
import { queriesOf } from "../support/dashboard_rules.ts";
import { withoutVariables } from "../support/promql.ts";
import { ruleProblems } from "../support/promtool.ts";
import { recordedFamilies, registryOf } from "../support/random_registry.ts";
import { root } from "../support/root.ts";

for (const { path, text } of generatedFiles) {
  test(`${path} is what deno task operations makes`, async () => {
    assertEquals(readFileSync(join(root, path), "utf8"), await text());
  });
}

test("examples/operations/grafana has a mixin of all its dashboards, and no other files", () => {
  const folder = "examples/operations/grafana";
  const files = globSync(`${folder}/*`, { cwd: root }).sort();
  const made = dashboards.map(({ path }) => path);
  assertEquals(files, [...made, `${folder}/mixin.libsonnet`].sort());
  const mixin = readFileSync(join(root, folder, "mixin.libsonnet"), "utf8");
  const imported = [...mixin.matchAll(/'(\w+\.json)': import '(\w+\.json)'/g)];
  assertEquals(imported.map(([, , file]) => `${folder}/${file}`).sort(), [...made].sort());
  assertEquals(imported.filter(([, name, file]) => name !== file), []);
});

test("promtool accepts the queries of the dashboards", { skip: missing("promtool") }, async () => {
  const made = await Promise.all(dashboards.map(({ text }) => text()));
  assertEquals(problemsOf(made.map((text): GrafanaDashboard => JSON.parse(text))), []);
});

test("promtool accepts the queries of dashboards of any registry", {
  skip: missing("promtool"),
}, async () => {
  const made: GrafanaDashboard[] = [];
  for (const recorded of fc.sample(recordedFamilies, 150)) {
    // As names of labels these are numbers before Prometheus 3, which takes them in quotes.
    if (recorded.some(({ labels, name }) => [...labels, name].some(isNumber))) continue;
    if (recorded.length === 0) continue;
    const { families } = await registryOf(recorded).gather();
    made.push(grafanaDashboard(families, { title: "Any" }));
  }
  assertEquals(problemsOf(made), []);
});

function isNumber(name: string): boolean {
  return /^(inf|nan)$/i.test(name);
}

function problemsOf(made: readonly GrafanaDashboard[]): readonly string[] {
  const queries = new Set(
    made.flatMap((dashboard) => queriesOf(dashboard).map(({ query }) => query)),
  );
  return ruleProblems([...queries].map((query) => withoutVariables(query)));
}
