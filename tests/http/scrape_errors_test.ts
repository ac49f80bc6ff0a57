import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../mod.ts";
import { scrapeErrorsOf } from "../../src/http/scrape_errors.ts";
import { collected } from "../support/series.ts";

test("a gatherer has one counter, which begins at 0 for every cause", () => {
  const registry = new MetricsRegistry();
  const counter = scrapeErrorsOf(registry);
  assertStrictEquals(scrapeErrorsOf(registry), counter);
  assert(scrapeErrorsOf(new MetricsRegistry()) !== counter);
  assertEquals(counter.header.name, "edgeprom_scrape_errors_total");
  assertEquals(collected(counter), [[{ cause: "collector" }, 0], [{ cause: "encoding" }, 0]]);
});
