/**
 * Values waiting for their time, kept as a binary heap. Those with the same time come out in the
 * order they went in.
 */
export class TimerQueue<Value> {
  readonly #timers: Timer<Value>[] = [];
  #added = 0;

  get size(): number {
    return this.#timers.length;
  }

  add(time: number, value: Value): void {
    const timers = this.#timers;
    let index = timers.push({ time, order: this.#added++, value }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(timers[index], timers[parent])) break;
      [timers[index], timers[parent]] = [timers[parent], timers[index]];
      index = parent;
    }
  }

  /** Takes out the first value if its time has come. */
  takeDue(now: number): Value | undefined {
    const timers = this.#timers;
    if (timers.length === 0 || timers[0].time > now) return undefined;
    const { value } = timers[0];
    const last = timers.pop()!;
    if (timers.length > 0) {
      timers[0] = last;
      this.#sink();
    }
    return value;
  }

  #sink(): void {
    const timers = this.#timers;
    let index = 0;
    while (true) {
      let first = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < timers.length && isBefore(timers[child], timers[first])) first = child;
      }
      if (first === index) return;
      [timers[index], timers[first]] = [timers[first], timers[index]];
      index = first;
    }
  }
}

interface Timer<Value> {
  readonly time: number;
  readonly order: number;
  readonly value: Value;
}

function isBefore(one: Timer<unknown>, other: Timer<unknown>): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}
