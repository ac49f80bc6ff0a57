import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { constGauge, MetricsRegistry } from "../../mod.ts";
import { lint } from "../../src/testing.ts";
import { lintCases } from "../cases/lint_families.ts";
import { gaugeOf } from "../support/families.ts";
import { familyOf } from "../support/typed_family.ts";

for (const { family, findings } of lintCases) {
  const { type, name } = family;
  const rules = findings.map(([rule]) => rule).join(", ") || "nothing";
  test(`lint(): ${type} ${name}: ${rules}`, () => {
    assertEquals(
      lint([family]),
      findings.map(([rule, text]) => ({ family: name, rule, text })),
    );
  });
}

test("lint(): without families there are no findings", () => {
  assertEquals(lint([]), []);
});

test("lint(): findings come by family and text, whatever the order of the families", () => {
  const families = ["b:c", "a_ms", "a:b", "b", "ab:c"].map((name) =>
    constGauge({ name, help: name.endsWith("c") ? "" : "Help.", samples: [{ value: 1 }] })
  );
  const expected = [
    ["a:b", "colon"],
    ["a_ms", "abbreviated-unit"],
    ["ab:c", "colon"],
    ["ab:c", "help"],
    ["b:c", "colon"],
    ["b:c", "help"],
  ];
  for (const list of [families, families.toReversed()]) {
    assertEquals(lint(list).map(({ family, rule }) => [family, rule]), expected);
  }
});

test("lint(): a finding is reported once for all series, labels or words", () => {
  const labels = { aB: "1", cD: "1" };
  const family = gaugeOf("uptime_ms_or_s", labels, { ...labels, aB: "2" });
  assertEquals(lint([family]).map(({ rule }) => rule), ["camel-case-label", "abbreviated-unit"]);
});

test("lint(): a family that occurs again is reported each further time", () => {
  const families = [gaugeOf("a"), gaugeOf("b"), familyOf("counter", "a"), gaugeOf("a")];
  assertEquals(lint(families).map(({ family, rule, text }) => [family, rule, text]), [
    ["a", "counter-total", 'counter metrics should have "_total" suffix'],
    ["a", "duplicate", "metric is there more than once"],
    ["a", "duplicate", "metric is there more than once"],
  ]);
});

test("lint(): families are judged before they have series", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "", labels: ["jobKind"] });
  const { families } = await registry.gather();
  assertEquals(lint(families).map(({ rule }) => rule), [
    "counter-total",
    "camel-case-label",
    "help",
  ]);
});
