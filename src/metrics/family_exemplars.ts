import {
  DroppedExemplars,
  type Exemplar,
  type ExemplarSource,
  makeExemplar,
  type RecordOptions,
} from "../model/exemplar.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";

/** The part of a family's definition that concerns exemplars. */
export type ExemplarDefinition = Pick<
  FamilyDefinition,
  "name" | "exemplarSource" | "droppedExemplars"
>;

/**
 * The latest exemplar of each series of a family. Few series have one, so it is not a field of
 * each: 100,000 counters without exemplars pay nothing for it.
 */
export class FamilyExemplars<Child extends object> {
  /** The name of the family, for errors. */
  readonly family: string;
  /** Supplies exemplars for recordings without one. */
  readonly source: ExemplarSource | undefined;
  readonly #dropped: DroppedExemplars;
  readonly #latest = new WeakMap<Child, Exemplar>();
  #hasAny = false;

  /** Without exemplars. */
  constructor({ name, exemplarSource, droppedExemplars }: ExemplarDefinition) {
    this.family = name;
    this.source = exemplarSource;
    this.#dropped = droppedExemplars ?? new DroppedExemplars();
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
    this.#latest.set(child, exemplar);
    this.#hasAny = true;
  }

  /** The latest exemplar of each series; `undefined` if there never was one in the family. */
  latest(children: readonly Child[]): (Exemplar | undefined)[] | undefined {
    return this.#hasAny ? children.map((child) => this.#latest.get(child)) : undefined;
  }
}
