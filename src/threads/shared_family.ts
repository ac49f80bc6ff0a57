import { MetricsError } from "../model/errors.ts";
import type { Family } from "../model/family/family.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { FamilySlots } from "./family_slots.ts";
import type { SlotChild } from "./memory/slot.ts";

// deno-lint-ignore no-explicit-any
type Any = any;
type FamilyClass = new (definition: Any) => Family<Any, Any>;

/**
 * Why a shared family cannot be reset. A thread can only write its own numbers without a race, and if
 * those alone went back, the sums of all threads would drop by an arbitrary part.
 */
export const whyNoReset =
  "the numbers of other threads cannot be set back while they record; use a MetricsRegistry in " +
  "tests, or a shared registry with a name of its own";

/** A family whose numbers are in shared memory. */
export interface SharedFamily extends Family<Any, Any> {
  /** The slots of its series; to be set before the first series is created. */
  slots: FamilySlots;
  /** Removes a series in this thread, after another thread has removed it. */
  drop(values: readonly string[]): void;
  /** Removes the overflow series in this thread, after another thread has removed it. */
  dropOverflow(): void;
}

/** A subclass of a family's class whose children have their numbers in shared memory. */
export function shared(base: FamilyClass): new (definition: Any) => SharedFamily {
  return class extends base implements SharedFamily {
    slots!: FamilySlots;

    override labels(set: Any): Any {
      this.slots.applyRemovals();
      return super.labels(set);
    }

    override collect(): readonly MetricFamily[] {
      return this.slots.collect();
    }

    drop(values: readonly string[]): void {
      super.removeSeries(values);
    }

    dropOverflow(): void {
      super.removeOverflow();
    }

    protected override hasRoomFor(values: readonly string[]): boolean {
      return super.hasRoomFor(values) && this.slots.hasRoomFor(values);
    }

    protected override createOverflowChild(): SlotChild {
      return this.slots.openOverflow();
    }

    override reset(): void {
      throw new MetricsError(`${this.header.name}: ${whyNoReset}`);
    }

    /** Never called; see above. */
    protected override resetChild(): void {}

    /** Never called: the slots give the whole family. */
    protected override snapshot(): MetricFamily {
      return this.slots.collect()[0];
    }

    protected override createNowhereChild(): SlotChild {
      return this.slots.openNowhere();
    }

    protected override createChild(values: readonly string[]): SlotChild {
      return this.slots.open(values);
    }

    protected override discardChild(child: SlotChild): void {
      this.slots.close(child);
    }

    protected override removeSeries(values: readonly string[]): boolean {
      const found = this.slots.count(values);
      super.removeSeries(values);
      this.slots.remove(values);
      return found > 0;
    }

    protected override removePattern(pattern: readonly (string | undefined)[]): number {
      const values = pattern.map((value) => value ?? null);
      let found = this.slots.count(values);
      super.removePattern(pattern);
      this.slots.remove(values);
      if (values.every((value) => value === null)) found += this.slots.removeOverflow();
      return found;
    }

    protected override removeOthers(child: SlotChild): void {
      if (this.slots.has(child)) this.slots.removeOthers(child);
      super.removeOthers(child);
    }
  };
}
