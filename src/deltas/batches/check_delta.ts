import { MetricsError } from "../../model/errors.ts";
import { DroppedExemplars } from "../../model/exemplar.ts";
import { checkFamilySteps } from "../../model/gathering/check_family.ts";
import { checkTable, copyTable } from "../../model/gathering/check_table.ts";
import { type AnyFamily, partsOf } from "../../model/metric_types.ts";
import { atOnce } from "../../model/platform/time_slices.ts";
import { type FamilyDelta, keepingOf, type Rests } from "../delta.ts";
import { BatchError } from "./batch_error.ts";

/** The longest message; names and labels in it can be of any length. */
const longestMessage = 500;

/** Parts that a client does not send, as they are the aggregator's, or nobody's after a merge. */
const unsent = ["created", "timestamps"] as const;

/** Takes note of nothing: an observation is worth more than its exemplar. */
class ForgottenExemplars extends DroppedExemplars {
  override add(): void {}
}

/**
 * Checks what a client sent of a family, by the rules for a family of any collector, and returns a
 * copy.
 *
 * @throws {BatchError} If no page may have it.
 */
export function checkDelta(delta: FamilyDelta): FamilyDelta {
  return atOnce(checkDeltaInSteps(delta));
}

/** {@linkcode checkDelta} in steps, as 25,000 series take 10 ms. */
export function* checkDeltaInSteps(
  { family, rests, gone }: FamilyDelta,
): Generator<void, FamilyDelta, void> {
  const { name, type } = family;
  try {
    const checked = yield* checkFamilySteps(family, new ForgottenExemplars(), undefined, true);
    const given: AnyFamily = checked;
    for (const part of unsent) if (given[part] !== undefined) fail(`a delta has no ${part}`);
    if (given.quantiles?.length) fail("quantiles do not add up; send a summary without them");
    const keeping = keepingOf(checked);
    if (rests !== undefined) {
      if (keeping !== "total") fail(`a ${type} is not added up, so it has no rests`);
      checkRests(checked, rests);
    }
    if (gone === undefined) return { family: checked, ...rests && { rests } };
    if (keeping !== "living") fail("it outlives its clients, so none of its series is gone");
    const copy = copyTable({ ...checked, labels: gone }, true);
    return {
      family: checked,
      gone: yield* checkTable({ ...given, labels: copy }, undefined, true),
    };
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    throw new BatchError(error.message.slice(0, longestMessage));
  }

  function fail(problem: string): never {
    throw new BatchError(`${name}: ${problem}`);
  }
}

/**
 * What counts cannot go down: a rest is smaller than what the number, or the rest before it, was
 * rounded by.
 */
function checkRests(family: AnyFamily, rests: Rests): void {
  for (const [part, description] of partsOf(family.type)) {
    if (description.kind !== "numbers" || description.holds !== "counts") continue;
    for (const [cell, rest] of rests.get(part) ?? []) {
      rest.reduce((last, each) => {
        if (each !== 0 && last + each === last) return each;
        throw new BatchError(
          `${family.name}: ${each} is no rest of ${last}; a rest is what was rounded`,
        );
      }, (family[part] as Float64Array)[cell]);
    }
  }
}
