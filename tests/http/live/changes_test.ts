import { assertAlmostEquals, assertEquals } from "@std/assert";
import { test } from "node:test";
import { familiesAfter, type PageFamily, pageScript } from "../../support/page_script.ts";

function familyAfter(...pages: readonly string[]): PageFamily {
  return familiesAfter(...pages).values().next().value!;
}

/** What each series of a family shows. */
function shown(family: PageFamily): readonly unknown[] {
  return Array.from(family.series.values(), ({ value, rate }) => [value, rate]);
}

const counter = (...values: readonly number[]) =>
  `# TYPE c counter\n${values.map((value, at) => `c{i="${at}"} ${value}\n`).join("")}`;

test("changes: a rate is that of two pages, and there is none on the first", () => {
  assertEquals(shown(familyAfter(counter(5, 10))), [[5, NaN], [10, NaN]]);
  const { rate, value, ...family } = familyAfter(counter(5, 10), counter(9, 10));
  assertEquals([rate, value], [2, 19]);
  assertEquals(shown(family as PageFamily), [[9, 2], [10, 0]]);
});

test("changes: a counter that fell was reset, and counts from 0", () => {
  assertEquals(familyAfter(counter(100), counter(6)).rate, 3);
});

test("changes: a gauge that fell did fall", () => {
  const family = familyAfter("# TYPE g gauge\ng 100\n", "# TYPE g gauge\ng 6\n");
  assertEquals(shown(family), [[6, -47]]);
});

test("changes: a series that is new has no rate, and one that comes again neither", () => {
  assertEquals(shown(familyAfter(counter(1), counter(1, 8))), [[1, 0], [8, NaN]]);
  assertEquals(shown(familyAfter(counter(1, 8), counter(1), counter(1, 9)))[1], [9, NaN]);
});

const histogram = (low: number, all: number, sum: number) =>
  `# TYPE h histogram
h_bucket{le="1"} ${low}
h_bucket{le="3"} ${all}
h_bucket{le="+Inf"} ${all}
h_sum ${sum}
h_count ${all}
`;

test("changes: quantiles are those of all time at first, then those of the last minute", () => {
  assertAlmostEquals(familyAfter(histogram(100, 100, 50)).value!, 0.99);
  const later = familyAfter(histogram(100, 100, 50), histogram(100, 200, 250));
  assertAlmostEquals(later.value!, 2.98);
  assertEquals(later.rate, 50);
  const idle = [histogram(100, 200, 250), histogram(100, 200, 250)];
  assertAlmostEquals(familyAfter(histogram(100, 100, 50), ...idle).value!, 2.98);
  const reset = familyAfter(histogram(100, 200, 250), histogram(10, 10, 5));
  assertEquals([reset.rate, reset.value], [5, 0.99]);
});

test("changes: after more than a minute without any, quantiles are those of all time again", () => {
  const still = Array.from({ length: 31 }, () => histogram(100, 200, 250));
  const { value } = familyAfter(histogram(100, 100, 50), ...still);
  assertAlmostEquals(value!, 2.96);
});

test("changes: buckets that fall, as on a page between two moments, count as those below", () => {
  const page = histogram(5, 4, 1).replace("h_count 4", "h_count 5");
  assertAlmostEquals(familyAfter(page).value!, 0.99);
});

test("changes: a histogram of one bucket and a summary without quantiles have a mean", () => {
  const one = (sum: number, count: number) =>
    `# TYPE h histogram\nh_bucket{le="+Inf"} ${count}\nh_sum ${sum}\nh_count ${count}\n`;
  const summary = (sum: number, count: number) =>
    `# TYPE h summary\nh_sum ${sum}\nh_count ${count}\n`;
  for (const  of of[one, summary]) {
    const family = familyAfter(of(10, 5), of(40, 10));
    assertEquals([family.title, [...family.series.values()][0].value], ["mean", 6]);
  }
});

test("changes: a summary shows its highest quantile", () => {
  const page = '# TYPE s summary\ns{quantile="0.5"} 1\ns{quantile="0.9"} 7\ns_sum 9\ns_count 3\n';
  const { title, value, rate } = familyAfter(page, page.replace("count 3", "count 5"));
  assertEquals([title, value, rate], ["p90", 7, 1]);
});

test("changes: infos and state sets are told from other gauges", () => {
  const kinds = {
    'a_info{v="1"} 1': "info",
    'a_info{v="1"} 2': "gauge",
    'a{a="on"} 1\na{a="off"} 0': "stateset",
    'a{a="on"} 1\na{a="off"} 2': "gauge",
    'a{a="on"} 1\na{b="off"} 0': "gauge",
    "a 1": "gauge",
  };
  for (const [page, kind] of Object.entries(kinds)) {
    assertEquals(familyAfter(page).kind, kind, page);
  }
});

test("changes: what moves most by its own measure changes most, and what stands not at all", () => {
  const page = (a: number, b: number) => `a ${a}\nb ${b}\nc 5\n`;
  const families = familiesAfter(page(100, 1e6), page(200, 1e6 + 500), page(100, 1e6));
  const change = (name: string) => families.get(name)!.change!;
  assertEquals([change("a") > change("b"), change("b") > 0, change("c")], [true, true, 0]);
});

test("changes: a history is a ring, shown from the oldest number to the newest", () => {
  const pages = Array.from({ length: 160 }, (_, at) => `g ${at}\n`);
  const { history } = familyAfter(...pages);
  assertEquals(pageScript.inOrder(history!, 160), Array.from({ length: 150 }, (_, at) => at + 10));
  const young = pageScript.inOrder(familyAfter("g 1", "g 2").history!, 2);
  assertEquals([young.length, young.slice(-3)], [30, [NaN, 1, 2]]);
});
