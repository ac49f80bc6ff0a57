import { milliseconds } from "../clock.ts";
import { labelKey } from "../label_key.ts";

/** A series that is not collected because nobody records to it. */
export interface IdleEntry<Child> {
  /** Its label values. */
  readonly values: readonly string[];
  /** Its child. */
  readonly child: Child;
  /** When it was made, in seconds since 1970. It counts on from then when it wakes up. */
  readonly created: number;
}

/** A sleeper that goes where nobody else has its child. */
interface WeakIdleEntry<Child extends object> extends Omit<IdleEntry<Child>, "child"> {
  readonly reference: WeakRef<Child>;
  readonly version: number;
}

/** What a child showed, and since when. */
interface Observation<Child> {
  readonly child: Child;
  version: number;
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
  readonly #versionOf: (child: Child) => number | undefined;
  /** Of the last time, in the order of the children. */
  #observations: readonly Observation<Child>[] = [];
  readonly #parked = new Map<string, WeakIdleEntry<Child>>();

  /**
   * @param seconds After how long a series is idle.
   * @param versionOf Gives a number that recording changes; nothing for a child that is never idle.
   */
  constructor(seconds: number, versionOf: (child: Child) => number | undefined) {
    this.#seconds = seconds;
    this.#versionOf = versionOf;
  }

  /**
   * Looks at all children, and gives the rows of those to which nobody has recorded for too long.
   * They are no longer known then.
   *
   * @param children In the order in which they came, `undefined` where there is none any more.
   */
  findIdle(children: readonly (Child | undefined)[]): readonly number[] {
    const now = milliseconds() / 1000;
    const before = this.#observations;
    const observations: Observation<Child>[] = [];
    const idle: number[] = [];
    // Both are in the same order, so that no child has to be searched for: 100,000 take 5 ms.
    let next = 0;
    children.forEach((child, row) => {
      const version = child && this.#versionOf(child);
      if (child === undefined || version === undefined) return;
      while (next < before.length && before[next].child !== child) next++;
      const observation = before[next] ?? { child, version, since: now };
      if (observation.version !== version) {
        observation.version = version;
        observation.since = now;
      }
      if (now - observation.since > this.#seconds) idle.push(row);
      else observations.push(observation);
    });
    this.#observations = observations;
    return idle;
  }

  /** Puts a child to sleep. */
  park({ values, child, created }: IdleEntry<Child>): void {
    const version = this.#versionOf(child) ?? 0;
    this.#parked.set(labelKey(values), { values, created, version, reference: new WeakRef(child) });
  }

  /** Takes the series out of its sleep, if it is there and somebody has its child. */
  revive(values: readonly string[]): IdleEntry<Child> | undefined {
    const key = labelKey(values);
    const entry = this.#parked.get(key);
    this.#parked.delete(key);
    const child = entry?.reference.deref();
    if (entry === undefined || child === undefined) return undefined;
    return { values, child, created: entry.created };
  }

  /** The label values of those that were recorded to in their sleep. Forgets what is gone. */
  touched(): readonly (readonly string[])[] {
    const found: (readonly string[])[] = [];
    for (const [key, { values, version, reference }] of this.#parked) {
      const child = reference.deref();
      if (child === undefined) this.#parked.delete(key);
      else if (this.#versionOf(child) !== version) found.push(values);
    }
    return found;
  }

  /** Forgets series, so that they do not wake up. */
  forget(fits: (values: readonly string[]) => boolean): void {
    for (const [key, { values }] of this.#parked) {
      if (fits(values)) this.#parked.delete(key);
    }
  }
}
