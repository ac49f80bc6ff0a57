import {
  DroppedExemplars,
  type Exemplar,
  type ExemplarSource,
  makeExemplar,
  type RecordOptions,
} from "../model/exemplar.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { Refusals } from "../model/refusals.ts";

/** The part of a family's definition that concerns exemplars. */
export type ExemplarDefinition = Pick<FamilyDefinition, "exemplarSource" | "droppedExemplars">;

/** Whether these are options of a recording. Not by `checkOptions()`, as they come with many. */
function isRecordOptions(options: object): boolean {
  if (typeof options !== "object" || options === null) return false;
  for (const name in options) if (name !== "exemplar") return false;
  return true;
}

/**
 * The latest exemplar of each series of a family. Few series have one, so it is not a field of
 * each: 100,000 counters without exemplars pay nothing for it.
 */
export class FamilyExemplars<Child extends object> {
  /** Takes what the family refuses; the children reach it by their exemplars. */
  readonly refusals: Refusals;
  /** Supplies exemplars for recordings without one. */
  readonly source: ExemplarSource | undefined;
  /** Whether a bucket of a histogram ever had one, which the histogram keeps itself. */
  areInBuckets = false;
  readonly #dropped: DroppedExemplars;
  /** There is none before the first exemplar. */
  #latest: WeakMap<Child, Exemplar> | undefined;

  /** Without exemplars. */
  constructor(refusals: Refusals, { exemplarSource, droppedExemplars }: ExemplarDefinition) {
    this.refusals = refusals;
    this.source = exemplarSource;
    this.#dropped = droppedExemplars ?? new DroppedExemplars();
  }

  /** Whether there ever was one in the family. */
  get hasAny(): boolean {
    return this.#latest !== undefined;
  }

  /** The name of the family, for errors. */
  get family(): string {
    return this.refusals.family;
  }

  /** Whether options are none that a recording has, and so the recording is refused. */
  refuses(options: RecordOptions | undefined): boolean {
    if (options === undefined || isRecordOptions(options)) return false;
    this.refusals.value(options, "an object { exemplar: { trace_id, … } }");
    return true;
  }

  /**
   * The exemplar of a recording: from its options, otherwise from the source. One that is malformed
   * is dropped, so that it never costs the observation.
   */
  make(value: number, options: RecordOptions | undefined): Exemplar | undefined {
    try {
      const labels = options?.exemplar ?? this.source?.();
      return labels == null ? undefined : makeExemplar(labels, value);
    } catch (error) {
      this.#dropped.add(this.family, error);
      return undefined;
    }
  }

  /** Stores the exemplar of a recording, if it has one, as the latest of the series. */
  record(child: Child, value: number, options: RecordOptions | undefined): void {
    const exemplar = this.make(value, options);
    if (exemplar === undefined) return;
    this.#latest ??= new WeakMap();
    this.#latest.set(child, exemplar);
  }

  /** Drops the exemplar of a series. */
  forget(child: Child): void {
    this.#latest?.delete(child);
  }

  /** The latest exemplar of each series; `undefined` if there never was one in the family. */
  latest(children: readonly Child[]): (Exemplar | undefined)[] | undefined {
    const latest = this.#latest;
    return latest && children.map((child) => latest.get(child));
  }
}
