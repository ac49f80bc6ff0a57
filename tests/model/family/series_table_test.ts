import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../../src/core.ts";

/** More than the rows whose lists stay where they are. */
const many = 16_500;

const anyText = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => ({ value: String(value) }),
  },
} as const;

for (const [what, label] of [["open", "string"], ["with a schema", anyText]] as const) {
  test(`series of a label ${what}: many are found again after pages, which stay as they were`, async () => {
    const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: many + 10 } });
    const family = registry.counter({
      name: "jobs_total",
      help: "Jobs.",
      labels: label === "string" ? ["user"] : { user: label },
    });
    const record = (from: number, to: number) => {
      for (let user = from; user < to; user++) family.inc({ user: `user-${user}` });
    };
    record(0, many);
    const { families: [first] } = await registry.gather();
    record(0, many + 5);
    const { families: [second] } = await registry.gather();
    assertEquals([first.labels.rows, second.labels.rows], [many, many + 5]);
    assertEquals(first.labels.values[many - 1], `user-${many - 1}`);
    assertEquals(
      second.labels.values.slice(many),
      [0, 1, 2, 3, 4].map((at) => `user-${many + at}`),
    );
    if (first.type !== "counter" || second.type !== "counter") throw new Error("no counters");
    assertEquals(first.values.every((value) => value === 1), true);
    assertEquals(second.values.slice(0, many).every((value) => value === 2), true);
    assertEquals(second.created!.length, many + 5);
    family.remove({ user: "user-0" });
    record(1, many + 6);
    const { families: [third] } = await registry.gather();
    assertEquals(third.labels.rows, many + 5);
    assertEquals([third.labels.values[0], third.labels.values.at(-1)], [
      "user-1",
      `user-${many + 5}`,
    ]);
  });
}
