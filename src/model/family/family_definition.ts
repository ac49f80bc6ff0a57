import type { DroppedExemplars, ExemplarSource } from "../exemplar.ts";
import type { LabelDefinition } from "./labels.ts";
import type { LabelRecord } from "../label_table.ts";
import type { RefusalHandler } from "../refusals.ts";
import type { FamilyQuota } from "./series_budget.ts";
import type { FamilyHeader } from "../snapshot.ts";

/** The definition of a family of any type. */
export interface FamilyDefinition extends FamilyHeader {
  /** The labels; none for a family of one series. */
  readonly labels?: LabelDefinition;
  /** Labels with one value for the whole family, such as those of a registry view. */
  readonly constantLabels?: LabelRecord;
  /** Supplies exemplars for recordings without one. */
  readonly exemplarSource?: ExemplarSource;
  /** Counts exemplars that are dropped; a registry has one for all its families. */
  readonly droppedExemplars?: DroppedExemplars;
  /** Whether names may be any UTF-8 text; false by default. */
  readonly utf8Names?: boolean;
  /** Takes the errors of recordings that are dropped; without it they are thrown. */
  readonly onInvalid?: RefusalHandler;
  /** The limit on series, which a registry sets; none by default. */
  readonly quota?: FamilyQuota;
}
