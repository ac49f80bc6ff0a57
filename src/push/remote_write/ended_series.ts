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

  /** Adds the series of a family. Those with times of their own have no markers. */
  *add(sent: SentFamily): Generator<void> {
    if (sent.way === "timed") return;
    const isNative = sent.way === "native";
    for (const position of positionsOf(sent)) {
      if (position === undefined) yield;
      else if (sent.progressOf(sent.rowOf(position)) === progress.written) {
        const labels = [...sent.labelsOf(position)];
        this.#series.set(keyOf(labels), { labels, metadata: sent.metadata, isNative });
      }
    }
  }

  /** Removes the series of a family, which are there again or still. */
  *remove(sent: SentFamily): Generator<void> {
    if (this.#series.size === 0) return;
    for (const position of positionsOf(sent)) {
      if (position === undefined) yield;
      else this.#series.delete(keyOf(sent.labelsOf(position)));
    }
  }

  /** The markers, of native histograms or of all other series. */
  *markers(time: number, native: boolean): Generator<BatchedSeries> {
    for (const [key, { labels, metadata, isNative }] of [...this.#series]) {
      if (isNative !== native) continue;
      const value = isNative ? staleHistogram : stale;
      yield { labels, metadata, value, time, start: 0, settle: () => this.#series.delete(key) };
    }
  }
}

function* positionsOf(sent: SentFamily): Generator<number | undefined> {
  for (let position = 0; position < sent.size; position++) {
    if (position % rowsPerStep === rowsPerStep - 1) yield;
    yield position;
  }
}

function keyOf(labels: LabelPairs): string {
  return labels.join("\0");
}
