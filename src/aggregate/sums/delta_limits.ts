import type { FamilyDelta } from "../../deltas/delta.ts";
import { CollectionError } from "../../model/errors.ts";
import { readMerge } from "../../model/gauge_merge.ts";
import { type AnyFamily, shapeOf } from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { mostCharacters, newNames } from "./label_rows.ts";

/** Bounds of a histogram, or states of a state set: a series with so many takes 9 kB. */
const mostElements = 1000;

/** Labels of a family: each takes 4 to 8 bytes in every series, also in those that lack it. */
const mostLabels = 64;

/** Values of living clients for each series that there may be. */
const valuesPerSeries = 10;

/**
 * Refuses a family whose name is taken by what is shown beside the sums.
 *
 * @throws {CollectionError} If so.
 */
export function checkNotReserved({ name }: MetricFamily, prefix: string | undefined): void {
  if (prefix === undefined || !name.startsWith(prefix)) return;
  throw new CollectionError(
    `${name.slice(0, 200)}: names that begin with "${prefix}" are reserved for metrics about the ` +
      "aggregator; rename the metric",
  );
}

/**
 * Refuses a family with which clients that live would have too many values.
 *
 * @param values The values with those of the family.
 * @param mostSeries How many series there may be.
 * @throws {CollectionError} If so.
 */
export function checkValues({ name }: MetricFamily, values: number, mostSeries: number): void {
  const most = valuesPerSeries * mostSeries;
  if (values <= most) return;
  throw new CollectionError(
    `${name}: living clients would have ${values} values; the most is ${most}, ` +
      `${valuesPerSeries} times cardinality.series of the aggregator: raise it, or lower ` +
      "staleSeconds",
  );
}

/**
 * Refuses what no sound family has and would take memory beyond all limits on series, and gauges that
 * an aggregate does not show.
 *
 * @param known The labels that the family has so far.
 * @throws {CollectionError} If it is too much; names the family, the number and the limit.
 */
export function checkLimitsOf({ family }: FamilyDelta, known: readonly string[]): void {
  const { name, help, unit = "", merge, labels }: AnyFamily = family;
  const fail = (problem: string): never => {
    throw new CollectionError(`${name.slice(0, 200)}: ${problem}`);
  };
  for (const [what, text] of [["name", name], ["help", help], ["unit", unit]]) {
    if (text.length > mostCharacters) {
      fail(`its ${what} has ${text.length} characters; the most is ${mostCharacters}, shorten it`);
    }
  }
  const { length = 0 } = shapeOf(family) ?? [];
  if (length > mostElements) {
    fail(`it has ${length} bounds or states; the most is ${mostElements}, give it fewer`);
  }
  if (merge !== undefined && readMerge(merge).operation === "all") {
    fail(
      `merge "${merge}" would make a series for each client, which an aggregate does not have; ` +
        `give the gauge another merge, such as "liveSum" or "mostRecent"`,
    );
  }
  const count = known.length + newNames(labels, known).length;
  if (count > mostLabels) {
    fail(`its series would have ${count} different labels; the most is ${mostLabels}, name fewer`);
  }
}
