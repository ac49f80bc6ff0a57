/**
 * The shared memory of one thread: its numbers, and a log that says which series they belong to.
 * Posting it to another thread shares it; nothing is copied.
 *
 * One thread writes a segment. All others only read it, except for a few words of its header.
 *
 * @category Threads
 */
export interface Segment {
  /** A random number, unique to the segment. */
  readonly id: number;
  /**
   * The log, in one of two memories: UTF-8 text that only grows, until the thread rewrites it in the
   * other memory, without the records that are out of date. The first memory begins with the header,
   * and the text begins at the same byte in both.
   */
  readonly logs: readonly [SharedArrayBuffer, SharedArrayBuffer];
  /** The numbers, as 64-bit floats. */
  readonly cells: SharedArrayBuffer;
  /** For a segment that was compacted from those of ended threads. */
  readonly compaction?: Compaction;
}

/**
 * What a compaction contains, and who made it.
 *
 * @category Threads
 */
export interface Compaction {
  /** The compactions that it contains, itself included: the last index of each lineage. */
  readonly contents: Readonly<Record<string, number>>;
  /** The id of the segment of the thread that made it, and will compact it with later segments. */
  readonly compactedBy: number;
}

/** The position of a compaction in its lineage, in which each one contains those before it. */
export interface Epoch {
  /** The random number of the lineage. */
  readonly lineage: number;
  /** Its index in the lineage, from 1. */
  readonly index: number;
}

/** The bytes before the text of a log. */
export const headerBytes = 64;

/**
 * The maximum size of each memory of a segment, in bytes. It is address space and no memory until it
 * is used: 3,000 segments at once took 4 kB each on Deno, Bun and Node alike.
 */
const maxBytes = 64 * 2 ** 20;
const minBytes = 4096;

/** The index of each word of the header. */
const words = {
  published: 0,
  state: 1,
  clock: 2,
  notifications: 3,
  claimed: 4,
  epochIndex: 5,
  thread: 6,
  publishedOdd: 7,
  // The words 8 and 9 are the lineage, as one 64-bit float.
  generation: 10,
  acknowledged: 11,
} as const;
const lineageIndex = 4;
const states = { free: 0, living: 1, ended: 2 };

/**
 * Creates a segment, which nobody writes yet.
 *
 * @param limit The maximum size of each of its memories, in bytes.
 */
export function newSegment(compaction?: Compaction, limit: number = maxBytes): Segment {
  const memory = () => new SharedArrayBuffer(minBytes, { maxByteLength: limit });
  const segment = { id: randomId(), logs: [memory(), memory()] as const, cells: memory() };
  return compaction === undefined ? segment : { ...segment, compaction };
}

/** The memory of a generation's log. The generation before it is in the other memory, unchanged. */
export function logOf({ logs }: Segment, generation: number): SharedArrayBuffer {
  return logs[generation & 1];
}

/** A random integer of 53 bits. */
export function randomId(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 11) * 2 ** 32 + low;
}

/** The header of a segment: the length of its log, and the state of its thread. */
export class SegmentHeader {
  /**
   * The words of the header. Public for a plain read of the one at
   * {@linkcode SegmentHeader.notificationsWord}, which is made at each recording: how often this
   * segment's thread was notified of removals by other threads.
   */
  readonly words: Int32Array;
  readonly #lineage: Float64Array;

  /** The header at the beginning of a segment's first log. */
  constructor({ logs: [first] }: Segment) {
    this.words = new Int32Array(first, 0, headerBytes / 4);
    this.#lineage = new Float64Array(first, 0, headerBytes / 8);
  }

  /** The index of the number of notifications among the words. */
  static readonly notificationsWord: number = words.notifications;

  /** How often the log was rewritten. */
  get generation(): number {
    return Atomics.load(this.words, words.generation);
  }

  /** Lets all threads continue with the log of the next generation. */
  advanceGeneration(): void {
    Atomics.add(this.words, words.generation, 1);
  }

  /**
   * Whether a generation is still the current one, so that what was read of its log is valid: its
   * memory is not reused before there is another generation. Earlier reads cannot be reordered after
   * an exchange, as they could be after a mere load.
   */
  isCurrent(generation: number): boolean {
    const { words: all } = this;
    return Atomics.compareExchange(all, words.generation, generation, generation) === generation;
  }

  /** The length of a log's text that is complete, in bytes. */
  published(generation: number): number {
    return Atomics.load(this.words, publishedWord(generation));
  }

  /** Sets the length of a log's text that is complete, in bytes. */
  publish(generation: number, bytes: number): void {
    Atomics.store(this.words, publishedWord(generation), bytes);
  }

  /** Whether the thread has ended, so that nothing in the segment changes any more. */
  get ended(): boolean {
    return Atomics.load(this.words, words.state) === states.ended;
  }

  /** Takes a segment for the calling thread, if it is free. Returns whether it was. */
  own(thread: number): boolean {
    const before = Atomics.compareExchange(this.words, words.state, states.free, states.living);
    if (before === states.free) Atomics.store(this.words, words.thread, thread);
    return before === states.free;
  }

  /** Marks the thread as ended. */
  end(): void {
    Atomics.store(this.words, words.state, states.ended);
  }

  /** The runtime's id of the thread, or 0 if nobody owns the segment. */
  get thread(): number {
    return Atomics.load(this.words, words.thread);
  }

  /** The logical time of the thread's last removal. */
  get clock(): number {
    return Atomics.load(this.words, words.clock);
  }

  set clock(time: number) {
    Atomics.store(this.words, words.clock, time);
  }

  /** Notifies the thread of a removal by another one. Returns the number of the notification. */
  notify(): number {
    return (Atomics.add(this.words, words.notifications, 1) + 1) | 0;
  }

  /** Acknowledges all notifications up to a number: the thread has applied the removals. */
  acknowledge(notification: number): void {
    Atomics.store(this.words, words.acknowledged, notification);
  }

  /** Whether the thread has acknowledged a notification. */
  hasAcknowledged(notification: number): boolean {
    return ((Atomics.load(this.words, words.acknowledged) - notification) | 0) >= 0;
  }

  /** Claims the right to compact the segment. Returns whether nobody had claimed it before. */
  claim(): boolean {
    return Atomics.compareExchange(this.words, words.claimed, 0, 1) === 0;
  }

  /** Gives the right back: the segment was not compacted. */
  unclaim(): void {
    Atomics.store(this.words, words.claimed, 0);
  }

  /** The compaction that contains the segment, if there is one. */
  get compactedInto(): Epoch | undefined {
    const index = Atomics.load(this.words, words.epochIndex);
    return index === 0 ? undefined : { lineage: this.#lineage[lineageIndex], index };
  }

  /** Marks the segment as contained in a compaction. */
  markCompacted({ lineage, index }: Epoch): void {
    this.#lineage[lineageIndex] = lineage;
    Atomics.store(this.words, words.epochIndex, index);
  }
}

function publishedWord(generation: number): number {
  return generation & 1 ? words.publishedOdd : words.published;
}
