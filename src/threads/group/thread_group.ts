import { compactSegments, isCompacted } from "./compaction.ts";
import type { PublishedExemplar } from "../view/latest_exemplars.ts";
import { ThreadState } from "./thread_state.ts";
import { type Epoch, randomId, type Segment } from "../memory/segment.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import {
  openChannel,
  type ThreadChannel,
  type ThreadWatcher,
  unwatchThreads,
  watchThreads,
} from "./runtime_threads.ts";
import { unreferenced, whenWorkerEnds, type WorkerLike } from "./worker_exit.ts";

/** What threads tell one another: all the segments they know. */
interface Message {
  /** Tells these messages from any others. */
  readonly edgeprom: 1;
  /** Whether an answer is wanted. */
  readonly isNew: boolean;
  /** Whether the sender knows what there is to know. */
  readonly isInitialized: boolean;
  /** The segments. */
  readonly segments: readonly Segment[];
  /** New exemplars. */
  readonly exemplars?: readonly PublishedExemplar[];
}

/** How long a new thread may wait to be told of the others before it answers a scrape. */
const joinTimeoutMs = 250;

/** How long a thread collects exemplars before it tells them to others, together. */
const exemplarIntervalMs = 1000;

/** With so many that have ended, threads are folded at once and not by the next scrape. */
const maxEnded = 8;

/**
 * All threads that count together, as one of them knows them.
 *
 * A thread that comes says so on a channel, and is told of all segments by everybody who is there.
 * So it hears of a thread that is too busy to answer, too. From then on nothing is sent: what a
 * thread counts, defines and removes is in its segment, and its end is a word in there.
 */
export class ThreadGroup {
  /** The name by which threads find each other. */
  readonly name: string;
  /** This thread's part. */
  readonly thread: ThreadState;
  #channel: ThreadChannel | undefined;
  readonly #known = new Map<number, SegmentReader>();
  readonly #own: number;
  readonly #born = Date.now();
  readonly #onInitialized: (() => void)[] = [];
  #isInitialized: boolean;
  readonly #watcher: ThreadWatcher = {
    threadEnds: () => this.thread.end(),
    workerStarts: (worker) => {
      const { threadId } = worker;
      whenWorkerEnds(worker, () => this.#markEnded(({ header }) => header.thread === threadId));
    },
  };
  #epoch: Epoch = { lineage: randomId(), index: 0 };
  #ownCompaction: SegmentReader | undefined;

  /**
   * Comes in with a segment of its own.
   *
   * @param others What is known already.
   */
  constructor(name: string, segment: Segment, others: readonly Segment[] = []) {
    this.name = name;
    this.#own = segment.id;
    this.thread = new ThreadState(segment);
    for (const reader of this.thread.view.segments()) this.#known.set(segment.id, reader);
    this.#addSegments(others);
    this.#channel = openChannel(
      `edgeprom:${name}`,
      (message) => this.#onMessage(message as Message),
    );
    this.#isInitialized = this.#channel === undefined || others.length > 0;
    this.#announce(true);
    this.thread.onExemplars = () => {
      unreferenced(setTimeout(() => this.#publishExemplars(), exemplarIntervalMs));
    };
    watchThreads(this.#watcher);
  }

  /** All segments that are known. */
  get segments(): readonly Segment[] {
    return [...this.#known.values()].map(({ segment }) => segment);
  }

  /** Waits until this thread has been told of the others. There may be none: not for long. */
  async ready(): Promise<void> {
    if (this.#isReady) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#born + joinTimeoutMs - Date.now());
      this.#onInitialized.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Tells of a segment that was made for a thread which is about to start. */
  addSegment(segment: Segment): void {
    this.#addSegments([segment]);
    this.#announce(false);
  }

  /** Notices the end of a worker for which a segment was made. */
  watch(worker: WorkerLike, id: number): void {
    whenWorkerEnds(worker, () => this.#markEnded(({ segment }) => segment.id === id));
  }

  /** Reads all logs, and folds what ended threads left behind. */
  refresh(): void {
    this.#compactEnded(1);
    this.thread.refresh();
  }

  /** Leaves: what this thread has counted stays, what it counts from now on is its own matter. */
  leave(): void {
    this.thread.end();
    this.#channel?.close();
    this.#channel = undefined;
    unwatchThreads(this.#watcher);
  }

  get #isReady(): boolean {
    return this.#isInitialized || Date.now() >= this.#born + joinTimeoutMs;
  }

  /** Notes that threads have ended, where they could not do so themselves. */
  #markEnded(hasEnded: (reader: SegmentReader) => boolean): void {
    for (const reader of this.#known.values()) if (hasEnded(reader)) reader.header.end();
    this.#compactEnded(maxEnded);
  }

  #onMessage({ edgeprom, isNew, isInitialized, segments, exemplars = [] }: Message): void {
    if (edgeprom !== 1) return;
    exemplars.forEach((exemplar) => this.thread.exemplars.set(exemplar));
    this.#addSegments(segments);
    if (isInitialized && !isNew) {
      this.#isInitialized = true;
      for (const resolve of this.#onInitialized.splice(0)) resolve();
    }
    if (isNew) this.#announce(false);
    this.#compactEnded(maxEnded);
  }

  #announce(isNew: boolean): void {
    const { segments } = this;
    this.#send({ edgeprom: 1, isNew, isInitialized: this.#isReady, segments });
  }

  #publishExemplars(): void {
    const exemplars = this.thread.exemplars.drain();
    this.#send({ edgeprom: 1, isNew: false, isInitialized: false, segments: [], exemplars });
  }

  #send(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #addSegments(segments: readonly Segment[]): void {
    const { view, writer } = this.thread;
    for (const segment of segments) {
      if (this.#known.has(segment.id)) continue;
      const reader = view.add(segment);
      this.#known.set(segment.id, reader);
      // Either may have removed series that the other still has.
      if (reader.header.clock > 0) writer.header.notify();
      if (writer.header.clock > 0) reader.header.notify();
    }
    const all = this.segments;
    for (const [id, reader] of this.#known) {
      if (!isCompacted(reader, all)) continue;
      view.drop(reader);
      this.#known.delete(id);
    }
  }

  /** Folds threads that have ended, where there are so many, and nobody else does. */
  #compactEnded(min: number): void {
    const ended = [...this.#known.values()].filter((reader) => this.#isOrphaned(reader));
    const threads = ended.filter(({ segment }) => segment.compaction === undefined).length;
    if (threads < min && ended.length < maxEnded) return;
    const claimed = ended.filter(({ header }) => header.claim());
    if (claimed.length === 0) return;
    if (this.#ownCompaction?.header.claim()) claimed.push(this.#ownCompaction);
    else this.#epoch = { lineage: randomId(), index: 0 };
    this.#epoch = { lineage: this.#epoch.lineage, index: this.#epoch.index + 1 };
    const { view } = this.thread;
    const compacted = compactSegments({
      segments: claimed,
      view,
      epoch: this.#epoch,
      compactedBy: this.#own,
    });
    // Nothing is lost where it is too much for one segment: they are counted one by one.
    if (compacted === undefined) return;
    this.#addSegments([compacted]);
    this.#ownCompaction = this.#known.get(compacted.id);
    this.#announce(false);
  }

  /** Whether it is a segment of an ended thread, or a fold that such a thread has made. */
  #isOrphaned({ segment: { compaction }, header }: SegmentReader): boolean {
    if (compaction === undefined) return header.ended;
    return compaction.compactedBy !== this.#own &&
      (this.#known.get(compaction.compactedBy)?.header.ended ?? true);
  }
}
