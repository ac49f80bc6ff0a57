import type { MetricFamily } from "../../model/snapshot.ts";
import { EndedSeries, markersOf } from "./ended_series.ts";
import type { Protocol } from "./protocol.ts";
import type { WriteRequest } from "./request.ts";
import { type Part, SentFamily } from "./sent_family.ts";
import { type BatchedSeries, SeriesBatch } from "./series_batch.ts";
import type { TargetLabels } from "./series_labels.ts";
import { SteadyBlock } from "./steady_block.ts";
import { type Moment, samplesOf, zerosOf } from "./written_series.ts";

/** Requests, and pauses between them in which other work may run. */
export type RequestSteps = Generator<WriteRequest | void, void, void>;

/** A family as far as it was sent, and as it is now. */
type Current = readonly [SentFamily, MetricFamily];

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
    yield* this.#zeros(others, moment);
    for (const block of this.#blocks) {
      yield block.request((sent) => current.get(sent)!, moment.time);
    }
    for (const way of ["loose", "timed"]) {
      yield* this.#samples(others.filter(([sent]) => sent.way === way), moment);
    }
    yield* this.#zeros(natives, moment);
    yield* this.#samples(natives, moment);
  }

  /** The requests for families outside of a snapshot that is being sent. */
  *further(parts: readonly Part[], moment: Moment): RequestSteps {
    const current = new Map<SentFamily, MetricFamily>();
    for (const part of parts) {
      const sent = new SentFamily(part, this.#labels);
      this.#sent.set(keyOf(part), sent);
      current.set(sent, part.family);
    }
    yield* this.#zeros([...current], moment);
    yield* this.#samples([...current], moment);
  }

  /** The requests that end all series that were written. They are made once, whatever the answers. */
  *ends(time: number): RequestSteps {
    yield* this.#markers(time);
    const all = [...this.#sent.values()];
    this.#sent = new Map();
    this.#blocks = [];
    for (const isNative of [false, true]) {
      const some = all.filter(({ way }) => (way === "native") === isNative);
      yield* this.#batch(eachOf(some, (sent) => markersOf(sent, time)), false);
    }
  }

  /** Brings what is known of the families up to date, and gives all their series a place. */
  *#update(
    parts: readonly Part[],
    current: Map<SentFamily, MetricFamily>,
    time: number,
  ): Generator<void> {
    const fresh: SentFamily[] = [];
    /** Those of which every sample may be new to the server. */
    const unlike: SentFamily[] = [];
    const moved = new Set<SentFamily>();
    const sentNow = new Map<string, SentFamily>();
    for (const part of parts) {
      const key = keyOf(part);
      const known = this.#sent.get(key);
      let sent = known;
      if (known?.continuesIn(part.family)) {
        const rows = known.rows;
        known.update(part.family);
        yield* this.#ended.remove(known, rows);
        // Exemplars come and go; a family that had some stays where they can be.
        if (known.way !== part.way && part.way !== "steady") {
          known.way = part.way;
          moved.add(known);
        }
      } else {
        sent = new SentFamily(part, this.#labels);
        if (known !== undefined) yield* sent.inherit(known);
        if (known === undefined || !sent.hasLinesOf(known)) unlike.push(sent);
        yield* this.#ended.remove(sent);
        fresh.push(sent);
      }
      sentNow.set(key, sent!);
      current.set(sent!, part.family);
      yield;
    }
    const replaced = [...this.#sent].filter(([key, sent]) => sentNow.get(key) !== sent);
    this.#sent = sentNow;
    for (const [, sent] of replaced) {
      moved.add(sent);
      if (this.#marksEnds) yield* this.#ended.add(sent);
    }
    for (const sent of unlike) yield* this.#ended.remove(sent);
    yield* this.#place(fresh, moved, time);
  }

  /** Gives samples a place in steady requests, those of families that have moved anew. */
  *#place(
    fresh: readonly SentFamily[],
    moved: ReadonlySet<SentFamily>,
    time: number,
  ): Generator<void> {
    const first = this.#blocks.findIndex((block) => block.hasAny(moved));
    if (first >= 0) { for (const block of this.#blocks.splice(first)) block.release(); }
    const isFresh = new Set(fresh);
    // Families that have changed go last: they may change again, and what is before them stays.
    const known = [...this.#sent.values()].filter((sent) => !isFresh.has(sent));
    for (const sent of [...known, ...fresh]) {
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
    yield* this.#batch(this.#ended.markers(time, false), false);
    yield* this.#batch(this.#ended.markers(time, true), false);
  }

  *#zeros(families: readonly Current[], moment: Moment): RequestSteps {
    const zeros = eachOf(families, ([sent, family]) => zerosOf(sent, family, moment));
    yield* this.#batch(zeros, false);
  }

  *#samples(families: readonly Current[], moment: Moment): RequestSteps {
    const samples = eachOf(families, ([sent, family]) => samplesOf(sent, family, moment));
    yield* this.#batch(samples, true);
  }

  *#batch(all: Iterable<BatchedSeries | void>, isCurrent: boolean): RequestSteps {
    let batch = new SeriesBatch(this.#protocol, isCurrent);
    let count = 0;
    for (const series of all) {
      if (++count % seriesPerStep === 0) yield;
      if (series === undefined) continue;
      batch.append(series);
      if (!batch.isFull) continue;
      yield batch.request();
      batch = new SeriesBatch(this.#protocol, isCurrent);
    }
    if (!batch.isEmpty) yield batch.request();
  }
}

function* eachOf<Source, Each>(
  sources: readonly Source[],
  all: (source: Source) => Iterable<Each>,
): Generator<Each> {
  for (const source of sources) yield* all(source);
}

/** Classic and native samples of a family have other labels, and so are kept apart. */
function keyOf({ family: { name }, way }: Part): string {
  return way === "native" ? `native ${name}` : name;
}
