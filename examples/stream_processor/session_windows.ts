import { type ProcessorMetrics, WindowTypeLabel } from "@edgeprom/edgeprom";
import type { Flight } from "./flights.ts";
import type { LayeredState } from "./layered_state.ts";
import type { StateKey } from "./state_backend.ts";
import { TimerQueue } from "./timer_queue.ts";
import type { Admission, FiredWindow, Windows, WindowState } from "./windows.ts";

/**
 * Session windows: a session lasts until no event has come for the gap, counted in event time. An
 * event out of order may fall between two sessions and join them: the sessions are then one window,
 * so fewer windows fire than were created.
 */
export class SessionWindows implements Windows {
  readonly windowType: WindowTypeLabel = WindowTypeLabel.Session;
  readonly #gap: number;
  readonly #lateness: number;
  readonly #state: LayeredState;
  readonly #metrics: ProcessorMetrics;
  readonly #timers = new TimerQueue<Deadline>();
  #active = 0;

  /**
   * @param gap Time without an event that ends a session, in milliseconds.
   * @param lateness How long after its end a session still takes events, in milliseconds.
   */
  constructor(gap: number, lateness: number, state: LayeredState, metrics: ProcessorMetrics) {
    this.#gap = gap;
    this.#lateness = lateness;
    this.#state = state;
    this.#metrics = metrics;
  }

  add({ departure, origin, delay }: Flight, watermark: number): Admission {
    const joined = this.#state.scan<WindowState>(groupOf(origin))
      .filter(({ start, end }) => departure < end && start < departure + this.#gap);
    const session: WindowState = {
      origin,
      start: Math.min(departure, ...joined.map(({ start }) => start)),
      end: Math.max(departure + this.#gap, ...joined.map(({ end }) => end)),
      delays: [...joined.flatMap(({ delays }) => delays), delay],
    };
    const late = session.end <= watermark;
    if (session.end + this.#lateness <= watermark) return { accepted: 0, late };

    for (const { start } of joined) {
      if (start !== session.start) this.#state.delete(keyOf(origin, start));
    }
    this.#state.put({ key: keyOf(origin, session.start), value: session });
    if (!joined.some(({ start, end }) => start === session.start && end === session.end)) {
      const { start, end } = session;
      this.#timers.add(end + this.#lateness, { origin, start, end });
    }
    if (joined.length === 0) this.#metrics.recordWindowCreated(this.windowType);
    this.#count(1 - joined.length);
    return { accepted: 1, late };
  }

  fire(watermark: number): FiredWindow[] {
    const fired: FiredWindow[] = [];
    let deadline: Deadline | undefined;
    while ((deadline = this.#timers.takeDue(watermark)) !== undefined) {
      const key = keyOf(deadline.origin, deadline.start);
      const session = this.#state.get<WindowState>(key);
      // A session that grew or was joined to another since has a later deadline of its own.
      if (session?.end !== deadline.end) continue;
      this.#state.delete(key);
      this.#count(-1);
      this.#metrics.recordWindowTriggered(this.windowType, session.delays.length);
      fired.push({ ...session, windowType: this.windowType });
    }
    return fired;
  }

  #count(change: number): void {
    this.#active += change;
    this.#metrics.setActiveWindows(this.windowType, this.#active);
  }
}

interface Deadline {
  readonly origin: string;
  readonly start: number;
  readonly end: number;
}

function groupOf(origin: string): string {
  return `${WindowTypeLabel.Session}/${origin}`;
}

function keyOf(origin: string, start: number): StateKey {
  return { group: groupOf(origin), id: String(start) };
}
