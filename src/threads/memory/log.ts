import type { GaugeMerge } from "../../model/gauge_merge.ts";
import type { MetricType } from "../../model/snapshot.ts";

/** The types of metric that instruments can have; the others come from collectors only. */
export type SharedMetricType = Exclude<MetricType, "gaugehistogram" | "unknown">;

/** How a family is defined, as far as other threads need it. */
export interface SharedDefinition {
  /** The type of metric. */
  readonly type: SharedMetricType;
  /** The name on the page. */
  readonly name: string;
  /** What the metric means. */
  readonly help: string;
  /** The base unit, if it is told. */
  readonly unit?: string;
  /** Names of the constant labels, then of the others. */
  readonly labelNames: readonly string[];
  /** Labels with one value for the whole family. */
  readonly constantLabels: Readonly<Record<string, string>>;
  /** The bounds of a histogram's classic buckets. */
  readonly bounds?: readonly number[];
  /** Whether a histogram has native buckets. */
  readonly isNative?: boolean;
  /** The names of a state set's states. */
  readonly states?: readonly string[];
  /** How gauges are merged. */
  readonly merge?: GaugeMerge;
}

/** A family is defined; its number in the log is how many were before. */
export type FamilyRecord = readonly ["family", definition: SharedDefinition, since: number];

/** A series begins. */
export type SeriesRecord = readonly [
  "series",
  family: number,
  slot: number,
  created: number,
  stamp: number,
  values: readonly string[],
];

/** A series ends in this thread only. */
export type EndRecord = readonly ["end", family: number, slot: number];

/** Series end in all threads: those that began before the stamp. `null` stands for any value. */
export type RemovalRecord = readonly [
  "removal",
  family: number,
  stamp: number,
  pattern: readonly (string | null)[],
];

/** A family is gone from this thread, with all its series. */
export type GoneRecord = readonly ["gone", family: number];

/** One entry of a segment's log. */
export type LogRecord = FamilyRecord | SeriesRecord | EndRecord | RemovalRecord | GoneRecord;

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

const lineFeed = 10;

/** The bytes of a record in a log. It has no other line feed, so one tells where to cut a log. */
export function encodeRecord(record: LogRecord): Uint8Array {
  return encoder.encode(`,\n${JSON.stringify(record)}`);
}

/** The records in a stretch of a log: a copy of it, as a TextDecoder refuses shared memory. */
export function decodeRecords(bytes: Uint8Array): readonly LogRecord[] {
  const text = decoder.decode(bytes);
  return JSON.parse(`[${text.slice(1)}]`);
}

/** The bytes of the records that are whole in a stretch of a log which is cut anywhere. */
export function wholeRecords(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.max(0, bytes.lastIndexOf(lineFeed) - 1));
}
