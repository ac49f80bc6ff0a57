import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../../mod.ts";
import { escapeLabelValue, labelTextOf } from "../../../src/exposition/text/label_text.ts";
import { samplesOf } from "../../support/pages.ts";

test("escapeLabelValue: every backslash, double quote and line feed is escaped", () => {
  const cases = [
    ["", ""],
    ["plain", "plain"],
    ["\\", "\\\\"],
    ['"', '\\"'],
    ["\n", "\\n"],
    ['a\\b"c\nd\\\\""\n\n', 'a\\\\b\\"c\\nd\\\\\\\\\\"\\"\\n\\n'],
    ["\r\n", "\r\\n"],
    ["\\n", "\\\\n"],
    ["\u2028\u0085", "\u2028\u0085"],
  ];
  for (const [value, escaped] of cases) assertEquals(escapeLabelValue(value), escaped);
});

test("labelTextOf: labels are in the order of the columns, without empty ones", () => {
  const cases: [readonly string[], readonly string[], string][] = [
    [[], [], ""],
    [["a"], ["1"], 'a="1"'],
    [["a"], [""], ""],
    [["b", "a"], ["1", "2"], 'b="1",a="2"'],
    [["a", "b", "c"], ["", "2", ""], 'b="2"'],
    [["a", "b", "c"], ["1", "", "3"], 'a="1",c="3"'],
    [["my.label", "ä"], ["\\", '"'], '"my.label"="\\\\","ä"="\\""'],
  ];
  for (const [names, values, text] of cases) {
    assertEquals(labelTextOf(names)(["other", ...values], 1), text);
  }
});

test("labels: pages are right after growth, removal and clearing", async () => {
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["queue"] });
  const present = new Map<string, number>();
  const add = (queue: string) => {
    jobs.inc({ queue });
    present.set(queue, (present.get(queue) ?? 0) + 1);
  };
  const remove = (queue: string) => {
    jobs.remove({ queue });
    present.delete(queue);
  };
  const changes = [
    () => add("a"),
    () => add("b"),
    () => add("a"),
    () => remove("a"),
    () => add("c"),
    () => add("a"),
    () => remove("b"),
    () => remove("c"),
    () => add("b"),
    () => {
      jobs.clear();
      present.clear();
    },
    () => add("c"),
    () => add("a"),
  ];
  for (const change of changes) {
    change();
    const expected = Array.from(present, ([queue, value]) => `jobs{queue="${queue}"} ${value}`);
    assertEquals(await samplesOf(registry), expected);
  }
});

test("labels: families that differ in name, labels or constants do not share text", async () => {
  const registry = new MetricsRegistry();
  const inTest = registry.view({ labels: { env: "test" } });
  const live = registry.view({ labels: { env: "live" } });
  const definition = { name: "jobs", help: "Jobs.", labels: ["queue"] } as const;
  for (const view of [inTest, live]) view.counter(definition).inc({ queue: "a" });
  registry.counter({ name: "other", help: "Other.", labels: ["shard"] }).inc({ shard: "a" });
  for (const _ of ["first", "second"]) {
    assertEquals(await samplesOf(registry), [
      `jobs{env="test",queue="a"} 1`,
      `jobs{env="live",queue="a"} 1`,
      `other{shard="a"} 1`,
    ]);
  }
  live.counter(definition).inc({ queue: "b" });
  inTest.counter(definition).remove({ queue: "a" });
  assertEquals(await samplesOf(registry), [
    `jobs{env="live",queue="a"} 1`,
    `jobs{env="live",queue="b"} 1`,
    `other{shard="a"} 1`,
  ]);
});
