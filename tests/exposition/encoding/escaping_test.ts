import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { EscapingScheme } from "../../../src/core.ts";
import { isLegacyLabelName, isLegacyMetricName } from "../../../src/model/names.ts";
import {
  escapeLabelName,
  escapeMetricName,
  isEscapingScheme,
} from "../../../src/exposition/encoding/escaping.ts";

const schemes: readonly EscapingScheme[] = ["allow-utf-8", "underscores", "dots", "values"];

type Row = readonly [name: string, underscores: string, dots: string, values: string];

/** The names of TestEscapeName in prometheus/common, model/metric_test.go. */
const common: readonly Row[] = [
  ["", "", "", ""],
  [
    "no:escaping_required",
    "no:escaping_required",
    "no:escaping__required",
    "no:escaping_required",
  ],
  [
    "mysystem.prod.west.cpu.load",
    "mysystem_prod_west_cpu_load",
    "mysystem_dot_prod_dot_west_dot_cpu_dot_load",
    "U__mysystem_2e_prod_2e_west_2e_cpu_2e_load",
  ],
  [
    "mysystem.prod.west.cpu.load_total",
    "mysystem_prod_west_cpu_load_total",
    "mysystem_dot_prod_dot_west_dot_cpu_dot_load__total",
    "U__mysystem_2e_prod_2e_west_2e_cpu_2e_load__total",
  ],
  ["http.status:sum", "http_status:sum", "http_dot_status:sum", "U__http_2e_status:sum"],
  ["label with 😱", "label_with__", "label__with____", "U__label_20_with_20__1f631_"],
  ["花火", "__", "____", "U___82b1__706b_"],
  ["label with Ā", "label_with__", "label__with____", "U__label_20_with_20__100_"],
];

const further: readonly Row[] = [
  ["a", "a", "a", "a"],
  ["_", "_", "__", "_"],
  ["a_b", "a_b", "a__b", "a_b"],
  ["__a__", "__a__", "____a____", "__a__"],
  ["a1", "a1", "a1", "a1"],
  ["1a", "_a", "__a", "U___31_a"],
  ["09", "_9", "__9", "U___30_9"],
  ["90", "_0", "__0", "U___39_0"],
  [".", "_", "_dot_", "U___2e_"],
  ["..", "__", "_dot__dot_", "U___2e__2e_"],
  ["a\tb\n", "a_b_", "a__b__", "U__a_9_b_a_"],
  ["a-b_c", "a_b_c", "a__b__c", "U__a_2d_b__c"],
  ["U__a", "U__a", "U____a", "U__a"],
  ["é", "_", "__", "U___e9_"],
  ["e\u0301", "e_", "e__", "U__e_301_"],
  ["\u{10ffff}x", "_x", "__x", "U___10ffff_x"],
  ["a😱😱b", "a__b", "a____b", "U__a_1f631__1f631_b"],
  ["١", "_", "__", "U___661_"],
];

for (const [name, underscores, dots, values] of [...common, ...further]) {
  test(`escapeMetricName: ${JSON.stringify(name)} under each scheme`, () => {
    assertEquals(
      schemes.map((scheme) => escapeMetricName(name, scheme)),
      [name, underscores, dots, values],
    );
  });
}

/** A colon is a character of metric names only. */
const labels: readonly Row[] = [
  ["a:b", "a_b", "a__b", "U__a_3a_b"],
  [":", "_", "__", "U___3a_"],
  ["le", "le", "le", "le"],
  ["service.name", "service_name", "service_dot_name", "U__service_2e_name"],
  ["some_label", "some_label", "some__label", "some_label"],
  ["1st", "_st", "__st", "U___31_st"],
  ["with 😱", "with__", "with____", "U__with_20__1f631_"],
];

for (const [name, underscores, dots, values] of labels) {
  test(`escapeLabelName: ${JSON.stringify(name)} under each scheme`, () => {
    assertEquals(
      schemes.map((scheme) => escapeLabelName(name, scheme)),
      [name, underscores, dots, values],
    );
  });
}

test("isEscapingScheme: a scheme is known by its exact name", () => {
  for (const scheme of schemes) assertEquals(isEscapingScheme(scheme), true);
  for (const text of [undefined, "", "Dots", "utf-8", "allow-utf8", "constructor", "values "]) {
    assertEquals(isEscapingScheme(text), false, text);
  }
});

const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.string({ unit: fc.constantFrom(...'ab1_:. "\\\n😱Ā'), minLength: 1 }),
);

test("escapeMetricName, escapeLabelName: an escaped name is valid", () => {
  fc.assert(fc.property(name, fc.constantFrom(...schemes.slice(1)), (name, scheme) => {
    assert(isLegacyMetricName(escapeMetricName(name, scheme)));
    assert(isLegacyLabelName(escapeLabelName(name, scheme)));
  }));
});

test("escapeMetricName: underscores and values do not change valid names; underscores keep the length", () => {
  fc.assert(fc.property(name, (name) => {
    const escaped = escapeMetricName(name, "underscores");
    assertEquals(escaped.length, [...name].length);
    for (const scheme of ["underscores", "values"] as const) {
      assertEquals(escapeMetricName(escaped, scheme), escaped);
    }
  }));
});

test("escapeMetricName: a name escaped by values can be restored", () => {
  fc.assert(fc.property(name.filter((name) => !name.startsWith("U__")), (name) => {
    assertEquals(unescapeValues(escapeMetricName(name, "values")), name);
    assertEquals(unescapeValues(escapeLabelName(name, "values")), name);
  }));
});

/** As UnescapeName in prometheus/common does it for names that are well-formed. */
function unescapeValues(name: string): string {
  if (!name.startsWith("U__")) return name;
  return name.slice(3).replace(
    /__|_([0-9a-f]+)_/g,
    (_, code) => code === undefined ? "_" : String.fromCodePoint(Number.parseInt(code, 16)),
  );
}
