import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { LabelRecord } from "../../../mod.ts";
import { simulatedThreads } from "../simulated_threads.ts";

test("ExemplarRelay: a bad exemplar costs no observation in shared memory", async () => {
  const { registries: [registry] } = simulatedThreads(1);
  const counter = registry.counter({ name: "jobs", help: "Jobs." });
  const histogram = registry.histogram({ name: "size", help: "Size.", buckets: [1] });
  const native = registry.histogram({ name: "wait", help: "Wait.", native: true });
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (text: string) => warnings.push(text);
  try {
    for (const labels of [{ "trace-id": "1" }, { trace_id: 5 }, "4bf9", { a: "x".repeat(200) }]) {
      const options = { exemplar: labels as unknown as LabelRecord };
      counter.inc(2, options);
      histogram.observe(1, options);
      native.observe(1, options);
    }
  } finally {
    console.warn = warn;
  }
  assertEquals([counter.get(), histogram.get().count, native.get().count], [8, 4, 4]);
  assertEquals(warnings.map((text) => text.split(":")[0]), ["jobs", "size", "wait"]);
  const { families, errors } = await registry.gather();
  assertEquals(errors, []);
  for (const family of families) {
    const exemplars = "exemplars" in family ? family.exemplars ?? [] : [];
    assertEquals(exemplars.filter((exemplar) => exemplar !== undefined), []);
  }
});
