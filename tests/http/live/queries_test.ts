import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { pageScript } from "../../support/page_script.ts";

const { promQl } = pageScript;

test("queries: a counter has a rate, a histogram a quantile, and the others their name", () => {
  const labels = [["a", "1"]] as const;
  const cases = [
    [{ name: "c_total", kind: "counter", title: "total" }, 'rate(c_total{a="1"}[5m])'],
    [
      { name: "h", kind: "histogram", title: "p99" },
      'histogram_quantile(0.99, sum by (le) (rate(h_bucket{a="1"}[5m])))',
    ],
    [
      { name: "h", kind: "histogram", title: "mean" },
      'rate(h_sum{a="1"}[5m]) / rate(h_count{a="1"}[5m])',
    ],
    [{ name: "s", kind: "summary", title: "p90" }, 's{a="1"}'],
    [{ name: "g", kind: "gauge", title: "value" }, 'g{a="1"}'],
  ] as const;
  for (const [family, query] of cases) assertEquals(promQl(family, labels), query);
  assertEquals(promQl(cases[0][0]), "rate(c_total[5m])");
});

test("queries: names of any letters are quoted, and values escaped", () => {
  const gauge = { kind: "gauge", title: "value" };
  assertEquals(promQl({ ...gauge, name: "a.b" }), '{"a.b"}');
  assertEquals(
    promQl({ ...gauge, name: "a" }, [["x-y", 'q"\\\n']]),
    'a{"x-y"="q\\"\\\\\\n"}',
  );
  assertEquals(
    promQl({ name: "a b", kind: "histogram", title: "p99" }, [["x", "$&"]]),
    'histogram_quantile(0.99, sum by (le) (rate({"a b_bucket",x="$&"}[5m])))',
  );
});
