import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { constGauge, type MetricFamily, MetricsError, MetricsRegistry } from "../../mod.ts";
import { lint } from "../../src/testing.ts";
import { lintCases } from "../cases/lint_families.ts";
import { gaugeOf } from "../support/families.ts";
import { assertThrowsWith } from "../support/rejects.ts";
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

test("lint(): series with the same labels are reported once", () => {
  const [one, other] = [{ a: "1", b: "2" }, { b: "2", a: "1" }];
  const found = lint([gaugeOf("a", one, other, one), gaugeOf("b", { a: "1" }, { b: "1" }, {})]);
  assertEquals(found, [{ family: "a", rule: "duplicate", text: "metric not unique" }]);
});

test("lint(): a name that ends in a unit says so in the definition as well", () => {
  const text = (unit: string) => `metric name ends in a unit; define it with unit: "${unit}"`;
  const expected: [MetricFamily, string | undefined][] = [
    [familyOf("gauge", "x_seconds"), "seconds"],
    [familyOf("counter", "sent_bytes_total"), "bytes"],
    [familyOf("histogram", "x_metres"), "metres"],
    [{ ...familyOf("gauge", "x_seconds"), unit: "seconds" }, undefined],
    [familyOf("gauge", "seconds"), undefined],
    [familyOf("gauge", "x_seconds_ago"), undefined],
    [familyOf("gauge", "x_jobs"), undefined],
    [familyOf("stateset", "x_seconds"), undefined],
    [familyOf("info", "x_seconds_info"), undefined],
  ];
  for (const [family, unit] of expected) {
    const texts = unit === undefined ? [] : [text(unit)];
    assertEquals(
      lint([family]).map(({ rule, text }) => [rule, text]),
      texts.map((t) => ["unit", t]),
    );
  }
  for (const name of ["x_bytes", "xseconds", "seconds_x"]) {
    const [{ rule, text }] = lint([{ ...familyOf("gauge", name), unit: "seconds" }]);
    assertEquals([rule, text], ["unit", 'metric name does not end in its unit "seconds"']);
  }
  assertEquals(lint([familyOf("gauge", "x_minutes")]).map(({ rule }) => rule), ["base-unit"]);
});

test("lint(): a gathering in place of its families is refused", async () => {
  const gathering = await new MetricsRegistry().gather();
  const call = () => lint(gathering as unknown as readonly MetricFamily[]);
  assertThrowsWith(call, MetricsError, "lint: ", "give the families");
});

test("lint(): what is no family is refused", () => {
  for (const wrong of [null, 5, {}, { name: "a" }, { name: "a", type: "timer" }]) {
    const call = () => lint([wrong] as unknown as readonly MetricFamily[]);
    assertThrowsWith(call, MetricsError, "lint: ", "is not a family");
  }
});
