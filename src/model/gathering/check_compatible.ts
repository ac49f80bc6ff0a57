import type { FamilyDescription } from "../collector.ts";
import { RegistrationError } from "../errors.ts";
import { sampleNames } from "../sample_names.ts";

/**
 * Refuses a family of the name of another, or one that would write samples of the same name.
 *
 * @throws {RegistrationError} If there is a clash; names both.
 */
export function checkCompatible(present: FamilyDescription, added: FamilyDescription): void {
  if (present.name === added.name) {
    if (sameFamily(present, added) && differInConstants(present, added)) return;
    throw new RegistrationError(
      `${added.name}: already registered as ${summary(present)}, now as ${summary(added)}; ` +
        `rename one, or unregister the first`,
    );
  }
  const taken = sampleNames(present.type, present.name);
  const clash = sampleNames(added.type, added.name).find((name) => taken.includes(name));
  if (clash !== undefined) {
    throw new RegistrationError(
      `${added.name}: ${summary(added)} and ${summary(present)} "${present.name}" would both ` +
        `write "${clash}"; rename one`,
    );
  }
}

function sameFamily(one: FamilyDescription, other: FamilyDescription): boolean {
  return one.type === other.type && one.help === other.help && one.unit === other.unit &&
    String([...one.labelNames].sort()) === String([...other.labelNames].sort());
}

/** Families of one name may coexist if a constant label tells their series apart. */
function differInConstants(one: FamilyDescription, other: FamilyDescription): boolean {
  return Object.entries(one.constantLabels)
    .some(([label, value]) =>
      Object.hasOwn(other.constantLabels, label) && other.constantLabels[label] !== value
    );
}

function summary({ type, help, labelNames }: FamilyDescription): string {
  const labels = labelNames.length === 0 ? "" : ` with labels ${labelNames.join(", ")}`;
  return `${type}${labels} (${JSON.stringify(help)})`;
}
