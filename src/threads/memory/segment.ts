/**
 * The shared memory of one thread: what it counted, and the log of what the numbers mean. Posting
 * it to another thread shares it; nothing is copied.
 *
 * One thread writes a segment. All others only read it, except for a few words of its header.
 */
export interface Segment {
  /** A random number that no other segment has. */
  readonly id: number;
  /**
   * The log, in one of two memories: UTF-8 text that only grows, until the thread writes what still
   * holds of it into the other one and goes on there. The first begins with the header, and the
   * text begins at the same byte in both.
   */
  readonly logs: readonly [SharedArrayBuffer, SharedArrayBuffer];
  /** The numbers. */
  readonly cells: SharedArrayBuffer;
  /** What is in it, for a segment that keeps what threads which have ended had counted. */
  readonly compaction?: Compaction;
}

/** What a fold is. */
export interface Compaction {
  /** The folds that are in it, itself included: the last index of each chain. */
  readonly contents: Readonly<Record<string, number>>;
  /** The segment of the thread that made it, and will fold it again with what ends later. */
  readonly compactedBy: number;
}

/** The place of a fold: each one of a chain contains those before it. */
export interface Epoch {
  /** The random number of the chain. */
  readonly lineage: number;
  /** Its index in the chain, from 1. */
  readonly index: number;
}

/** The bytes before the text of a log. */
export const headerBytes = 64;

/**
 * What each memory of a segment can grow to, in bytes. It is address space and no memory until it is
 * used: 3,000 segments at once took 4 kB each on Deno, Bun and Node alike.
 */
const maxBytes = 64 * 2 ** 20;
const minBytes = 4096;

const words = {
  published: 0,
  state: 1,
  clock: 2,
  notifications: 3,
  claimed: 4,
  epochIndex: 5,
  thread: 6,
  publishedOdd: 7,
  // The words 8 and 9 are the chain.
  generation: 10,
  acknowledged: 11,
} as const;
const lineageWord = 4;
const states = { free: 0, living: 1, ended: 2 };

/**
 * A segment that nobody writes to yet.
 *
 * @param limit What each of its memories can grow to, in bytes.
 */
export function newSegment(compaction?: Compaction, limit: number = maxBytes): Segment {
  const memory = () => new SharedArrayBuffer(minBytes, { maxByteLength: limit });
  const segment = { id: randomId(), logs: [memory(), memory()] as const, cells: memory() };
  return compaction === undefined ? segment : { ...segment, compaction };
}

/** The memory of a generation's log. The one before it is in the other, as it was at last. */
export function logOf({ logs }: Segment, generation: number): SharedArrayBuffer {
  return logs[generation & 1];
}

/** A random integer of 53 bits. */
export function randomId(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 11) * 2 ** 32 + low;
}

/** The header of a segment: how far its log goes, and what became of its thread. */
export class SegmentHeader {
  /**
   * How often this segment's thread was told that series were removed elsewhere, as the one element
   * at {@linkcode SegmentHeader.notificationsAt}. Open to a plain read: it is made at each recording.
   */
  readonly words: Int32Array;
  readonly #lineage: Float64Array;

  /** The header that lies at the beginning of the first log. */
  constructor({ logs: [first] }: Segment) {
    this.words = new Int32Array(first, 0, headerBytes / 4);
    this.#lineage = new Float64Array(first, 0, headerBytes / 8);
  }

  /** Where the notices are among the words. */
  static readonly notificationsAt: number = words.notifications;

  /** How often the log was written anew. */
  get generation(): number {
    return Atomics.load(this.words, words.generation);
  }

  /** Lets all threads go on with the log of the next generation. */
  advanceGeneration(): void {
    Atomics.add(this.words, words.generation, 1);
  }

  /**
   * Whether the log was of this generation until now, so that what was read of it is true: the
   * memory is not written to again before there is another one. Reads cannot slip behind an
   * exchange, as they could behind a mere load.
   */
  wasStill(generation: number): boolean {
    const { words: all } = this;
    return Atomics.compareExchange(all, words.generation, generation, generation) === generation;
  }

  /** How many bytes of a log's text are complete. */
  published(generation: number): number {
    return Atomics.load(this.words, publishedWord(generation));
  }

  /** Notes how many bytes of a log's text are complete. */
  publish(generation: number, bytes: number): void {
    Atomics.store(this.words, publishedWord(generation), bytes);
  }

  /** Whether the thread has ended, so that nothing here changes any more. */
  get ended(): boolean {
    return Atomics.load(this.words, words.state) === states.ended;
  }

  /** Takes a free segment for the thread that calls. Returns whether it was free. */
  own(thread: number): boolean {
    const before = Atomics.compareExchange(this.words, words.state, states.free, states.living);
    if (before === states.free) Atomics.store(this.words, words.thread, thread);
    return before === states.free;
  }

  /** Notes that the thread has ended. */
  end(): void {
    Atomics.store(this.words, words.state, states.ended);
  }

  /** The id that the runtime gave the thread, or 0 where nobody owns the segment. */
  get thread(): number {
    return Atomics.load(this.words, words.thread);
  }

  /** The logical time of the thread: that of the last removal which it made. */
  get clock(): number {
    return Atomics.load(this.words, words.clock);
  }

  set clock(time: number) {
    Atomics.store(this.words, words.clock, time);
  }

  /** Tells the thread that somewhere a series was removed. Returns how often it was told so. */
  notify(): number {
    return (Atomics.add(this.words, words.notifications, 1) + 1) | 0;
  }

  /** Notes that the thread has seen to all that it was told of, until it had been told so often. */
  acknowledge(notifications: number): void {
    Atomics.store(this.words, words.acknowledged, notifications);
  }

  /** Whether the thread has seen to what it was told of by then. */
  hasAcknowledged(notifications: number): boolean {
    return ((Atomics.load(this.words, words.acknowledged) - notifications) | 0) >= 0;
  }

  /** Claims the right to fold the segment. Returns whether nobody had it before. */
  claim(): boolean {
    return Atomics.compareExchange(this.words, words.claimed, 0, 1) === 0;
  }

  /** The fold that has taken the segment in, if there is one. */
  get compactedInto(): Epoch | undefined {
    const index = Atomics.load(this.words, words.epochIndex);
    return index === 0 ? undefined : { lineage: this.#lineage[lineageWord], index };
  }

  /** Notes which fold has taken the segment in. */
  markCompacted({ lineage, index }: Epoch): void {
    this.#lineage[lineageWord] = lineage;
    Atomics.store(this.words, words.epochIndex, index);
  }
}

function publishedWord(generation: number): number {
  return generation & 1 ? words.publishedOdd : words.published;
}
