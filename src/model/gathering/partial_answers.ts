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

/** What there is so far of answers that collectors have not given yet, by their promises. */
const partial = /* @__PURE__ */ new WeakMap<object, () => readonly MetricFamily[]>();

/**
 * The answer of a collector of several sources that can tell what it has so far. A scrape whose time
 * is up takes that, and the gathering goes on for others.
 *
 * @param soFar Gives a {@linkcode partialAnswer}.
 */
export function withPartial<Answer extends Promise<readonly MetricFamily[]>>(
  answer: Answer,
  soFar: () => readonly MetricFamily[],
): Answer {
  partial.set(answer, soFar);
  return answer;
}

/** What there is so far of an answer; `undefined` if its collector cannot tell. */
export function partialOf(
  answer: PromiseLike<unknown>,
): (() => readonly MetricFamily[]) | undefined {
  return partial.get(answer);
}
