import { staleHistogram } from "./native_samples.ts";
import type { FamilyMetadata, LabelPairs } from "./protocol.ts";
import { stale } from "./samples.ts";
import { progress, type SentFamily } from "./sent_family.ts";
import type { BatchedSeries } from "./series_batch.ts";

interface Ended {
  readonly labels: LabelPairs;
  readonly metadata: FamilyMetadata;
  readonly isNative: boolean;
}

/** Rows after which other work may run. */
const rowsPerStep = 256;

/**
 * Series that were written and have ended, until the server has answered to their markers. There are
 * never more than were written, as a server that does not answer takes no new ones either.
 */
export class EndedSeries {
  readonly #series = new Map<string, Ended>();

  /** Adds the series of a family that a server may have. Those with times of their own have no markers. */
  *add(sent: SentFamily): Generator<void> {
    const isNative = sent.way === "native";
    for (const position of sentPositionsOf(sent)) {
      if (position === undefined) yield;
      else {
        const labels = [...sent.labelsOf(position)];
        this.#series.set(keyOf(labels), { labels, metadata: sent.metadata, isNative });
      }
    }
  }

  /** Removes the series of a family from this row on, which are there again or still. */
  *remove(sent: SentFamily, firstRow = 0): Generator<void> {
    if (this.#series.size === 0) return;
    for (const position of positionsOf(sent, firstRow)) {
      if (position === undefined) yield;
      else this.#series.delete(keyOf(sent.labelsOf(position)));
    }
  }

  /** The markers, of native histograms or of all other series. */
  *markers(time: number, native: boolean): Generator<BatchedSeries> {
    // A map may shrink meanwhile, which a copy of 100,000 entries would cost 10 ms to allow.
    for (const [key, { labels, metadata, isNative }] of this.#series) {
      if (isNative !== native) continue;
      yield {
        labels,
        metadata,
        value: isNative ? staleHistogram : stale,
        time,
        start: 0,
        settle: (outcome) => {
          if (outcome !== "unknown") this.#series.delete(key);
        },
      };
    }
  }
}

/** The markers of all series of a family that were written. */
export function* markersOf(sent: SentFamily, time: number): Generator<BatchedSeries | void> {
  const value = sent.way === "native" ? staleHistogram : stale;
  for (const position of sentPositionsOf(sent)) {
    if (position === undefined) yield;
    else {
      const labels = sent.labelsOf(position);
      yield { labels, metadata: sent.metadata, value, time, start: 0, settle: () => {} };
    }
  }
}

/** Positions of samples that a server has, or may have without having answered. */
function* sentPositionsOf(sent: SentFamily): Generator<number | undefined> {
  for (const position of positionsOf(sent)) {
    if (position === undefined) {
      yield;
      continue;
    }
    const row = sent.rowOf(position);
    if (sent.progressOf(row) >= progress.tried && !sent.hasOwnTime(row)) yield position;
  }
}

function* positionsOf(sent: SentFamily, firstRow = 0): Generator<number | undefined> {
  for (let position = firstRow * sent.lines.length; position < sent.size; position++) {
    if (position % rowsPerStep === rowsPerStep - 1) yield;
    yield position;
  }
}

function keyOf(labels: LabelPairs): string {
  return labels.join("\0");
}
