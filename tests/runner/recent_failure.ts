import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The memory, in a file, that something failed a short time ago. */
export class RecentFailure {
  readonly #path: string;
  readonly #subject: string;
  readonly #minutes: number;

  /**
   * @param subject What failed; a file about another subject counts for nothing.
   * @param minutes How long a failure is recent.
   */
  constructor(path: string, subject: string, minutes: number) {
    this.#path = path;
    this.#subject = subject;
    this.#minutes = minutes;
  }

  /** Whether it failed, and not longer ago than these minutes. */
  isRecent(now: number = Date.now()): boolean {
    try {
      const { subject, time } = JSON.parse(readFileSync(this.#path, "utf8"));
      // The clock may have been set back since then.
      return subject === this.#subject && now >= time && now - time < this.#minutes * 60_000;
    } catch {
      return false;
    }
  }

  /** Records a failure, or forgets the last one after a success. */
  record(failed: boolean, now: number = Date.now()): void {
    if (!failed) return rmSync(this.#path, { force: true });
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, JSON.stringify({ subject: this.#subject, time: now }));
  }
}
