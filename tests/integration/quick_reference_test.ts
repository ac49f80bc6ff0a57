/** The quick reference lists what there is: the metrics, their labels, the methods, the panels. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { MetricsRegistry, ProcessorMetrics } from "../../mod.ts";
import { Aggregator, memoryStore } from "../../src/aggregate.ts";
import { PushError, RemoteWriter } from "../../src/push.ts";
import { DeltaMetrics } from "../../src/push/delta_pusher/delta_metrics.ts";
import { checkRemoteWriterOptions } from "../../src/push/remote_writer/remote_writer_options.ts";
import { missing } from "../support/components.ts";
import { root } from "../support/root.ts";

type Labels = Readonly<Record<string, "any" | readonly string[]>>;

interface Catalogue {
  readonly metrics: readonly {
    readonly name: string;
    readonly type: string;
    readonly labels: Labels;
  }[];
}

const read = (path: string) => readFileSync(join(root, path), "utf8");
const { metrics }: Catalogue = JSON.parse(read("tests/cases/catalogue.json"));
const reference = read("examples/QUICK_REFERENCE.md");

/** A section of the reference, by its heading. */
function section(heading: string): string {
  const found = reference.split(/^###? /m).find((part) => part.startsWith(`${heading}\n`));
  assert(found !== undefined, `no section ${heading}`);
  return found;
}

/** The cells of a section's table, without its head. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const [, , ...rows] = section(heading).split("\n").filter((line) => line.startsWith("|"));
  return rows.map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

function inWords(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, values]) => `\`${label}\`: ${values === "any" ? values : values.join(", ")}`)
    .join("<br>");
}

test("the quick reference lists the catalogue's metrics with types, labels and help", async () => {
  const registry = new MetricsRegistry();
  new ProcessorMetrics(registry);
  const helps = new Map((await registry.gather()).families.map(({ name, help }) => [name, help]));
  assertEquals(
    rowsOf("The 37 metrics"),
    metrics.map(({ name, type, labels }) => [
      `\`${name}\``,
      type,
      inWords(labels),
      helps.get(name) ?? "",
    ]),
  );
});

test("the quick reference lists the catalogue's labels with their values", () => {
  const expected = new Map(
    metrics.flatMap(({ labels }) =>
      Object.entries(labels).map(([label, values]) =>
        [label, values === "any" ? "open" : values.join(", ")] as const
      )
    ),
  );
  const listed = rowsOf("Labels").map(([label, , values]) =>
    [
      label.replaceAll("`", ""),
      values.startsWith("open") ? "open" : values.replaceAll("`", ""),
    ] as const
  );
  assertEquals(listed.toSorted(), [...expected].toSorted());
});

test("the quick reference has a line for each recording method of ProcessorMetrics", () => {
  const methods = Object.getOwnPropertyNames(ProcessorMetrics.prototype)
    .filter((name) => /^(record|set|observe)/.test(name));
  const called = [...section("A line for each method").matchAll(/^metrics\.(\w+)\(/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== "snapshot");
  assertEquals(called, methods);
});

test("the quick reference lists the options of a RemoteWriter with their defaults", () => {
  const required = { url: "http://localhost", gatherer: new MetricsRegistry() };
  const unknown: typeof required = Object.assign({ nonsense: 0 }, required);
  const { message } = assertThrows(() => checkRemoteWriterOptions("a writer", unknown), PushError);
  const names = message.replace(/^.* the options are /, "").split(", ");
  const { gatherer: _, ...settings } = checkRemoteWriterOptions("a writer", required);
  const defaults: Readonly<Record<string, unknown>> = settings;
  const listed = rowsOf("Options of a RemoteWriter").map((row) =>
    row.slice(0, 2).map((cell) => cell.replaceAll("`", ""))
  );
  const expected = names.map((name) => [name, String(defaults[name] ?? "")]);
  assertEquals(listed.toSorted(), expected.toSorted());
});

test("the quick reference lists the metrics of pushes", async () => {
  const writer = new RemoteWriter({
    url: "http://localhost",
    gatherer: new MetricsRegistry(),
    fetch: () => Promise.resolve(new Response(null, { status: 204 })),
  });
  await writer.flush();
  assertEquals(
    rowsOf("Failures").map(([name, type, labels, help]) => [
      name.replaceAll("`", ""),
      type,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
      help,
    ]),
    writer.collect().map(({ name, type, labels, help }) => [name, type, labels.names, help]),
  );
});

test("the quick reference lists the metrics of an aggregator, and of those who send to it", async () => {
  const { families } = await new Aggregator({ store: memoryStore() }).gather();
  const ofClients = new DeltaMetrics("https://metrics.example.com/deltas").collect();
  const batches = ofClients.filter(({ name }) => name === "edgeprom_push_batches_total");
  assertEquals(
    rowsOf("Watching an aggregator").map(([name, type, labels, help]) => [
      name.replaceAll("`", ""),
      type,
      labels.replaceAll("`", ""),
      help,
    ]),
    [...families, ...batches].map(({ name, type, labels: { names, values }, help }) => {
      const last = names.at(-1);
      const ofLast = new Set(values.filter((_, at) => names[at % names.length] === last));
      const listed = last === undefined
        ? []
        : [...names.slice(0, -1), `${last}: ${[...ofLast].join(", ")}`];
      return [name, type, listed.join(", "), help];
    }),
  );
});

const panels = rowsOf("Grafana").map(([title, query]) => ({
  title,
  query: query.split("`")[1].replaceAll("$__rate_interval", "1m"),
}));

test("the panels for Grafana show metrics of the catalogue", () => {
  const names = metrics.flatMap(({ name, type }) => type === "histogram" ? `${name}_bucket` : name);
  const shown = panels.flatMap(({ query }) => query.match(/\bprocessor_\w+/g) ?? []);
  assert(shown.length >= panels.length);
  assertEquals(shown.filter((name) => !names.includes(name)), []);
});

test("the panels for Grafana have queries of valid PromQL", { skip: missing("promtool") }, () => {
  const rules = panels.map(({ query }, number) => ({ record: `panel:${number}`, expr: query }));
  const directory = mkdtempSync(join(tmpdir(), "edgeprom-panels-"));
  try {
    const path = join(directory, "rules.json");
    writeFileSync(path, JSON.stringify({ groups: [{ name: "panels", rules }] }));
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", path]);
    assertEquals(status, 0, `${stdout}${stderr}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
