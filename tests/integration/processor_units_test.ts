/** The catalogue's units, as others read them from the pages. */
import { assert, assertEquals } from "@std/assert";
import { after, before, test } from "node:test";
import {
  type MetricFamily,
  MetricsRegistry,
  openMetrics,
  openMetrics2,
  ProcessorMetrics,
  prometheusProtobuf,
  prometheusText,
} from "../../mod.ts";
import { missing } from "../support/components.ts";
import { textOf } from "../support/pages.ts";
import { checkMetrics } from "../support/promtool.ts";
import { decodeFamilies } from "../support/protobuf.ts";
import { type PythonParser, startPythonParser } from "../support/python_parser.ts";

const skip = missing("client_python");
let python: PythonParser;
let families: readonly MetricFamily[];
/** Name and unit of each family. */
let units: string[][];

before(async () => {
  if (!skip) python = startPythonParser();
  const registry = new MetricsRegistry();
  const metrics = new ProcessorMetrics(registry);
  metrics.recordEventProcessed("success", 0.002);
  metrics.recordWindowTriggered("tumbling", 5);
  metrics.recordAggregation("sum", 0.1);
  metrics.recordStateOperation("get", "redis", 0.001);
  metrics.setStateSize("redis", 1000);
  metrics.observeOperatorDuration("map", 0.1);
  metrics.recordLateEvent();
  ({ families } = await registry.gather());
  units = families.map(({ name, unit = "" }) => [name, unit]);
  assertEquals(units.filter(([, unit]) => unit !== "").length, 12);
});

after(() => python?.stop());

test("client_python reads the catalogue's units from OpenMetrics", { skip }, async () => {
  const read = await python.parse("openmetrics", openMetrics().encode(families));
  assertEquals(read.map(({ name, unit }) => [name, unit]), units);
});

test("client_python reads the catalogue from the text format", { skip }, async () => {
  const read = await python.parse("text", prometheusText.encode(families));
  assertEquals(read.map(({ name }) => name), units.map(([name]) => name));
});

test("protobuf has the catalogue's units", () => {
  const read = decodeFamilies(prometheusProtobuf.encode(families));
  // It leaves out families without series; none of those with a unit is one.
  const names = read.map(({ name }) => name);
  assertEquals(
    read.map(({ name, unit = "" }) => [name, unit]),
    units.filter(([name, unit]) => unit !== "" || names.includes(name)),
  );
});

test("OpenMetrics 2.0 has the catalogue's units", () => {
  const lines = textOf(openMetrics2.encode(families)).match(/^# UNIT .*$/gm);
  const expected = units.filter(([, unit]) => unit !== "");
  assertEquals(lines, expected.map(([name, unit]) => `# UNIT ${name} ${unit}`));
});

test("promtool objects to the catalogue's bare counter names and nothing else", {
  skip: missing("promtool"),
}, () => {
  const { lines } = checkMetrics(prometheusText.encode(families));
  assert(lines.length > 0);
  const others = lines.filter((line) =>
    !line.endsWith(`counter metrics should have "_total" suffix`)
  );
  assertEquals(others, []);
});
