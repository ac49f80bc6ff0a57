import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { type ClientProfile, promClient, prometheusClient } from "../../../src/clients/profile.ts";
import {
  aggregated,
  aggregatorsOf,
  type MetricJson,
  type SampleJson,
} from "../../../src/clients/registry/aggregators.ts";

function metric(aggregator: string | undefined, ...values: SampleJson[]): MetricJson {
  return { name: "a", help: "Some help.", type: "gauge", values, aggregator };
}

function sample(value: number, labels = {}, metricName?: string): SampleJson {
  return metricName === undefined ? { value, labels } : { value, labels, metricName };
}

function metricsOf(
  lists: readonly MetricJson[][],
  profile: ClientProfile = promClient,
  aggregators = aggregatorsOf(profile),
): readonly unknown[] {
  const metrics: MetricJson[] = [];
  const registry = { registerMetric: (metric: MetricJson): void => void metrics.push(metric) };
  aggregated(registry, lists, aggregators, profile);
  return metrics.map((metric) => {
    const { get, ...object } = metric as MetricJson & { get(): unknown };
    assertEquals(get(), object);
    return object;
  });
}

test("each aggregator makes one value of those with the same labels", () => {
  const expected = { sum: 9, first: 3, average: 3, min: 2, max: 4 };
  for (const [aggregator, value] of Object.entries(expected)) {
    const lists = [3, 2, 4].map((value) => [metric(aggregator, sample(value, { b: 1, a: "x" }))]);
    lists[1]![0]!.values[0]!.labels = { a: "x", b: "1" };
    const labels = { b: 1, a: "x" };
    assertEquals(metricsOf(lists), [metric(aggregator, sample(value, labels))], aggregator);
  }
  assertEquals(metricsOf([[metric("omit", sample(1))]]), []);
  for (const aggregate of Object.values(aggregatorsOf(promClient))) {
    assertEquals(aggregate([]), undefined);
  }
});

test("labels that differ are series of their own, whatever stands in their values", () => {
  const sets = [{}, { a: "x" }, { a: "x", b: "" }, { a: "x|b:" }, { b: "x" }, { a: "x,b:y" }, {
    a: "x",
    b: "y",
  }];
  const lists = [metric("sum", ...sets.map((labels, index) => sample(index, labels)))];
  assertEquals(metricsOf([lists, lists]), [
    metric("sum", ...sets.map((labels, index) => sample(2 * index, labels))),
  ]);
});

test("samples are in the order in which they came, or by name first", () => {
  const series = (a: string) => [
    sample(1, { quantile: 0.5, a }),
    sample(2, { a }, "a_sum"),
    sample(3, { a }, "a_count"),
  ];
  const given = metric("sum", ...series("x"), ...series("y"));
  assertEquals(metricsOf([[given]]), [given]);
  const { values } = given;
  const byName = [0, 3, 1, 4, 2, 5].map((index) => values[index]!);
  assertEquals(metricsOf([[given]], prometheusClient), [metric("sum", ...byName)]);
});

test("metrics are in the order of their names' first, with what that one says of them", () => {
  const other = { ...metric("sum", sample(1)), name: "b" };
  const late = { ...metric("max", sample(5)), help: "Other help.", type: "counter" };
  assertEquals(metricsOf([[metric("sum", sample(1)), other], [other, late]]), [
    metric("sum", sample(6)),
    { ...other, values: [sample(2)] },
  ]);
});

test("exemplars and other properties of samples are left out", () => {
  const rich = { ...sample(1), exemplar: {}, timestamp: 1 };
  assertEquals(metricsOf([[metric("first", rich)]]), [metric("first", sample(1))]);
});

test("an aggregator that is not defined is refused, and none is the sum in one client", () => {
  const lists = [[metric("median", sample(1))]];
  const none = [[metric(undefined, sample(1))], [metric(undefined, sample(2))]];
  for (const profile of [promClient, prometheusClient]) {
    const error = assertThrows(() => metricsOf(lists, profile), Error);
    assertEquals(error.message, "'median' is not a defined aggregator.");
  }
  const error = assertThrows(() => metricsOf(none), Error);
  assertEquals(error.message, "'undefined' is not a defined aggregator.");
  assertEquals(metricsOf(none, prometheusClient), [metric(undefined, sample(3))]);
});

test("an aggregator that a program adds is taken", () => {
  const aggregators = aggregatorsOf(promClient);
  aggregators.last = (metrics) => metrics.at(-1);
  const lists = [[metric("last", sample(1))], [metric("last", sample(2))]];
  assertEquals(metricsOf(lists, promClient, aggregators), [metric("last", sample(2))]);
});
