import type { ProcessorMetrics, WindowTypeLabel } from "@edgeprom/edgeprom";
import type { Flight } from "./flights.ts";
import type { LayeredState } from "./layered_state.ts";
import type { StateKey } from "./state_backend.ts";
import { TimerQueue } from "./timer_queue.ts";
import {
  type Admission,
  type Alignment,
  type FiredWindow,
  type Windows,
  windowStarts,
  type WindowState,
} from "./windows.ts";

/** Tumbling and sliding windows: their bounds follow from the event's time alone. */
export class AlignedWindows implements Windows {
  readonly windowType: WindowTypeLabel;
  readonly #alignment: Alignment;
  readonly #lateness: number;
  readonly #state: LayeredState;
  readonly #metrics: ProcessorMetrics;
  readonly #timers = new TimerQueue<StateKey>();

  /** @param lateness How long after its end a window still takes events, in milliseconds. */
  constructor(
    alignment: Alignment,
    lateness: number,
    state: LayeredState,
    metrics: ProcessorMetrics,
  ) {
    this.windowType = alignment.windowType;
    this.#alignment = alignment;
    this.#lateness = lateness;
    this.#state = state;
    this.#metrics = metrics;
  }

  add({ departure, origin, delay }: Flight, watermark: number): Admission {
    let accepted = 0;
    let late = false;
    for (const start of windowStarts(this.#alignment, departure)) {
      const end = start + this.#alignment.size;
      if (end <= watermark) late = true;
      if (end + this.#lateness <= watermark) continue;
      this.#append(origin, start, delay);
      accepted++;
    }
    return { accepted, late };
  }

  fire(watermark: number): FiredWindow[] {
    const fired: FiredWindow[] = [];
    let key: StateKey | undefined;
    while ((key = this.#timers.takeDue(watermark)) !== undefined) {
      const window = this.#state.get<WindowState>(key);
      if (window === undefined) continue;
      this.#state.delete(key);
      this.#metrics.recordWindowTriggered(this.windowType, window.delays.length);
      fired.push({ ...window, windowType: this.windowType });
    }
    this.#metrics.setActiveWindows(this.windowType, this.#timers.size);
    return fired;
  }

  #append(origin: string, start: number, delay: number): void {
    const key: StateKey = { group: `${this.windowType}/${origin}`, id: String(start) };
    const window = this.#state.get<WindowState>(key);
    if (window !== undefined) {
      this.#state.put({ key, value: { ...window, delays: [...window.delays, delay] } });
      return;
    }
    const end = start + this.#alignment.size;
    this.#state.put<WindowState>({ key, value: { origin, start, end, delays: [delay] } });
    this.#timers.add(end + this.#lateness, key);
    this.#metrics.recordWindowCreated(this.windowType);
    this.#metrics.setActiveWindows(this.windowType, this.#timers.size);
  }
}
