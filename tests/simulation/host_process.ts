import { freePort } from "../support/network.ts";
import { type Running, start } from "../support/process.ts";
import { until } from "../support/until.ts";
import type { Host } from "./host.ts";
import type { Random } from "./random.ts";

export interface HostProcessOptions {
  readonly random: Random;
  /** How the program is started, without its own arguments. */
  readonly command: readonly [executable: string, ...args: readonly string[]];
  readonly database: string;
  /** How often it is killed. */
  readonly kills: number;
  /** Requests between two kills, on average. */
  readonly requestsPerKill: number;
}

/** An aggregator that is a process of its own, and is killed: by itself after a write, or from here. */
export class HostProcess implements Host {
  readonly #options: HostProcessOptions;
  readonly #random: Random;
  #port = 0;
  #running: Running | undefined;
  #ready: Promise<void> = Promise.resolve();
  /** The number of the request at which it is killed from here. */
  #killAt = Infinity;
  #requests = 0;
  #inFlight = 0;
  #isKilledFromHere = false;
  #isClosing = false;
  #isCalm = false;
  crashes = 0;
  /** Kills by itself, right after a write. */
  ownKills = 0;

  constructor(options: HostProcessOptions) {
    this.#options = options;
    this.#random = options.random;
    this.#ready = this.#start();
    this.#ready.catch(() => {});
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  async request(path: string, init?: RequestInit): Promise<Response> {
    this.#inFlight++;
    try {
      const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, init);
      const bytes = await response.arrayBuffer();
      return new Response(bytes, { status: response.status, headers: response.headers });
    } finally {
      this.#inFlight--;
    }
  }

  tick(): void {
    this.#requests++;
    if (this.#requests < this.#killAt || this.#inFlight === 0 || this.#isCalm) return;
    this.#killAt = Infinity;
    // Some of what is in flight is then read, some written, some answered.
    setTimeout(() => this.#kill(), this.#random.next() * 4);
  }

  calm(): void {
    this.#isCalm = true;
    this.#killAt = Infinity;
  }

  async restart(): Promise<void> {
    await this.#kill();
    await this.#ready;
  }

  #kill(): Promise<unknown> | undefined {
    this.#isKilledFromHere = true;
    return this.#running?.stop("SIGKILL");
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#running?.stop("SIGKILL");
  }

  async #start(): Promise<void> {
    const { command: [executable, ...args], database, kills, requestsPerKill } = this.#options;
    const random = this.#random;
    this.#port = await freePort();
    const own: string[] = [];
    if (this.crashes < kills && !this.#isCalm) {
      const after = random.between(1, 2 * requestsPerKill - 1);
      const manner = random.below(8);
      // Two thirds of the requests become an append.
      if (manner < 4) own.push("APPEND", String(Math.ceil(after / 2)));
      else if (manner === 4) own.push("REPLACE", "1");
      // There may be no checkpoint for long.
      if (manner >= 4) this.#killAt = this.#requests + after;
    }
    const running = start(executable, [...args, String(this.#port), database, ...own]);
    this.#running = running;
    void running.exit.then(({ code, signal }) => {
      const isFromHere = this.#isKilledFromHere;
      this.#isKilledFromHere = false;
      this.#killAt = Infinity;
      if (this.#isClosing) return;
      if (signal !== "SIGKILL" && code !== 137) {
        console.error(`the aggregator ended with ${code ?? signal}:\n${running.output()}`);
      }
      this.crashes++;
      if (!isFromHere) this.ownKills++;
      this.#ready = this.#start();
      this.#ready.catch(() => {});
    });
    const url = `http://127.0.0.1:${this.#port}/health`;
    await until(async () => {
      try {
        const response = await fetch(url);
        await response.body?.cancel();
        return response.ok;
      } catch {
        return false;
      }
    });
  }
}
