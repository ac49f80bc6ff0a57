import { lineValues } from "../../exposition/text/line_values.ts";
import type { Exemplar } from "../../model/exemplar.ts";
import type {
  CounterSnapshot,
  GaugeHistogramSnapshot,
  HistogramSnapshot,
  MetricFamily,
} from "../../model/snapshot.ts";
import { atZero, type NativeSample, nativeSample } from "./native_samples.ts";
import type { Outcome } from "./request.ts";
import { progress, reachedBy, type SentFamily } from "./sent_family.ts";
import type { BatchedSeries } from "./series_batch.ts";

/** When a snapshot was taken; times are in milliseconds since 1970. */
export interface Moment {
  readonly time: number;
  /** When the last snapshot was begun that the server has answered to; 0 if there is none. */
  readonly lastPush: number;
  /** A series that began earlier gets no zero at its start; `Infinity` if none does. */
  readonly zerosSince: number;
  /** The time of the last snapshot that was sent, answered to or not; 0 if there is none. */
  readonly lastTime: number;
}

/**
 * A zero for each series that began since the last push and has counted something. Without it a
 * server sees no increase, as a series that appears with five events had them for ever.
 */
export function* zerosOf(
  sent: SentFamily,
  family: MetricFamily,
  { time, zerosSince, lastTime }: Moment,
): Generator<BatchedSeries | void> {
  if (!sent.hasNew) return;
  const lines = sent.lines.length;
  for (let row = 0; row < sent.rows; row++) {
    yield;
    if (!sent.isNewborn(row, time, zerosSince) || !Number.isNaN(ownTimeOf(family, row))) continue;
    const zeroTime = sent.zeroTimeOf(row, time, lastTime);
    if (Number.isNaN(zeroTime)) continue;
    const values = valuesOfRow(sent, family, row);
    for (let line = 0; line < lines; line++) {
      const position = row * lines + line;
      const value = values[line];
      if (sent.startOf(position, time) === 0 || !hasCounted(value)) continue;
      yield {
        labels: sent.labelsOf(position),
        metadata: sent.metadata,
        value: typeof value === "object" ? atZero(value) : 0,
        time: zeroTime,
        start: 0,
        settle: (outcome) => sent.settle(row, row + 1, reachedByZero[outcome]),
      };
    }
  }
}

/** The samples of a family that are not in steady requests. */
export function* samplesOf(
  sent: SentFamily,
  family: MetricFamily,
  moment: Moment,
): Generator<BatchedSeries | void> {
  const lines = sent.lines.length;
  for (let row = 0; row < sent.rows; row++) {
    const own = ownTimeOf(family, row);
    const time = Number.isNaN(own) ? moment.time : own;
    if (sent.isSettledAt(row, own)) {
      yield;
      continue;
    }
    const values = valuesOfRow(sent, family, row);
    for (let line = 0; line < lines; line++) {
      const position = row * lines + line;
      yield {
        labels: sent.labelsOf(position),
        metadata: sent.metadata,
        value: values[line],
        time,
        start: sent.startOf(position, time),
        exemplars: exemplarsOf(sent, family, row, line, moment.lastPush),
        settle: (outcome) => {
          sent.settle(row, row + 1, reachedBy[outcome]);
          // With the last one, as a request may end within a row.
          if (line === lines - 1 && outcome !== "unknown") sent.settleAt(row, own);
        },
      };
    }
  }
}

/** How far a series is by its zero, which is not sent again if it was refused. */
const reachedByZero: Readonly<Record<Outcome, number>> = {
  written: progress.begun,
  refused: progress.declined,
  unknown: progress.tried,
};

/** The time that a row has of its own, in milliseconds since 1970; NaN if it has none. */
function ownTimeOf({ timestamps }: MetricFamily, row: number): number {
  return Math.round((timestamps?.[row] ?? NaN) * 1000);
}

type Value = number | NativeSample;

function valuesOfRow(sent: SentFamily, family: MetricFamily, row: number): ArrayLike<Value> {
  if (sent.way === "native" && isBucketed(family)) return [nativeSample(family, row)];
  const lines = sent.lines.length;
  const values = lineValues(family, lines, ["sum", "count"])({ first: row, end: row + 1 });
  // A copy: a page that is written between two steps uses the same buffer.
  return values.slice(0, lines);
}

function hasCounted(value: Value): boolean {
  return typeof value === "object" ? value.count !== 0 : value !== 0;
}

/** Exemplars that were recorded since the last push, the oldest first. */
function exemplarsOf(
  sent: SentFamily,
  family: MetricFamily,
  row: number,
  line: number,
  lastPush: number,
): readonly Exemplar[] {
  if (family.type !== "counter" && !isBucketed(family)) return [];
  const all = sent.way === "native" && isBucketed(family)
    ? family.native?.[row].exemplars ?? []
    : [family.exemplars?.[exemplarAt(family, row, line)]];
  return all
    .filter((exemplar) => exemplar !== undefined)
    .filter(({ timestamp }) => timestamp * 1000 >= lastPush)
    .sort((one, other) => one.timestamp - other.timestamp);
}

/** Where the exemplar of a line is; the lines of a histogram's sum and count have none. */
function exemplarAt(family: CounterSnapshot | Bucketed, row: number, line: number): number {
  if (family.type === "counter") return row;
  const buckets = family.bounds.length + 1;
  return line < buckets ? row * buckets + line : -1;
}

type Bucketed = HistogramSnapshot | GaugeHistogramSnapshot;

function isBucketed(family: MetricFamily): family is Bucketed {
  return family.type === "histogram" || family.type === "gaugehistogram";
}
