import { encodingError } from "../../exposition/encoding/encoding_error.ts";
import { escapeFamilies } from "../../exposition/encoding/escape_families.ts";
import { EncodingError, type MetricsError } from "../../model/errors.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { clashingLabel } from "../clash.ts";

/** Metrics that a Pushgateway adds to each group. It drops those that are pushed. */
const ownNames: readonly string[] = ["push_time_seconds", "push_failure_time_seconds"];

/**
 * The families that a Pushgateway takes as they are, with escaped names. It would refuse the whole
 * push because of some others, and change or drop others without a word.
 *
 * @param groupLabels The names of the group's labels.
 * @param onError Is told of each family that is left out.
 */
export function pushableFamilies(
  families: readonly MetricFamily[],
  groupLabels: readonly string[],
  onError: (error: MetricsError) => void,
): readonly MetricFamily[] {
  return escapeFamilies(families, "underscores", onError).filter((family) => {
    try {
      const problem = problemOf(family, groupLabels);
      if (problem === undefined) return true;
      onError(new EncodingError(`${family.name}: left out of the push: ${problem}`));
    } catch (cause) {
      onError(encodingError(family, cause));
    }
    return false;
  });
}

function problemOf(
  family: MetricFamily,
  groupLabels: readonly string[],
): string | undefined {
  const { name, timestamps } = family;
  const clash = clashingLabel(family, groupLabels);
  if (clash !== undefined) {
    return `its label "${clash}" is also one of the group, whose value the Pushgateway would ` +
      `write over it; rename one of them`;
  }
  if (ownNames.includes(name)) {
    return "the Pushgateway writes a metric of this name itself; rename it";
  }
  if (timestamps?.some((time) => !Number.isNaN(time))) {
    return "it has timestamps, which a Pushgateway refuses; send it by Remote Write, or make " +
      "the time a value of its own";
  }
  return undefined;
}
