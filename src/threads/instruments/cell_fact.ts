import type { Fact } from "../../metrics/info.ts";
import type { CellChild } from "../memory/slot.ts";

/** The series of an info. Its one cell holds nothing; the labels are all there is. */
export class CellFact implements Fact, CellChild {
  /** There is nothing to move. */
  move(): void {}
}
