import type { FamilyDescription } from "../collector.ts";
import { display, RegistrationError } from "../errors.ts";
import { isMetricType } from "../metric_types.ts";
import { checkMetricName } from "../names.ts";

/**
 * Checks the descriptions of a collector.
 *
 * @throws {RegistrationError} If they are not a list of complete descriptions, or one has no metric
 * name.
 */
export function checkDescriptions(descriptions: readonly FamilyDescription[]): void {
  if (!Array.isArray(descriptions)) {
    throw new RegistrationError(
      `a collector describes itself by ${display(descriptions)}; give a list of descriptions`,
    );
  }
  for (const description of [...descriptions]) {
    const { name, type, help, labelNames, constantLabels } = Object(description) as Partial<
      FamilyDescription
    >;
    const complete = typeof name === "string" && isMetricType(type) && typeof help === "string" &&
      Array.isArray(labelNames) && typeof constantLabels === "object" && constantLabels !== null;
    if (complete) {
      checkMetricName(name, true);
      continue;
    }
    throw new RegistrationError(
      `a collector describes ${display(name ?? description)} without one of name, type, help, ` +
        `labelNames and constantLabels; give all of them`,
    );
  }
}
