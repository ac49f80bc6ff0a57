import { reasonOf } from "../model/errors.ts";
import { milliseconds } from "../model/platform/clock.ts";
import { maxTimerMs } from "../model/platform/deadline.ts";
import { unreferenced } from "../model/platform/platform.ts";
import { Flights, type FlightSignals } from "./flights.ts";

/** What a push is told from outside. */
export interface PushSignals extends FlightSignals {
  /** Whether somebody waits for the push, so that the process must not end in a pause of it. */
  readonly isAwaited: () => boolean;
}

/** What is pushed, and when. */
export interface RegularPushesOptions<Report> {
  /** Whose pushes these are, such as `RemoteWriter`. */
  readonly owner: string;
  /** Time between two pushes once they are started, in seconds. */
  readonly intervalSeconds: number;
  /** The longest time of a push in seconds. After twice this time it is taken to be lost. */
  readonly timeoutSeconds: number;
  /**
   * Pushes once. It must not reject, and change nothing if its signal is aborted already.
   *
   * @param isLast Whether it is the one of {@linkcode RegularPushes.stop}.
   */
  push(signals: PushSignals, isLast: boolean): Promise<Report>;
  /** What is reported to who does not wait for the end of a push that others wait for. */
  left(): Report;
  /** Whether the server has asked to wait for longer. */
  mustWait(): boolean;
  /** The longest time until the next push in seconds, if the server must hear of it earlier. */
  mostSeconds?(): number;
  /** Is told what makes regular pushes impossible. */
  warn(message: string): void;
}

/** Pushes, one at a time: when somebody asks for one, and regularly between start and stop. */
export class RegularPushes<Report> {
  readonly #options: RegularPushesOptions<Report>;
  readonly #flights: Flights<Report>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the interval ends, in milliseconds. */
  #dueAt = 0;
  #isStarted = false;
  /** Number of callers who wait for a push. */
  #awaited = 0;
  /** Whether a push that {@linkcode start} began is running, and another is due. */
  #background = { isRunning: false, isDue: false };
  /** Whether the next push is the last one. */
  #endsNext = false;
  #stopping: Promise<Report> | undefined;

  constructor(options: RegularPushesOptions<Report>) {
    this.#options = options;
    this.#flights = new Flights((signals) => {
      const isLast = this.#endsNext && !signals.signal.aborted;
      if (isLast) this.#endsNext = false;
      return options.push({ ...signals, isAwaited: () => this.#awaited > 0 }, isLast);
    }, 2 * options.timeoutSeconds);
  }

  /** A push that somebody waits for. It is the next one, which all share who ask meanwhile. */
  flush(signal?: AbortSignal): Promise<Report> {
    this.#stopping = undefined;
    return this.#push(signal);
  }

  /** Pushes now, and then regularly. It keeps no process alive. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#stopping = undefined;
    this.#endsNext = false;
    this.#tick();
  }

  /** Ends what {@linkcode start} began, by a last push. A second call gives the same result. */
  stop(signal?: AbortSignal): Promise<Report> {
    this.#isStarted = false;
    clearTimeout(this.#timer);
    if (this.#stopping !== undefined) return this.#stopping;
    this.#endsNext = true;
    const stopping = this.#stopping = this.#push(signal).finally(() => {
      if (this.#stopping !== stopping) return;
      // One that was aborted before it began leaves no end for a later flush, and is no last push.
      this.#endsNext = false;
      if (signal?.aborted) this.#stopping = undefined;
    });
    return stopping;
  }

  #push(signal?: AbortSignal): Promise<Report> {
    this.#awaited++;
    return this.#run(signal).finally(() => this.#awaited--);
  }

  #run(signal?: AbortSignal): Promise<Report> {
    return this.#flights.run(signal, () => this.#options.left()).finally(() => {
      // What was pushed, or answered, may make the next one more urgent.
      if (this.#isStarted && this.#mostSeconds < Infinity) this.#plan();
    });
  }

  #tick(): void {
    if (!this.#isStarted) return;
    this.#dueAt = milliseconds() + this.#options.intervalSeconds * 1000;
    this.#plan();
    if (!this.#isStarted || this.#options.mustWait()) return;
    if (this.#background.isRunning) {
      this.#background.isDue = true;
      return this.#flights.supersede();
    }
    this.#background.isRunning = true;
    void this.#run().finally(() => {
      const { isDue } = this.#background;
      this.#background = { isRunning: false, isDue: false };
      // By a timer, so that the process may end between two pushes while no server answers.
      if (!isDue || !this.#isStarted) return;
      this.#dueAt = milliseconds();
      this.#plan();
    });
  }

  get #mostSeconds(): number {
    return this.#options.mostSeconds?.() ?? Infinity;
  }

  /** Sets the timer of the next push. */
  #plan(): void {
    clearTimeout(this.#timer);
    // A timer may be early by a millisecond, and then nothing would be urgent yet.
    const most = this.#mostSeconds * 1000 + 1;
    const delay = Math.min(Math.round(this.#dueAt - milliseconds()), most, maxTimerMs);
    try {
      this.#timer = setTimeout(() => this.#tick(), Math.max(delay, 0));
      unreferenced(this.#timer);
    } catch (error) {
      // Workers allow neither a timer nor a push outside of a request.
      this.#isStarted = false;
      const { owner, warn } = this.#options;
      const remedy = "call flush() in a request, or use pushAfterResponse()";
      warn(`${owner}.start(): there is no timer here: ${reasonOf(error)}; ${remedy}`);
    }
  }
}
