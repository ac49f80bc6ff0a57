import type { FlightFile } from "./flight_file.ts";

/** One report on its way to the processor. */
export interface FlightMessage {
  /** The airport of departure; empty if the line names none. */
  readonly origin: string;
  /** The unchanged line of the file. */
  readonly line: string;
  /** When the report came, in milliseconds since 1970. */
  readonly arrival: number;
  /** What to add to the times in the line, in milliseconds: 0 in the first pass. */
  readonly shift: number;
}

/** How far a replay has got. */
export interface ReplayPosition {
  /** Number of the pass over the file, from 1. */
  readonly pass: number;
  /** Reports handed out in this pass. */
  readonly reports: number;
  /** Reports in the file. */
  readonly total: number;
}

/**
 * Hands out the reports in the order of their arrival. In a loop every pass is later than the one
 * before it by the period of the file: time goes on, and the second pass is no repetition of the
 * first that would be dropped as duplicates.
 */
export class Replay {
  readonly #file: FlightFile;
  readonly #loop: boolean;
  #pass = 0;
  #next = 0;

  constructor(file: FlightFile, loop: boolean) {
    this.#file = file;
    this.#loop = loop;
  }

  get position(): ReplayPosition {
    return { pass: this.#pass + 1, reports: this.#next, total: this.#file.reports.length };
  }

  /** Whether all reports have been handed out; never in a loop. */
  get isFinished(): boolean {
    return !this.#loop && this.#next === this.#file.reports.length;
  }

  /** The next report, or undefined at the end. */
  next(): FlightMessage | undefined {
    if (this.isFinished) return undefined;
    if (this.#next === this.#file.reports.length) {
      this.#pass++;
      this.#next = 0;
    }
    const { line, arrival } = this.#file.reports[this.#next++];
    const shift = this.#pass * this.#file.period;
    return { origin: line.split(",")[3] ?? "", line, arrival: arrival + shift, shift };
  }
}
