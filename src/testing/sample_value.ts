import type { Gatherer } from "../model/collector.ts";
import type { LabelRecord } from "../model/label_table.ts";
import { display, MetricsError } from "../model/errors.ts";
import { aGatherer } from "../model/options.ts";
import { samplesOf } from "./samples.ts";

/**
 * The value of one sample as a scrape would see it, for assertions in tests; `undefined` if there
 * is no such sample.
 *
 * @param name The name as on a page in the text format, for example `requests_total` or
 * `duration_seconds_count`.
 * @param labels All labels of the sample, `le` and `quantile` as on the page: `{ le: "1.0" }`.
 * @throws {CollectionError} If a collector failed, which might be why the value is missing.
 * @throws {MetricsError} If it is nothing that can be scraped.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { getSampleValue } from "@edgeprom/edgeprom/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] }).inc({ queue: "mail" });
 * assertEquals(await getSampleValue(registry, "jobs_total", { queue: "mail" }), 1);
 * assertEquals(await getSampleValue(registry, "jobs_total", { queue: "print" }), undefined);
 * ```
 *
 * @category Testing
 */
export async function getSampleValue(
  gatherer: Gatherer,
  name: string,
  labels: LabelRecord = {},
): Promise<number | undefined> {
  if (!aGatherer.fits(gatherer)) {
    throw new MetricsError(
      `getSampleValue: ${display(gatherer)} must be ${aGatherer.expected}`,
    );
  }
  const { families, errors } = await gatherer.gather();
  if (errors.length > 0) throw errors[0];
  for (const family of families) {
    for (const sample of samplesOf(family)) {
      if (sample.name === name && sameLabels(sample.labels, labels)) return sample.value;
    }
  }
  return undefined;
}

function sameLabels(one: LabelRecord, other: LabelRecord): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && one[name] === other[name]);
}
