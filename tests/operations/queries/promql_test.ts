import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { aggregated, labelName, quoted, selector } from "../../../src/operations/queries/promql.ts";

test("selector(): a name is written as it is, unless PromQL would not take it for one", () => {
  assertEquals(
    selector("jobs_total", ['queue="mail"', 'job="a"']),
    'jobs_total{queue="mail", job="a"}',
  );
  assertEquals(selector("ns:jobs", []), "ns:jobs{}");
  for (const name of ["jobs.total", "NaN", "on", "Sum", "größe"]) {
    assertEquals(selector(name, ['a="b"']), `{__name__="${name}", a="b"}`);
  }
});

test("labelName(): a name that is no identifier, or a number, is in quotes", () => {
  assertEquals(["le", "by", "http.method", "Inf"].map(labelName), [
    "le",
    "by",
    '"http.method"',
    '"Inf"',
  ]);
});

test("quoted(): nothing in a text is taken for the end of it, or for a variable of Grafana", () => {
  assertEquals(quoted('a"b\\c\n'), String.raw`"a\"b\\c\n"`);
  assertEquals(quoted("$job ${x} [[y]]"), String.raw`"\x24job \x24{x} \x5b\x5by]]"`);
});

test("aggregated(): without labels there is one series", () => {
  assertEquals(aggregated("sum", [], "a"), "sum(a)");
  assertEquals(aggregated("max", ["le", "a b"], "a"), 'max by (le, "a b") (a)');
});
