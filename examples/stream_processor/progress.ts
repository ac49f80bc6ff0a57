import type { Clock } from "./time.ts";

/** The contents of the progress line. */
export interface Status {
  readonly pass: number;
  /** Reports handed out in this pass, and reports in the file. */
  readonly reports: number;
  readonly total: number;
  /** Events processed since the start. */
  readonly processed: number;
  /** Events that wait for the processor. */
  readonly backlog: number;
  /** Seconds by which the pipeline runs behind its source. */
  readonly lag: number;
}

/** Where progress is shown, as `process.stdout` is. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Milliseconds between two drawings in a terminal, and between two lines if the output is a file
 * or a log.
 */
const INTERVALS = { terminal: 250, plain: 5_000 } as const;

/** Leaves the whole line within 80 columns: one that wraps could not be drawn in place. */
const BAR_WIDTH = 16;

/**
 * Shows how the replay gets on: a bar drawn in place in a terminal, a line every few seconds
 * elsewhere.
 */
export class Progress {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #read: () => Status;
  #timer: ReturnType<typeof setInterval> | undefined;
  #before: { readonly time: number; readonly processed: number } | undefined;
  #rate = 0;

  constructor(terminal: Terminal, clock: Clock, read: () => Status) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#read = read;
  }

  start(): void {
    const { terminal, plain } = INTERVALS;
    this.#before = { time: this.#clock(), processed: this.#read().processed };
    this.#timer = setInterval(() => this.draw(), this.#terminal.isTTY ? terminal : plain);
  }

  /** Draws now. */
  draw(): void {
    const status = this.#read();
    const text = describe(status, this.#measureRate(status.processed));
    // Back to the first column, then the rest of what stood there is deleted.
    this.#terminal.write(this.#terminal.isTTY ? `\r${text}\x1b[K` : `${text}\n`);
  }

  /** Draws a last time and leaves the line. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.draw();
    if (this.#terminal.isTTY) this.#terminal.write("\n");
  }

  /** Events per second over the last second or more, as a shorter time makes the number flicker. */
  #measureRate(processed: number): number {
    const time = this.#clock();
    const before = this.#before ?? { time, processed };
    const seconds = (time - before.time) / 1000;
    if (seconds >= 1 || this.#rate === 0) {
      this.#rate = seconds > 0 ? (processed - before.processed) / seconds : 0;
    }
    if (seconds >= 1) this.#before = { time, processed };
    return this.#rate;
  }
}

/** One line about the replay. */
export function describe(status: Status, rate: number): string {
  const share = status.reports / status.total;
  const full = Math.round(share * BAR_WIDTH);
  return [
    `[${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}]`,
    `${Math.floor(share * 100)}%`.padStart(4),
    ` pass ${status.pass}`,
    ` ${Math.round(rate)} events/s`,
    ` lag ${status.lag.toFixed(3)} s`,
    ` waiting ${status.backlog}`,
  ].join(" ");
}
