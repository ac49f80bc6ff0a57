import { InvalidLabelError, InvalidValueError, MetricsError, reasonOf } from "./errors.ts";

/** Takes the error of each recording that is dropped. */
export type RefusalHandler = (error: MetricsError) => void;

/**
 * What becomes of a recording that a family cannot take: it throws, or it is reported and dropped.
 * Shared by the family and its children, so that a child needs one field for all of it.
 */
export class Refusals {
  /** The name of the family. */
  readonly family: string;
  readonly #report: RefusalHandler | undefined;

  /** @param report Takes the errors; without it they are thrown. */
  constructor(family: string, report?: RefusalHandler) {
    this.family = family;
    this.#report = report;
  }

  /** Throws or reports that a value is not what is expected. */
  value(value: unknown, expected: string): void {
    this.#refuse(new InvalidValueError(this.family, value, expected));
  }

  /** Throws or reports what was thrown while a label set was read, perhaps by a schema. */
  labels(set: unknown, thrown: unknown): void {
    if (this.#report === undefined || thrown instanceof MetricsError) return this.#refuse(thrown);
    this.#refuse(new InvalidLabelError(this.family, "", set, reasonOf(thrown)));
  }

  #refuse(error: unknown): void {
    if (this.#report === undefined) throw error;
    this.#report(error as MetricsError);
  }
}
