import { milliseconds } from "../../model/platform/clock.ts";
import { compactInSteps, isCompacted } from "./compaction.ts";
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
import { unreferenced } from "../../model/platform/platform.ts";
import { inTimeSlices } from "../../model/platform/time_slices.ts";
import { whenWorkerEnds, type WorkerLike } from "./worker_exit.ts";

/** A message between the threads of a group. */
interface Message {
  /** Marks messages of this protocol, with its version. */
  readonly edgeprom: 1;
  /** Whether the sender has just joined, and asks for a reply. */
  readonly isNew: boolean;
  /** Whether the sender knows all threads. */
  readonly isInitialized: boolean;
  /** The segments that the sender knows. */
  readonly segments: readonly Segment[];
  /** The sender's exemplars since its last message with some. */
  readonly exemplars?: readonly PublishedExemplar[];
}

/** How long a scrape in a new thread waits for a reply from the other threads. */
const joinTimeoutMs = 250;

/** How long a thread collects exemplars before it sends them in one message. */
const exemplarIntervalMs = 1000;

/** Compact immediately, rather than at the next scrape, once this many threads have exited. */
const maxEnded = 8;

/**
 * The threads of a shared registry, as seen from this one.
 *
 * A new thread announces itself on a `BroadcastChannel`; every other thread replies with all
 * segments it knows, so the newcomer also learns of threads that are too busy to reply. After that,
 * only exemplars and compactions are sent: what a thread counts, defines and removes is in its
 * segment, and so is its end.
 */
export class ThreadGroup {
  /** The name by which threads find each other. */
  readonly name: string;
  /** This thread's own segment, and its view of all of them. */
  readonly thread: ThreadState;
  /** Called when this thread leaves. */
  onLeave: () => void = () => {};
  #channel: ThreadChannel | undefined;
  readonly #readers = new Map<number, SegmentReader>();
  readonly #ownId: number;
  /** Until when a scrape waits for a reply of the other threads, by {@linkcode milliseconds}. */
  readonly #joinDeadline = milliseconds() + joinTimeoutMs;
  readonly #onInitialized: (() => void)[] = [];
  #isInitialized: boolean;
  readonly #watcher: ThreadWatcher = {
    onThreadEnd: () => {
      this.thread.end();
      this.#abandonCompaction();
    },
    onWorkerStart: (worker) => {
      const { threadId } = worker;
      whenWorkerEnds(worker, () => this.#markEnded(({ header }) => header.thread === threadId));
    },
  };
  #epoch: Epoch = { lineage: randomId(), index: 0 };
  #ownCompaction: SegmentReader | undefined;
  /** The compaction that this thread makes now. */
  #compaction: {
    readonly claimed: readonly SegmentReader[];
    readonly steps: Generator<void, void, void>;
  } | undefined;

  /**
   * Joins the group with a segment of its own.
   *
   * @param others The segments that are known already.
   */
  constructor(name: string, segment: Segment, others: readonly Segment[] = []) {
    this.name = name;
    this.#ownId = segment.id;
    this.thread = new ThreadState(segment);
    for (const reader of this.thread.view.segments()) this.#readers.set(segment.id, reader);
    this.#addSegments(others);
    this.#channel = openChannel(
      `edgeprom:${name}`,
      (message) => this.#onMessage(message as Message),
      () => this.#announce(true),
    );
    this.#isInitialized = this.#channel === undefined || others.length > 0;
    this.#announce(true);
    this.thread.onExemplars = () => {
      unreferenced(setTimeout(() => this.#publishExemplars(), exemplarIntervalMs));
    };
    watchThreads(this.#watcher);
  }

  /** All segments that this thread knows. */
  get segments(): readonly Segment[] {
    return [...this.#readers.values()].map(({ segment }) => segment);
  }

  /**
   * Waits until another thread has replied, and {@linkcode joinTimeoutMs} at most, because there may
   * be no other thread.
   */
  async ready(): Promise<void> {
    if (this.#isReady) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#joinDeadline - milliseconds());
      this.#onInitialized.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Announces a segment for a thread that is about to start. */
  addSegment(segment: Segment): void {
    this.#addSegments([segment]);
    this.#announce(false);
  }

  /** Marks a segment as ended once its worker has ended. */
  watch(worker: WorkerLike, id: number): void {
    whenWorkerEnds(worker, () => this.#markEnded(({ segment }) => segment.id === id));
  }

  /**
   * Compacts the segments of ended threads and reads what is new, in time slices, so that a
   * collection has little left to do at once.
   */
  async prepare(): Promise<void> {
    await this.#compactEnded(1);
    await inTimeSlices(this.thread.view.readInSteps());
  }

  /** Leaves the group. What this thread has counted stays; what it counts later is not shared. */
  leave(): void {
    this.onLeave();
    this.thread.end();
    this.#abandonCompaction();
    this.#channel?.close();
    this.#channel = undefined;
    unwatchThreads(this.#watcher);
  }

  get #isReady(): boolean {
    return this.#isInitialized || milliseconds() >= this.#joinDeadline;
  }

  /** Marks segments as ended whose threads could not do so themselves. */
  #markEnded(hasEnded: (reader: SegmentReader) => boolean): void {
    for (const reader of this.#readers.values()) if (hasEnded(reader)) reader.header.end();
    this.#compactSoon();
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
    this.#compactSoon();
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
      if (this.#readers.has(segment.id)) continue;
      const reader = view.add(segment);
      this.#readers.set(segment.id, reader);
      // Each of the two threads may have removed series that the other one still has.
      if (reader.header.clock > 0) writer.header.notify();
      if (writer.header.clock > 0) reader.header.notify();
    }
    const all = this.segments;
    for (const [id, reader] of this.#readers) {
      if (!isCompacted(reader, all)) continue;
      view.drop(reader);
      this.#readers.delete(id);
    }
  }

  /** Compacts without a scrape. If it fails, as without memory, the segments count by themselves. */
  #compactSoon(): void {
    this.#compactEnded(maxEnded).catch(() => {});
  }

  /**
   * Compacts the segments of ended threads that no other thread has claimed, if there are enough, in
   * time slices. A thread that has left cannot tell the others. Until the end all of them count by
   * themselves.
   */
  async #compactEnded(min: number): Promise<void> {
    if (this.#compaction !== undefined || this.thread.hasLeft) return;
    const ended = [...this.#readers.values()].filter((reader) => this.#isOrphaned(reader));
    const threads = ended.filter(({ segment }) => segment.compaction === undefined).length;
    if (threads < min && ended.length < maxEnded) return;
    const claimed = ended.filter(({ header }) => header.claim());
    if (claimed.length === 0) return;
    if (this.#ownCompaction?.header.claim()) claimed.push(this.#ownCompaction);
    else this.#epoch = { lineage: randomId(), index: 0 };
    this.#epoch = { lineage: this.#epoch.lineage, index: this.#epoch.index + 1 };
    const steps = this.#compactInSteps(claimed);
    this.#compaction = { claimed, steps };
    await inTimeSlices(steps);
  }

  *#compactInSteps(segments: readonly SegmentReader[]): Generator<void, void, void> {
    const { view } = this.thread;
    const plan = { segments, view, epoch: this.#epoch, compactedBy: this.#ownId };
    try {
      const compacted = yield* compactInSteps(plan);
      // If it is too much for one segment, nothing is lost: the segments are added one by one.
      if (compacted === undefined) return;
      this.#addSegments([compacted]);
      this.#ownCompaction = this.#readers.get(compacted.id);
      this.#announce(false);
    } finally {
      // With the last step, and not when somebody hears of it: what is done cannot be given up.
      this.#compaction = undefined;
    }
  }

  /** Gives up a compaction that was begun, because this thread ends: another one will make it. */
  #abandonCompaction(): void {
    if (this.#compaction === undefined) return;
    const { claimed, steps } = this.#compaction;
    steps.return();
    for (const { header } of claimed) header.unclaim();
  }

  /** Whether a segment is that of an ended thread, or a compaction that such a thread has made. */
  #isOrphaned({ segment: { compaction }, header }: SegmentReader): boolean {
    if (compaction === undefined) return header.ended;
    return compaction.compactedBy !== this.#ownId &&
      (this.#readers.get(compaction.compactedBy)?.header.ended ?? true);
  }
}
