import { assertEquals } from "@std/assert";
import { test } from "node:test";
import * as edgeprom from "../../mod.ts";
import catalogue from "../cases/catalogue.json" with { type: "json" };

const {
  BackendLabel,
  CacheLayerLabel,
  OperationLabel,
  ResultLabel,
  StrategyLabel,
  WindowTypeLabel,
} = edgeprom;

test("processor labels: the label values are those of the catalogue, in its order", () => {
  const lists = {
    result: ResultLabel,
    window_type: WindowTypeLabel,
    operation: OperationLabel,
    backend: BackendLabel,
    layer: CacheLayerLabel,
    strategy: StrategyLabel,
  };
  const closed = catalogue.metrics.flatMap(({ labels }) => Object.entries(labels))
    .filter(([, values]) => Array.isArray(values));
  assertEquals(new Set(closed.map(([label]) => label)), new Set(Object.keys(lists)));
  for (const [label, values] of closed) {
    assertEquals(Object.values(lists[label as keyof typeof lists]), values);
  }
});

test("processor labels: a value is under its own name", () => {
  for (const list of [ResultLabel, WindowTypeLabel, OperationLabel, BackendLabel, StrategyLabel]) {
    for (const [name, value] of Object.entries(list)) {
      assertEquals(name.replace(/(?<!^)[A-Z]/g, "_$&").toLowerCase(), value);
    }
  }
  assertEquals({ ...CacheLayerLabel }, { L1: "l1", L2: "l2", L3: "l3" });
});
