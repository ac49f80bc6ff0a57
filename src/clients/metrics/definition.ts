import type { ClientProfile } from "../profile.ts";
import { invalidLabelNames, isMetricName } from "./names.ts";

/** What a metric is configured with, as far as the clients check it first. */
interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly collect?: unknown;
}

/** @throws {Error} If a name, the help text or `collect` is not valid. */
export function checkDefinition(
  { name, help, labelNames, collect }: Definition,
  { namesWhatIsInvalid }: ClientProfile,
): void {
  if (!help) throw new Error("Missing mandatory help parameter");
  if (!name) throw new Error("Missing mandatory name parameter");
  if (!isMetricName(name)) {
    throw new Error(namesWhatIsInvalid ? `Invalid metric name: ${name}` : "Invalid metric name");
  }
  const invalid = invalidLabelNames(labelNames);
  if (invalid.length > 0) {
    throw new Error(
      namesWhatIsInvalid
        ? `At least one label name is invalid: ${invalid.join(",")}`
        : "Invalid label name",
    );
  }
  if (collect && typeof collect !== "function") {
    throw new Error('Optional "collect" parameter must be a function');
  }
}
