import { unixSeconds } from "./clock.ts";
import { display, InvalidLabelError } from "./errors.ts";
import type { LabelRecord } from "./label_table.ts";

/**
 * An exemplar: a recorded value with a reference to its origin, such as a trace.
 *
 * @category Exemplars
 */
export interface Exemplar {
  /** The reference, for example `{ trace_id, span_id }`. */
  readonly labels: LabelRecord;
  /** The value that was recorded. */
  readonly value: number;
  /** When it was recorded, in seconds since 1970. */
  readonly timestamp: number;
}

/**
 * Options of a recording.
 *
 * @category Instruments
 */
export interface RecordOptions {
  /** The labels of an exemplar, for example `{ trace_id, span_id }`. */
  readonly exemplar?: LabelRecord;
}

/**
 * Supplies the labels of exemplars, such as the ids of the current trace and span; `undefined`
 * if there are none. If it throws, the recording goes on without an exemplar.
 *
 * @category Exemplars
 */
export type ExemplarSource = () => LabelRecord | undefined;

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Makes an exemplar with the current time and a copy of the labels.
 *
 * @throws {InvalidLabelError} If a label has a malformed name, or a value that is not a well-formed
 * string.
 */
export function makeExemplar(family: string, labels: LabelRecord, value: number): Exemplar {
  if (typeof labels !== "object" || labels === null) {
    const problem = `${display(labels)} is no exemplar; give its labels as an object`;
    throw new InvalidLabelError(family, "", labels, problem);
  }
  for (const [name, text] of Object.entries(labels)) {
    if (!labelName.test(name)) {
      throw new InvalidLabelError(family, name, text, "is not a label name of an exemplar");
    }
    if (typeof text !== "string" || !text.isWellFormed()) {
      const problem = `${display(text)} in an exemplar is not a well-formed string`;
      throw new InvalidLabelError(family, name, text, problem);
    }
  }
  return { labels: { ...labels }, value, timestamp: unixSeconds() };
}

/** The exemplar of a source. Its errors must not reach the code that records. */
export function exemplarFrom(
  family: string,
  source: ExemplarSource,
  value: number,
): Exemplar | undefined {
  try {
    const labels = source();
    return labels === undefined ? undefined : makeExemplar(family, labels, value);
  } catch {
    return undefined;
  }
}
