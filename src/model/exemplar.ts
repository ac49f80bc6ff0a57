import { unixSeconds } from "./clock.ts";
import { display, InvalidLabelError } from "./errors.ts";
import type { LabelRecord } from "./label_table.ts";

/** An exemplar: one recorded value with a reference to where it came from, such as a trace. */
export interface Exemplar {
  /** The reference, for example `{ trace_id, span_id }`. */
  readonly labels: LabelRecord;
  /** The value that was recorded. */
  readonly value: number;
  /** When it was recorded, in seconds since 1970. */
  readonly timestamp: number;
}

/** What a recording may carry besides its value. */
export interface RecordOptions {
  /** The labels of an exemplar, for example `{ trace_id, span_id }`. */
  readonly exemplar?: LabelRecord;
}

/**
 * Supplies the labels of exemplars, such as the ids of the current trace and span; `undefined`
 * where there are none. What it throws costs the exemplar and never the recording.
 */
export type ExemplarSource = () => LabelRecord | undefined;

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Makes an exemplar of now, with labels of its own.
 *
 * @throws {InvalidLabelError} If a label has a malformed name, or a value that is no well-formed
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

/** Asks a source; what it does wrong must not reach the code that records. */
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
