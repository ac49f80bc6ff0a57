import {
  type Exemplar,
  exemplarFrom,
  type ExemplarSource,
  makeExemplar,
  type RecordOptions,
} from "../model/exemplar.ts";

/**
 * The exemplars of a family's series. Few series have one, so it is no field of each: 100,000
 * counters without exemplars pay nothing for them.
 */
export class FamilyExemplars<Child extends object> {
  /** The family, for error messages. */
  readonly family: string;
  /** Supplies exemplars to recordings that come without one. */
  readonly source: ExemplarSource | undefined;
  readonly #latest = new WeakMap<Child, Exemplar>();
  #used = false;

  /** An empty book. */
  constructor(family: string, source: ExemplarSource | undefined) {
    this.family = family;
    this.source = source;
  }

  /**
   * The exemplar of a recording, from its options or else the source.
   *
   * @throws {InvalidLabelError} If the options' exemplar is malformed.
   */
  make(value: number, options: RecordOptions | undefined): Exemplar | undefined {
    if (options?.exemplar !== undefined) return makeExemplar(this.family, options.exemplar, value);
    return this.source === undefined ? undefined : exemplarFrom(this.family, this.source, value);
  }

  /** Keeps the exemplar of a recording in place of the series' last one. */
  record(child: Child, value: number, options: RecordOptions | undefined): void {
    const exemplar = this.make(value, options);
    if (exemplar === undefined) return;
    this.#latest.set(child, exemplar);
    this.#used = true;
  }

  /** The last exemplar of each series, or nothing where there never was one. */
  latest(children: readonly Child[]): (Exemplar | undefined)[] | undefined {
    return this.#used ? children.map((child) => this.#latest.get(child)) : undefined;
  }
}
