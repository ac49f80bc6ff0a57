import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { sampleNames } from "../../src/model/sample_names.ts";

test("sampleNames(): a counter and a gauge write samples under their own name alone", () => {
  assertEquals(sampleNames("counter", "jobs"), ["jobs"]);
  assertEquals(sampleNames("gauge", "jobs"), ["jobs"]);
});

test("sampleNames(): a histogram writes three names besides its own", () => {
  const names = sampleNames("histogram", "jobs");
  for (const name of ["jobs", "jobs_bucket", "jobs_sum", "jobs_count"]) {
    assert(names.includes(name));
  }
});
