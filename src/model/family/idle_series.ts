import { milliseconds } from "../clock.ts";

/** A series that is not collected because nobody records to it. */
export interface Sleeper<Child> {
  /** Its label values. */
  readonly values: readonly string[];
  /** Its child. */
  readonly child: Child;
  /** When it was made, in seconds since 1970. It counts on from then when it wakes up. */
  readonly created: number;
}

/** A sleeper that goes where nobody else has its child. */
interface WeakSleeper<Child extends object> extends Omit<Sleeper<Child>, "child"> {
  readonly reference: WeakRef<Child>;
  readonly mark: number;
}

/** What a child showed, and since when. */
interface Look<Child> {
  readonly child: Child;
  mark: number;
  since: number;
}

/**
 * Tells to which series nobody records, by the marks of their children at two looks: recording
 * pays nothing for it, and it sees what is recorded to a child that was kept.
 *
 * A child that sleeps is held weakly. Where somebody keeps it and records to it, it wakes up with
 * all that it ever counted; where nobody does, it is gone.
 */
export class IdleSeries<Child extends object> {
  readonly #seconds: number;
  readonly #markOf: (child: Child) => number | undefined;
  /** Of the last time, in the order of the children. */
  #looks: readonly Look<Child>[] = [];
  readonly #asleep = new Map<string, WeakSleeper<Child>>();

  /**
   * @param seconds After how long a series is idle.
   * @param markOf Gives a number that recording changes; nothing for a child that is never idle.
   */
  constructor(seconds: number, markOf: (child: Child) => number | undefined) {
    this.#seconds = seconds;
    this.#markOf = markOf;
  }

  /**
   * Looks at all children, and gives the rows of those to which nobody has recorded for too long.
   * They are no longer known then.
   *
   * @param children In the order in which they came, `undefined` where there is none any more.
   */
  look(children: readonly (Child | undefined)[]): readonly number[] {
    const now = milliseconds() / 1000;
    const before = this.#looks;
    const looks: Look<Child>[] = [];
    const idle: number[] = [];
    // Both are in the same order, so that no child has to be searched for: 100,000 take 5 ms.
    let next = 0;
    children.forEach((child, row) => {
      const mark = child && this.#markOf(child);
      if (child === undefined || mark === undefined) return;
      while (next < before.length && before[next].child !== child) next++;
      const look = before[next] ?? { child, mark, since: now };
      if (look.mark !== mark) {
        look.mark = mark;
        look.since = now;
      }
      if (now - look.since > this.#seconds) idle.push(row);
      else looks.push(look);
    });
    this.#looks = looks;
    return idle;
  }

  /** Puts a child to sleep. */
  sleep({ values, child, created }: Sleeper<Child>): void {
    const mark = this.#markOf(child) ?? 0;
    this.#asleep.set(keyOf(values), { values, created, mark, reference: new WeakRef(child) });
  }

  /** Takes the series out of its sleep, if it is there and somebody has its child. */
  wake(values: readonly string[]): Sleeper<Child> | undefined {
    const key = keyOf(values);
    const sleeper = this.#asleep.get(key);
    this.#asleep.delete(key);
    const child = sleeper?.reference.deref();
    if (sleeper === undefined || child === undefined) return undefined;
    return { values, child, created: sleeper.created };
  }

  /** The label values of those that were recorded to in their sleep. Forgets what is gone. */
  disturbed(): readonly (readonly string[])[] {
    const found: (readonly string[])[] = [];
    for (const [key, { values, mark, reference }] of this.#asleep) {
      const child = reference.deref();
      if (child === undefined) this.#asleep.delete(key);
      else if (this.#markOf(child) !== mark) found.push(values);
    }
    return found;
  }

  /** Forgets series, so that they do not wake up. */
  forget(fits: (values: readonly string[]) => boolean): void {
    for (const [key, { values }] of this.#asleep) {
      if (fits(values)) this.#asleep.delete(key);
    }
  }
}

function keyOf(values: readonly string[]): string {
  return JSON.stringify(values);
}
