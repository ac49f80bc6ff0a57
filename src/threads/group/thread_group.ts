import { fold, isFolded } from "./compaction.ts";
import type { PostedExemplar } from "../view/latest_exemplars.ts";
import { Member } from "./thread_state.ts";
import { type FoldPlace, randomId, type Segment } from "../memory/segment.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import {
  openChannel,
  type ThreadChannel,
  type ThreadWatcher,
  unwatchThreads,
  watchThreads,
} from "./runtime_threads.ts";
import { unreferenced } from "./unreferenced.ts";
import { whenWorkerEnds, type WorkerLike } from "./worker_exit.ts";

/** What threads tell one another: all the segments they know. */
interface Message {
  /** Tells these messages from any others. */
  readonly edgeprom: 1;
  /** Whether an answer is wanted. */
  readonly isNew: boolean;
  /** Whether the sender knows what there is to know. */
  readonly isSettled: boolean;
  /** The segments. */
  readonly segments: readonly Segment[];
  /** New exemplars. */
  readonly exemplars?: readonly PostedExemplar[];
}

/** How long a new thread may wait to be told of the others before it answers a scrape. */
const patienceMilliseconds = 250;

/** How long a thread collects exemplars before it tells them to others, together. */
const exemplarMilliseconds = 1000;

/** With so many that have ended, threads are folded at once and not by the next scrape. */
const mostEnded = 8;

/**
 * All threads that count together, as one of them knows them.
 *
 * A thread that comes says so on a channel, and is told of all segments by everybody who is there.
 * So it hears of a thread that is too busy to answer, too. From then on nothing is sent: what a
 * thread counts, defines and removes is in its segment, and its end is a word in there.
 */
export class Circle {
  /** The name by which threads find each other. */
  readonly name: string;
  /** This thread's part. */
  readonly member: Member;
  #channel: ThreadChannel | undefined;
  readonly #known = new Map<number, SegmentReader>();
  readonly #own: number;
  readonly #born = Date.now();
  readonly #waiting: (() => void)[] = [];
  #isTold: boolean;
  readonly #watcher: ThreadWatcher = {
    threadEnds: () => this.member.end(),
    workerStarts: (worker) => {
      const { threadId } = worker;
      whenWorkerEnds(worker, () => this.#mourn(({ header }) => header.thread === threadId));
    },
  };
  #chain: FoldPlace = { chain: randomId(), index: 0 };
  #ownFold: SegmentReader | undefined;

  /**
   * Comes in with a segment of its own.
   *
   * @param others What is known already.
   */
  constructor(name: string, segment: Segment, others: readonly Segment[] = []) {
    this.name = name;
    this.#own = segment.id;
    this.member = new Member(segment);
    for (const reader of this.member.page.segments()) this.#known.set(segment.id, reader);
    this.#learn(others);
    this.#channel = openChannel(`edgeprom:${name}`, (message) => this.#hear(message as Message));
    this.#isTold = this.#channel === undefined || others.length > 0;
    this.#tell(true);
    this.member.onExemplars = () => {
      unreferenced(setTimeout(() => this.#tellExemplars(), exemplarMilliseconds));
    };
    watchThreads(this.#watcher);
  }

  /** All segments that are known. */
  get segments(): readonly Segment[] {
    return [...this.#known.values()].map(({ segment }) => segment);
  }

  /** Waits until this thread has been told of the others. There may be none: not for long. */
  async settled(): Promise<void> {
    if (this.#isSettled) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#born + patienceMilliseconds - Date.now());
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Tells of a segment that was made for a thread which is about to start. */
  introduce(segment: Segment): void {
    this.#learn([segment]);
    this.#tell(false);
  }

  /** Notices the end of a worker for which a segment was made. */
  watch(worker: WorkerLike, id: number): void {
    whenWorkerEnds(worker, () => this.#mourn(({ segment }) => segment.id === id));
  }

  /** Reads all logs, and folds what ended threads left behind. */
  refresh(): void {
    this.#foldEnded(1);
    this.member.refresh();
  }

  /** Leaves: what this thread has counted stays, what it counts from now on is its own matter. */
  leave(): void {
    this.member.end();
    this.#channel?.close();
    this.#channel = undefined;
    unwatchThreads(this.#watcher);
  }

  get #isSettled(): boolean {
    return this.#isTold || Date.now() >= this.#born + patienceMilliseconds;
  }

  /** Notes that threads have ended, where they could not do so themselves. */
  #mourn(hasEnded: (reader: SegmentReader) => boolean): void {
    for (const reader of this.#known.values()) if (hasEnded(reader)) reader.header.end();
    this.#foldEnded(mostEnded);
  }

  #hear({ edgeprom, isNew, isSettled, segments, exemplars = [] }: Message): void {
    if (edgeprom !== 1) return;
    exemplars.forEach((exemplar) => this.member.exemplars.put(exemplar));
    this.#learn(segments);
    if (isSettled && !isNew) {
      this.#isTold = true;
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
    if (isNew) this.#tell(false);
    this.#foldEnded(mostEnded);
  }

  #tell(isNew: boolean): void {
    const { segments } = this;
    this.#send({ edgeprom: 1, isNew, isSettled: this.#isSettled, segments });
  }

  #tellExemplars(): void {
    const exemplars = this.member.exemplars.takeNews();
    this.#send({ edgeprom: 1, isNew: false, isSettled: false, segments: [], exemplars });
  }

  #send(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #learn(segments: readonly Segment[]): void {
    const { page, writer } = this.member;
    for (const segment of segments) {
      if (this.#known.has(segment.id)) continue;
      const reader = page.add(segment);
      this.#known.set(segment.id, reader);
      // Either may have removed series that the other still has.
      if (reader.header.clock > 0) writer.header.notify();
      if (writer.header.clock > 0) reader.header.notify();
    }
    const all = this.segments;
    for (const [id, reader] of this.#known) {
      if (!isFolded(reader, all)) continue;
      page.drop(reader);
      this.#known.delete(id);
    }
  }

  /** Folds threads that have ended, where there are so many, and nobody else does. */
  #foldEnded(fewest: number): void {
    const ended = [...this.#known.values()].filter((reader) => this.#hasNobody(reader));
    const threads = ended.filter(({ segment }) => segment.fold === undefined).length;
    if (threads < fewest && ended.length < mostEnded) return;
    const claimed = ended.filter(({ header }) => header.claim());
    if (claimed.length === 0) return;
    if (this.#ownFold?.header.claim()) claimed.push(this.#ownFold);
    else this.#chain = { chain: randomId(), index: 0 };
    this.#chain = { chain: this.#chain.chain, index: this.#chain.index + 1 };
    const { page } = this.member;
    const folded = fold({ segments: claimed, page, place: this.#chain, keeper: this.#own });
    // Nothing is lost where it is too much for one segment: they are counted one by one.
    if (folded === undefined) return;
    this.#learn([folded]);
    this.#ownFold = this.#known.get(folded.id);
    this.#tell(false);
  }

  /** Whether it is a segment of an ended thread, or a fold that such a thread has made. */
  #hasNobody({ segment: { fold }, header }: SegmentReader): boolean {
    if (fold === undefined) return header.ended;
    return fold.keeper !== this.#own && (this.#known.get(fold.keeper)?.header.ended ?? true);
  }
}
