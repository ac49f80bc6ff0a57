import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { constHistogram, constUnknown, type MetricType } from "../../mod.ts";
import { checkInSteps, FamilyMerger } from "../../src/model/gathering/family_merger.ts";
import { Source } from "../../src/model/gathering/source.ts";
import { atOnce } from "../../src/model/platform/time_slices.ts";
import { sampleNames } from "../../src/model/sample_names.ts";

const bucketed = ["jobs", "jobs_bucket", "jobs_sum", "jobs_count"];
const names: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ["jobs"],
  gauge: ["jobs"],
  info: ["jobs"],
  stateset: ["jobs"],
  unknown: ["jobs"],
  summary: ["jobs", "jobs_sum", "jobs_count"],
  histogram: bucketed,
  gaugehistogram: bucketed,
};

for (const [type, expected] of Object.entries(names)) {
  test(`sampleNames(): those of a ${type} are ${expected.join(", ")}`, () => {
    assertEquals(sampleNames(type as MetricType, "jobs"), expected);
  });
}

test("sampleNames(): what another system calls jobs_count cannot be beside a histogram", () => {
  const unknown = constUnknown({ name: "jobs_count", help: "Jobs.", samples: [{ value: 1 }] });
  const samples = [{ buckets: [1], sum: 1 }];
  const histogram = constHistogram({ name: "jobs", help: "Jobs.", bounds: [], samples });
  for (const [first, second] of [[unknown, histogram], [histogram, unknown]]) {
    const merger = new FamilyMerger();
    const source = new Source({ collect: () => [] });
    const families = atOnce(checkInSteps([first, second], source));
    atOnce(merger.addInSteps(families, source));
    const { families: kept, errors } = merger.finish();
    assertEquals(kept.map(({ name }) => name), [first.name]);
    assertEquals(errors.length, 1);
  }
});
