import type { MetricsError } from "../model/errors.ts";
import { callListener } from "../model/platform/thenable.ts";
import type { RefusalHandler } from "../model/refusals.ts";
import type { MetricsRegistryOptions } from "./registry_options.ts";

/** Counts the recordings of a registry that were dropped because they were not valid. */
export class InvalidRecordings {
  /** Their number, by family; it grows until a reset. */
  readonly counts: Map<string, number> = new Map();

  /** What a family does with an error: `undefined` to throw it. Shared by the views of a registry. */
  handler(
    family: string,
    onInvalid: NonNullable<MetricsRegistryOptions["onInvalid"]>,
  ): RefusalHandler | undefined {
    if (onInvalid === "throw") return undefined;
    const report = onInvalid === "report" ? warnOnce() : onInvalid;
    let isReporting = false;
    return (error) => {
      this.counts.set(family, (this.counts.get(family) ?? 0) + 1);
      // A handler that records something wrong itself would never end.
      if (isReporting) return;
      isReporting = true;
      callListener(() => report(error));
      isReporting = false;
    };
  }
}

/** Writes the first error to the console. */
function warnOnce(): (error: MetricsError) => void {
  let hasWarned = false;
  return ({ message }) => {
    if (hasWarned) return;
    hasWarned = true;
    console.warn(`${message}; this recording and further ones like it are dropped`);
  };
}
