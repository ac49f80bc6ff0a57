import { labelKey } from "../label_key.ts";
import { milliseconds } from "../platform/clock.ts";

/** An idle series: not collected, because nobody records to it. */
export interface IdleEntry<Child> {
  /** Its label values. */
  readonly values: readonly string[];
  /** Its child. */
  readonly child: Child;
  /** When it was made, in seconds since 1970; it stays so if the series is revived. */
  readonly created: number;
}

/** An idle series that is garbage as soon as nobody else has its child. */
interface WeakIdleEntry<Child extends object> extends Omit<IdleEntry<Child>, "child"> {
  readonly reference: WeakRef<Child>;
  readonly version: number;
}

/** The version of a child, and the time in seconds since which it has been so. */
interface Observation<Child> {
  readonly child: Child;
  version: number;
  since: number;
}

/**
 * The idle series of a family: those whose version has not changed between collections. Recording
 * pays nothing for it, and recordings to a child that somebody keeps are seen as well.
 *
 * An idle child is referenced weakly. If it still exists when its series is recorded to, the series
 * is revived with all that it ever counted. A child that somebody keeps certainly exists; one that
 * nobody keeps does until it is collected as garbage, and only then does its series begin at 0.
 */
export class IdleSeries<Child extends object> {
  readonly #seconds: number;
  readonly #versionOf: (child: Child) => number | undefined;
  /** Those of the last collection, in the order of the children. */
  #observations: readonly Observation<Child>[] = [];
  readonly #parked = new Map<string, WeakIdleEntry<Child>>();

  /**
   * @param seconds The time without a recording after which a series is idle.
   * @param versionOf A number that each recording changes; `undefined` if a child never idles.
   */
  constructor(seconds: number, versionOf: (child: Child) => number | undefined) {
    this.#seconds = seconds;
    this.#versionOf = versionOf;
  }

  /**
   * The rows of the children to which nobody has recorded for too long, which are then forgotten.
   *
   * @param children In the order in which they were made, `undefined` for removed ones.
   */
  findIdle(children: readonly (Child | undefined)[]): readonly number[] {
    const now = milliseconds() / 1000;
    const before = this.#observations;
    const observations: Observation<Child>[] = [];
    const idle: number[] = [];
    // Both are in the same order, so no child has to be searched for: 100,000 take 5 ms.
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

  /** Stores an idle series. */
  park({ values, child, created }: IdleEntry<Child>): void {
    const version = this.#versionOf(child) ?? 0;
    this.#parked.set(labelKey(values), { values, created, version, reference: new WeakRef(child) });
  }

  /** Takes an idle series out, if there is one and somebody has its child. */
  revive(values: readonly string[]): IdleEntry<Child> | undefined {
    const key = labelKey(values);
    const entry = this.#parked.get(key);
    this.#parked.delete(key);
    const child = entry?.reference.deref();
    if (entry === undefined || child === undefined) return undefined;
    return { values, child, created: entry.created };
  }

  /** Sets all idle children back, so that what they counted before is no part of what comes. */
  reset(resetChild: (child: Child) => void, created: number): void {
    for (const { values, reference } of [...this.#parked.values()]) {
      const child = reference.deref();
      if (child === undefined) continue;
      resetChild(child);
      this.park({ values, child, created });
    }
  }

  /** The label values of idle series that were recorded to. Drops those whose child is gone. */
  touched(): readonly (readonly string[])[] {
    const found: (readonly string[])[] = [];
    for (const [key, { values, version, reference }] of this.#parked) {
      const child = reference.deref();
      if (child === undefined) this.#parked.delete(key);
      else if (!Object.is(this.#versionOf(child) ?? 0, version)) found.push(values);
    }
    return found;
  }

  /** Drops idle series, so that they cannot be revived. */
  forget(fits: (values: readonly string[]) => boolean): void {
    for (const [key, { values }] of this.#parked) {
      if (fits(values)) this.#parked.delete(key);
    }
  }
}
