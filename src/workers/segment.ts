/**
 * The shared memory of one thread: what it counted, and the log of what the numbers mean. Posting
 * it to another thread shares it; nothing is copied.
 *
 * One thread writes a segment. All others only read it, except for a few words of its header.
 */
export interface Segment {
  /** A random number that no other segment has. */
  readonly id: number;
  /** The header, and after it the log: UTF-8 text that only ever grows. */
  readonly log: SharedArrayBuffer;
  /** The numbers. */
  readonly cells: SharedArrayBuffer;
  /** What is in it, for a segment that keeps what threads which have ended had counted. */
  readonly fold?: Fold;
}

/** What a fold is. */
export interface Fold {
  /** The folds that are in it, itself included: the last index of each chain. */
  readonly contents: Readonly<Record<string, number>>;
  /** The segment of the thread that made it, and will fold it again with what ends later. */
  readonly keeper: number;
}

/** The place of a fold: each one of a chain contains those before it. */
export interface FoldPlace {
  /** The random number of the chain. */
  readonly chain: number;
  /** Its index in the chain, from 1. */
  readonly index: number;
}

/** The bytes of a log before its text. */
export const headerBytes = 64;

/**
 * What one segment can grow to, in bytes. It is address space and no memory until it is used: 3,000
 * segments at once took 4 kB each on Deno, Bun and Node alike.
 */
const mostBytes = 64 * 2 ** 20;
const fewestBytes = 4096;

const words = { published: 0, state: 1, clock: 2, notices: 3, claimed: 4, foldIndex: 5, thread: 6 };
const chainWord = 4;
const states = { free: 0, living: 1, ended: 2 };

/** A segment that nobody writes to yet. */
export function newSegment(fold?: Fold): Segment {
  const memory = () => new SharedArrayBuffer(fewestBytes, { maxByteLength: mostBytes });
  const segment = { id: randomId(), log: memory(), cells: memory() };
  return fold === undefined ? segment : { ...segment, fold };
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
   * at {@linkcode SegmentHeader.noticesAt}. Open to a plain read: it is made at each recording.
   */
  readonly words: Int32Array;
  readonly #chain: Float64Array;

  /** The header that lies at the beginning of the log. */
  constructor({ log }: Segment) {
    this.words = new Int32Array(log, 0, headerBytes / 4);
    this.#chain = new Float64Array(log, 0, headerBytes / 8);
  }

  /** Where the notices are among the words. */
  static readonly noticesAt: number = words.notices;

  /** How many bytes of the log's text are complete. */
  get published(): number {
    return Atomics.load(this.words, words.published);
  }

  set published(bytes: number) {
    Atomics.store(this.words, words.published, bytes);
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

  /** Tells the thread that somewhere a series was removed. */
  notify(): void {
    Atomics.add(this.words, words.notices, 1);
  }

  /** Claims the right to fold the segment. Returns whether nobody had it before. */
  claim(): boolean {
    return Atomics.compareExchange(this.words, words.claimed, 0, 1) === 0;
  }

  /** The fold that has taken the segment in, if there is one. */
  get foldedInto(): FoldPlace | undefined {
    const index = Atomics.load(this.words, words.foldIndex);
    return index === 0 ? undefined : { chain: this.#chain[chainWord], index };
  }

  /** Notes which fold has taken the segment in. */
  markFolded({ chain, index }: FoldPlace): void {
    this.#chain[chainWord] = chain;
    Atomics.store(this.words, words.foldIndex, index);
  }
}
