import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { prometheusText } from "../../../mod.ts";
import { DeltaMetrics } from "../../../src/push/delta_pusher/delta_metrics.ts";
import { withOwnSeries } from "../../../src/push/remote_writer/own_series.ts";
import { PushMetrics } from "../../../src/push/remote_writer/push_metrics.ts";
import type { MetricFamily } from "../../../src/core.ts";
import { gaugeOf } from "../../support/families.ts";

const target = "https://prometheus.example.com/api/v1/write";

/** The series of families, without their values. */
function seriesOf(families: readonly MetricFamily[]): readonly string[] {
  const page = new TextDecoder().decode(prometheusText.encode(families));
  return page.split("\n").filter((line) => /^\w/.test(line)).map((line) => line.split(" ")[0]);
}

function pushed(): PushMetrics {
  const metrics = new PushMetrics(target);
  metrics.attempt("204");
  metrics.pushed({ written: 1, refused: 0, unsent: 0 }, false, 0.5);
  return metrics;
}

test("withOwnSeries: an aggregator has series about isolates, and the writer its own beside them", () => {
  const isolates = new DeltaMetrics("https://example.com/deltas");
  isolates.attempt("200");
  isolates.ended(0.1, true);
  const own = pushed().collect();
  const families = withOwnSeries(isolates.collect(), own, target);
  const names = families.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  const all = [...seriesOf(isolates.collect()), ...seriesOf(own)];
  assertEquals([...seriesOf(families)].sort(), all.sort());
});

test("withOwnSeries: series about the target that a registry has itself stay as they are", () => {
  const own = pushed().collect();
  const others = [gaugeOf("jobs", {})];
  assertEquals(withOwnSeries([...others, ...own], pushed().collect(), target), [...others, ...own]);
});

test("withOwnSeries: a family of another kind under such a name stays, and takes the place", () => {
  const gauge = gaugeOf("edgeprom_push_requests_total", {});
  const families = withOwnSeries([gauge], pushed().collect(), target);
  assertEquals(families[0], gauge);
  assertEquals(families.length, pushed().collect().length);
});
