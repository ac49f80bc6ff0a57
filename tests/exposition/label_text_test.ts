import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { type LabelTable, MetricsRegistry } from "../../mod.ts";
import { escapeLabelValue, labelText } from "../../src/exposition/label_text.ts";
import { samplesOf, textOf } from "../support/pages.ts";

/** The rows of a table as text. */
function rowsOf(table: LabelTable): readonly string[] {
  const { bytes, ends } = labelText(table, table.rows);
  return Array.from(
    { length: table.rows },
    (_, row) => textOf(bytes.subarray(row === 0 ? 0 : ends[row - 1], ends[row])),
  );
}

test("backslash, double quote and line feed are escaped, wherever and however often", () => {
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

test("a table grows, and so does its text", () => {
  const names = ["a", "b"];
  const values: string[] = [];
  const all: string[] = [];
  for (let rows = 0; rows < 200; rows++) {
    assertEquals(rowsOf({ names, values, rows }), all);
    values.push(`${rows}`, rows % 3 === 0 ? "" : `"${rows}"`);
    all.push(rows % 3 === 0 ? `a="${rows}"` : `a="${rows}",b="\\"${rows}\\""`);
  }
});

test("an older table with fewer rows keeps its text after a newer one", () => {
  const names = ["a"];
  const values = ["1", "2", "3"];
  const all = [`a="1"`, `a="2"`, `a="3"`];
  for (const rows of [1, 3, 2, 0, 3]) {
    assertEquals(rowsOf({ names, values, rows }), all.slice(0, rows));
  }
});

test("tables that share their values under other names have texts of their own", () => {
  const values = ["1", "2"];
  const tables: [LabelTable, string[]][] = [
    [{ names: ["a"], values, rows: 2 }, [`a="1"`, `a="2"`]],
    [{ names: ["b"], values, rows: 2 }, [`b="1"`, `b="2"`]],
    [{ names: ["a", "b"], values, rows: 1 }, [`a="1",b="2"`]],
    [{ names: [], values, rows: 2 }, ["", ""]],
  ];
  for (const _ of ["first", "second"]) {
    for (const [table, rows] of tables) assertEquals(rowsOf(table), rows);
  }
});

test("pages are right after growth, removal and clearing, one after the other", async () => {
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

test("families that differ in name, labels or constants do not share their text", async () => {
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
