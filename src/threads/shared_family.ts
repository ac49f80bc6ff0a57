import type { Family } from "../model/family/family.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { FamilyCells } from "./family_slots.ts";
import type { CellChild } from "./memory/slot.ts";

// deno-lint-ignore no-explicit-any
type Any = any;
type FamilyClass = new (definition: Any) => Family<Any, Any>;

/** A family whose numbers are in cells. */
export interface SharedFamily extends Family<Any, Any> {
  /** Where they are; to be given before the first series is made. */
  cells: FamilyCells;
  /** Removes a series of this thread because another thread removed it. */
  drop(values: readonly string[]): void;
  /** The same for the overflow series. */
  dropOverflow(): void;
}

/** A class of families that keeps the numbers of its series in cells instead of its children. */
export function inCells(base: FamilyClass): new (definition: Any) => SharedFamily {
  return class extends base implements SharedFamily {
    cells!: FamilyCells;

    override labels(set: Any): Any {
      this.cells.attend();
      return super.labels(set);
    }

    override collect(): readonly MetricFamily[] {
      return this.cells.collect();
    }

    drop(values: readonly string[]): void {
      super.removeSeries(values);
    }

    dropOverflow(): void {
      super.removeOverflow();
    }

    protected override hasRoomFor(values: readonly string[]): boolean {
      return super.hasRoomFor(values) && this.cells.hasRoomFor(values);
    }

    protected override createOverflowChild(): CellChild {
      return this.cells.openOverflow();
    }

    protected override createChild(values: readonly string[]): CellChild {
      return this.cells.open(values);
    }

    protected override discardChild(child: CellChild): void {
      this.cells.close(child);
    }

    protected override removeSeries(values: readonly string[]): boolean {
      const found = this.cells.count(values);
      super.removeSeries(values);
      this.cells.remove(values);
      return found > 0;
    }

    protected override removePattern(pattern: readonly (string | undefined)[]): number {
      const values = pattern.map((value) => value ?? null);
      let found = this.cells.count(values);
      super.removePattern(pattern);
      this.cells.remove(values);
      if (values.every((value) => value === null)) found += this.cells.removeOverflow();
      return found;
    }

    protected override keepOnly(child: CellChild): void {
      this.cells.keepOnly(child);
      super.keepOnly(child);
    }
  };
}
