import type { MetricFamily } from "../snapshot.ts";

/** Why families are missing in what a collector gave. */
const errors = /* @__PURE__ */ new WeakMap<object, readonly Error[]>();

/**
 * What a collector of several sources gives if some of them failed: the families of the others. The
 * registry that asked reports the errors.
 */
export function partialAnswer(
  families: readonly MetricFamily[],
  missing: readonly Error[],
): readonly MetricFamily[] {
  if (missing.length > 0) errors.set(families, missing);
  return families;
}

/** The errors of what a collector gave. */
export function errorsOf(answer: unknown): readonly Error[] {
  return errors.get(answer as object) ?? [];
}
