import { display, RegistrationError } from "../model/errors.ts";
import { Family } from "../model/family/family.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { checkNameOfType } from "../model/names.ts";
import type { FamilySeries } from "../model/family/series_table.ts";
import type { InfoSnapshot } from "../model/snapshot.ts";

/**
 * An info: facts about the target, such as its version, as the labels of one series with value 1.
 *
 * Source: OpenMetrics 1.0, "Info".
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const labels = ["version"] as const;
 * registry.info({ name: "build_info", help: "What runs.", labels }).set({ version: "1.2.3" });
 *
 * assertStringIncludes(await registry.text(), 'build_info{version="1.2.3"} 1');
 * ```
 *
 * @category Instruments
 */
export class InfoFamily<Labels> extends Family<Labels, InfoSeries> {
  /**
   * A family that is not registered yet.
   *
   * @throws {RegistrationError} If the name does not end in `_info`, or there is a unit.
   */
  constructor(definition: FamilyDefinition) {
    const { name, unit } = definition;
    checkNameOfType("info", name);
    if (unit !== undefined) {
      throw new RegistrationError(`${name}: an info has no unit; leave ${display(unit)} out`);
    }
    // No quota: it has one series, and a second one only while the facts change.
    super("info", { ...definition, quota: undefined });
  }

  /**
   * Sets the facts in place of the present ones.
   *
   * @throws {InvalidLabelError} If they do not fit the family; the present ones then stay.
   */
  set(facts: Labels): void {
    const present = this.labels(facts);
    this.removeOthers(present);
  }

  /** Removes the facts. */
  override reset(): void {
    this.clear();
  }

  /** @internal A snapshot of the facts. */
  protected override snapshot({ labels }: FamilySeries<InfoSeries>): InfoSnapshot {
    return { type: "info", ...this.header, labels };
  }

  /** Always: the facts are the labels. */
  protected override isUnchanged(): boolean {
    return true;
  }

  /** A series has no numbers. */
  protected override resetChild(): void {}

  /** Makes the one series. */
  protected override createChild(): InfoSeries {
    return {};
  }
}

/**
 * The series of an info, which has nothing but its labels.
 *
 * @category Instruments
 */
export type InfoSeries = Readonly<Record<never, never>>;
