import {
  type Exemplar,
  exemplarFrom,
  type ExemplarSource,
  makeExemplar,
  type RecordOptions,
} from "../model/exemplar.ts";
import { InvalidValueError } from "../model/errors.ts";

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
  /** The name of the family, for errors. */
  readonly family: string;
  /** Supplies exemplars for recordings without one. */
  readonly source: ExemplarSource | undefined;
  readonly #latest = new WeakMap<Child, Exemplar>();
  #hasAny = false;

  /** Without exemplars. */
  constructor(family: string, source: ExemplarSource | undefined) {
    this.family = family;
    this.source = source;
  }

  /**
   * The exemplar of a recording: from its options, otherwise from the source.
   *
   * @throws {InvalidLabelError} If the options' exemplar is malformed.
   * @throws {InvalidValueError} If the options are no object, or one with other options.
   */
  make(value: number, options: RecordOptions | undefined): Exemplar | undefined {
    if (options !== undefined && !isRecordOptions(options)) {
      throw new InvalidValueError(this.family, options, "an object { exemplar: { trace_id, … } }");
    }
    if (options?.exemplar !== undefined) return makeExemplar(this.family, options.exemplar, value);
    return this.source === undefined ? undefined : exemplarFrom(this.family, this.source, value);
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
