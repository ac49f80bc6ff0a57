/**
 * The entries that take a client's place are written twice, as their types differ in small things: what
 * is the same stays the same, and nothing is public that the client has not.
 */
import { assertEquals } from "@std/assert";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { dropIns } from "../runner/drop_ins.ts";
import { root } from "../support/root.ts";

interface Exported {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly def?: { readonly extends?: readonly { readonly repr: string }[] };
  }[];
}

const [first, second] = ["prom_client", "prometheus_client"].map((name) =>
  join(root, "src/clients", name)
);

test("the metrics of both clients are written alike, but for the labels that they have by default", () => {
  for (const file of ["counter.ts", "gauge.ts", "histogram.ts", "summary.ts", "metric.ts"]) {
    const text = readFileSync(join(second, file), "utf8");
    assertEquals(
      plain(text.replaceAll("Labels extends string = never", "Labels extends string = string")),
      plain(readFileSync(join(first, file), "utf8")),
      file,
    );
  }
});

test("what both clients have is documented alike, but for what differs", () => {
  const differing = readdirSync(first).sort().flatMap((file) => {
    const others = new Set(commented(join(second, file)).map(({ comment }) => comment));
    return commented(join(first, file)).filter(({ comment }) => !others.has(comment))
      .map(({ line }) => `${file}: ${line}`);
  });
  assertEquals(differing, [
    "classes.ts: export const parts: RegistryParts = registryClass(promClient);",
    "cluster.ts: export const AggregatorRegistry: {",
    "cluster.ts: export interface AggregatorRegistry<Type extends RegistryContentType> extends Registry<Type> {",
    "cluster.ts: clusterMetrics(): Promise<string>;",
    "labels.ts: export type LabelValues<Labels extends string> = Partial<Record<Labels, string | number>>;",
    "registry.ts: getMetricsAsJSON(): Promise<MetricObjectWithValues<MetricValue<string>>[]>;",
    "registry.ts: getMetricsAsArray(): MetricObject[];",
  ]);
});

for (const { client, entry, uses } of dropIns) {
  const exported = exportsOf(entry);

  test(`${entry} has no public name that ${client} has not`, () => {
    const used = readFileSync(join(root, uses), "utf8");
    // The types of the clients lack `aggregators`.
    const ours = ["module.exports", "default", "aggregators"];
    const names = exported.map(({ name }) => name).filter((name) => !ours.includes(name));
    assertEquals(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(used)), []);
  });

  test(`${entry}: the documentation of an interface has all that it inherits`, () => {
    const names = exported.map(({ name }) => name);
    const hidden = exported.flatMap(({ name, declarations }) =>
      declarations.flatMap(({ kind, def }) => kind === "interface" ? def?.extends ?? [] : [])
        .filter(({ repr }) => !names.includes(repr))
        .map(({ repr }) => `${name} extends ${repr}`)
    );
    assertEquals(hidden, []);
  });
}

/** A text without what the formatter adds when a line is long. */
function plain(text: string): string {
  return ofOneClient(text).replaceAll(/\s+/g, "").replaceAll(/,(?=[)>}])/g, "");
}

/** The documentation comments of a file, each with the line that it is about. */
function commented(path: string): { readonly comment: string; readonly line: string }[] {
  const comments = ofOneClient(readFileSync(path, "utf8")).matchAll(
    /\/\*\*(.*?)\*\/\n(?: *\/\/[^\n]*\n)?([^\n]*)/gs,
  );
  return [...comments].map(([, comment, line]) => ({ comment, line: line.trim() }));
}

/** A text with the package of one client instead of the other's. */
function ofOneClient(text: string): string {
  return text.replaceAll("edgeprom/prometheus-client", "edgeprom/prom-client");
}

function exportsOf(entry: string): readonly Exported[] {
  const output = execFileSync(process.execPath, ["doc", "--json", entry], { cwd: root });
  const [{ symbols }] = Object.values<{ symbols: readonly Exported[] }>(
    JSON.parse(output.toString()).nodes,
  );
  return symbols;
}
