import type { MetricFamily } from "../../model/snapshot.ts";
import { EndedSeries } from "./ended_series.ts";
import type { Protocol } from "./protocol.ts";
import type { WriteRequest } from "./request.ts";
import { type Part, SentFamily } from "./sent_family.ts";
import { type BatchedSeries, SeriesBatch } from "./series_batch.ts";
import type { TargetLabels } from "./series_labels.ts";
import { SteadyBlock } from "./steady_block.ts";
import { type Moment, samplesOf, zerosOf } from "./written_series.ts";

/** Requests, and pauses between them in which other work may run. */
export type RequestSteps = Generator<WriteRequest | void, void, void>;

/** Series after which other work may run: 256 take about half a millisecond. */
const seriesPerStep = 256;

/**
 * What a server was sent in one version of the protocol, and so what it is sent next: the zero of a
 * series that is new, its value, and a marker once it has ended.
 */
export class WriteSession {
  readonly #protocol: Protocol;
  readonly #labels: TargetLabels;
  /** The families that were sent last, by name and kind of sample. */
  #sent = new Map<string, SentFamily>();
  #blocks: SteadyBlock[] = [];
  readonly #ended = new EndedSeries();
  readonly #marksEnds: boolean;

  /** @param marksEnds Whether series that ended are marked. */
  constructor(protocol: Protocol, labels: TargetLabels, marksEnds: boolean) {
    this.#protocol = protocol;
    this.#labels = labels;
    this.#marksEnds = marksEnds;
  }

  /**
   * The requests for a snapshot, in the order in which they have to be sent. A request is valid until
   * the next step.
   */
  *requests(parts: readonly Part[], moment: Moment): RequestSteps {
    const current = new Map<SentFamily, MetricFamily>();
    yield* this.#update(parts, current, moment.time);
    yield* this.#markers(moment.time);
    const all = [...current];
    const natives = all.filter(([{ way }]) => way === "native");
    const others = all.filter(([{ way }]) => way !== "native");
    // By themselves, so that a server which refuses the past of a series takes its present.
    yield* this.#batched(others, (sent, family) => zerosOf(sent, family, moment));
    for (const block of this.#blocks) {
      yield block.request((sent) => current.get(sent)!, moment.time);
    }
    for (const way of ["loose", "timed"]) {
      const some = others.filter(([sent]) => sent.way === way);
      yield* this.#batched(some, (sent, family) => samplesOf(sent, family, moment));
    }
    yield* this.#batched(natives, (sent, family) => zerosOf(sent, family, moment));
    yield* this.#batched(natives, (sent, family) => samplesOf(sent, family, moment));
  }

  /** The requests for families outside of a snapshot that is being sent. */
  *further(parts: readonly Part[], moment: Moment): RequestSteps {
    const current = new Map<SentFamily, MetricFamily>();
    for (const part of parts) {
      const sent = new SentFamily(part, this.#labels);
      this.#sent.set(keyOf(part), sent);
      current.set(sent, part.family);
    }
    yield* this.#batched([...current], (sent, family) => zerosOf(sent, family, moment));
    yield* this.#batched([...current], (sent, family) => samplesOf(sent, family, moment));
  }

  /** The requests that end all series that were written. */
  *ends(time: number): RequestSteps {
    for (const sent of this.#sent.values()) yield* this.#ended.add(sent);
    this.#sent = new Map();
    this.#blocks = [];
    yield* this.#markers(time);
  }

  /** Brings what is known of the families up to date, and gives all their series a place. */
  *#update(
    parts: readonly Part[],
    current: Map<SentFamily, MetricFamily>,
    time: number,
  ): Generator<void> {
    const fresh: SentFamily[] = [];
    const replaced: SentFamily[] = [];
    const sentNow = new Map<string, SentFamily>();
    let hasMoved = false;
    for (const part of parts) {
      const key = keyOf(part);
      const known = this.#sent.get(key);
      let sent = known;
      if (known?.continuesIn(part.family)) {
        known.update(part.family);
        // Exemplars come and go; a family that had some stays where they can be.
        if (known.way !== part.way && part.way !== "steady") {
          known.way = part.way;
          hasMoved = true;
        }
      } else {
        sent = new SentFamily(part, this.#labels);
        if (known !== undefined) sent.inherit(known);
        fresh.push(sent);
      }
      sentNow.set(key, sent!);
      current.set(sent!, part.family);
      yield;
    }
    for (const [key, sent] of this.#sent) if (sentNow.get(key) !== sent) replaced.push(sent);
    this.#sent = sentNow;
    if (this.#marksEnds) { for (const sent of replaced) yield* this.#ended.add(sent); }
    for (const sent of fresh) yield* this.#ended.remove(sent);
    yield* this.#place(hasMoved || replaced.length > 0, time);
  }

  *#place(anew: boolean, time: number): Generator<void> {
    if (anew) {
      this.#blocks = [];
      for (const sent of this.#sent.values()) sent.placed = 0;
    }
    for (const sent of this.#sent.values()) {
      if (sent.way !== "steady") continue;
      while (sent.placed < sent.size) {
        let block = this.#blocks.at(-1);
        if (block === undefined || block.isFull) {
          block = new SteadyBlock(this.#protocol);
          this.#blocks.push(block);
        }
        block.append(sent, sent.placed++, time);
        if (sent.placed % seriesPerStep === 0) yield;
      }
    }
  }

  /** Markers for the series that have ended; those of native histograms by themselves. */
  *#markers(time: number): RequestSteps {
    yield* this.#batch(this.#ended.markers(time, false));
    yield* this.#batch(this.#ended.markers(time, true));
  }

  *#batched(
    families: readonly (readonly [SentFamily, MetricFamily])[],
    seriesOf: (sent: SentFamily, family: MetricFamily) => Iterable<BatchedSeries | void>,
  ): RequestSteps {
    function* all() {
      for (const [sent, family] of families) yield* seriesOf(sent, family);
    }
    yield* this.#batch(all());
  }

  *#batch(all: Iterable<BatchedSeries | void>): RequestSteps {
    let batch = new SeriesBatch(this.#protocol);
    let count = 0;
    for (const series of all) {
      if (++count % seriesPerStep === 0) yield;
      if (series === undefined) continue;
      batch.append(series);
      if (!batch.isFull) continue;
      yield batch.request();
      batch = new SeriesBatch(this.#protocol);
    }
    if (!batch.isEmpty) yield batch.request();
  }
}

/** Classic and native samples of a family have other labels, and so are kept apart. */
function keyOf({ family: { name }, way }: Part): string {
  return way === "native" ? `native ${name}` : name;
}
