import { display } from "../../model/errors.ts";
import { anObject } from "../../model/options.ts";
import { isLegacyLabelName } from "../../model/names.ts";
import { PushError } from "../delivery/push_error.ts";

/** Labels that types of metrics, and metrics about pushes, have themselves. */
const taken = ["le", "quantile", "target", "code", "result"];

/**
 * A copy of labels for all series of a target.
 *
 * @throws {PushError} If they are no labels.
 */
export function checkTargetLabels(
  owner: string,
  labels: unknown,
): Readonly<Record<string, string>> {
  if (!anObject.fits(labels) || Symbol.iterator in (labels as object)) {
    throw new PushError(`${owner}: labels ${display(labels)} must be an object of texts`);
  }
  const copy: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels as object)) {
    if (!isLegacyLabelName(name) || name.startsWith("__") || taken.includes(name)) {
      throw new PushError(
        `${owner}: ${
          display(name)
        } cannot be a label of all series; use letters, digits and "_", ` +
          `not "__" in front, and none of ${taken.join(", ")}`,
      );
    }
    if (typeof value !== "string" || value.includes("\0")) {
      throw new PushError(
        `${owner}: label "${name}": ${display(value)} must be a text without NUL`,
      );
    }
    if (value !== "") copy[name] = value.toWellFormed();
  }
  return copy;
}
