import { display, reasonOf } from "./errors.ts";
import type { LabelRecord } from "./label_table.ts";
import { isLegacyLabelName } from "./names.ts";
import { isTime, unixSeconds } from "./platform/clock.ts";
import { isThenable, settled } from "./platform/thenable.ts";

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

/**
 * The longest exemplar, in code points of its label names and values: OpenMetrics 1.0 allows no
 * longer one, and no Prometheus stores one.
 */
export const maxExemplarLength = 128;

/**
 * Makes an exemplar with a copy of the labels, whatever a caller gives.
 *
 * @throws {TypeError} If a server would not take it. The message does not name the family.
 */
export function makeExemplar(
  labels: unknown,
  value: unknown,
  timestamp: unknown = unixSeconds(),
): Exemplar {
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) {
    throw new TypeError(`${display(labels)} is no exemplar; give its labels as an object`);
  }
  if (isThenable(labels)) {
    // Nobody else handles its rejection, which would end the process.
    settled(labels).catch(() => {});
    throw new TypeError("a promise is no exemplar; give its labels at once");
  }
  if (typeof value !== "number" || !isTime(timestamp)) {
    throw new TypeError(
      `an exemplar has the value ${display(value)} and the timestamp ${display(timestamp)}; give ` +
        `a number, and seconds since 1970`,
    );
  }
  const copy: Record<string, string> = { ...labels };
  for (const [name, text] of Object.entries<unknown>(copy)) {
    if (!isLegacyLabelName(name) || typeof text !== "string" || text.includes("\0")) {
      throw new TypeError(
        `an exemplar has ${display(name)}=${display(text)}; name it by letters, digits and "_", ` +
          `and give a text without NUL`,
      );
    }
    copy[name] = text.toWellFormed();
  }
  const exemplar = { labels: copy, value, timestamp };
  const length = exemplarLength(exemplar);
  if (length > maxExemplarLength) {
    throw new TypeError(
      `an exemplar has ${length} characters in its labels; the most is ${maxExemplarLength}`,
    );
  }
  return exemplar;
}

/** Number of code points of an exemplar's label names and values. */
export function exemplarLength({ labels }: Exemplar): number {
  let length = 0;
  for (const part of Object.entries(labels).flat()) for (const _ of part) length++;
  return length;
}

/**
 * Exemplars that were dropped because no server takes them. An observation is worth more than its
 * exemplar, so none of this throws.
 */
export class DroppedExemplars {
  /** Number of dropped exemplars, by family; it grows until a reset. */
  readonly counts: Map<string, number> = new Map();

  /** Counts a dropped exemplar; the first one of a family is reported to the console. */
  add(family: string, error: unknown): void {
    const count = this.counts.get(family) ?? 0;
    this.counts.set(family, count + 1);
    if (count > 0) return;
    try {
      console.warn(
        `${family}: an exemplar was left out, further ones will only be counted: ${
          reasonOf(error)
        }`,
      );
    } catch {
      // A console that a caller replaced.
    }
  }
}
