import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { createMetricsApp, MetricsRegistry } from "../../../mod.ts";
import { pageScript, type ReadPage } from "../../support/page_script.ts";

const read = pageScript.readPage;

/** The families of a page with their series: labels and columns. */
function contents({ families }: ReadPage): unknown {
  return Array.from(families.values(), ({ name, type, bounds, series }) => [
    name,
    type,
    bounds,
    Array.from(series.values(), ({ labels, now }) => [Object.fromEntries(labels), now]),
  ]);
}

test("parsing: a counter and a gauge have a column, whatever their numbers look like", () => {
  const page = read(`# HELP a_total Text with \\\\ and \\n and "quotes".
# TYPE a_total counter
a_total{x="1",y="}, \\"{"} 5 1700000000000
a_total{ x = "2" , } 1e3

# a remark
# TYPE b gauge
b -Inf
c{} NaN
`);
  assertEquals(page.problems, []);
  assertEquals(contents(page), [
    ["a_total", "counter", [], [[{ x: "1", y: '}, "{' }, [5]], [{ x: "2" }, [1000]]]],
    ["b", "gauge", [], [[{}, [-Infinity]]]],
    ["c", "", [], [[{}, [NaN]]]],
  ]);
  assertEquals(page.families.get("a_total")?.help, 'Text with \\ and \n and "quotes".');
});

test("parsing: a histogram has sum, count and a column for each bound; a summary likewise", () => {
  const page = read(`# TYPE h histogram
h_bucket{a="1",le="0.5"} 1
h_bucket{a="1",le="+Inf"} 3
h_sum{a="1"} 4.5
h_count{a="1"} 3
# TYPE s summary
s{quantile="0.5"} 2
s_sum 9
s_count 4
h_created 7
`);
  assertEquals(contents(page), [
    ["h", "histogram", [0.5, Infinity], [[{ a: "1" }, [4.5, 3, 1, 3]]]],
    ["s", "summary", [0.5], [[{}, [9, 4, 2]]]],
    ["h_created", "", [], [[{}, [7]]]],
  ]);
});

test("parsing: le and quantile are labels like any other elsewhere", () => {
  const page = read('# TYPE g gauge\ng{le="1",quantile="2"} 3\n');
  assertEquals(contents(page), [["g", "gauge", [], [[{ le: "1", quantile: "2" }, [3]]]]]);
});

test("parsing: lines that are wrong are problems, with their numbers, and the others count", () => {
  const wrong = [
    "a",
    "a1",
    "a{",
    'a{x="1" 2',
    "a{x=1} 2",
    "a two",
    "a ",
    "<html>",
    "{} 1",
    "a{x} 1",
  ];
  const { families, problems } = read(["good 1", ...wrong, "good2 2"].join("\n"));
  assertEquals([...families.keys()], ["good", "good2"]);
  assertEquals(problems, wrong.map((line, at) => `line ${at + 2}: ${line}`));
});

test("parsing: what a registry writes is read as it was recorded, also names of any letters", async () => {
  const registry = new MetricsRegistry({ utf8Names: true });
  const value = 'quote " \\ { } , = \n end';
  registry.counter({ name: "häu.fig <b>", help: "H\n\\n", labels: ["a-b", "c"] })
    .inc({ "a-b": value, c: "" }, 2);
  const response = await createMetricsApp({ registry }).request("/metrics", {
    headers: { Accept: "text/plain;version=1.0.0;escaping=allow-utf-8" },
  });
  const page = read(await response.text());
  assertEquals(page.problems, []);
  const family = page.families.get("häu.fig <b>");
  assertEquals(family?.help, "H\n\\n");
  assertEquals([...family!.series.values()].map(({ labels, now }) => [labels, now]), [
    [[["a-b", value]], [2]],
  ]);
});
