import { type ObjectsWorker, serveObjects } from "../runtimes/durable_objects.ts";
import { crashedHeader, type Host, objectPaths } from "./host.ts";
import type { Random } from "./random.ts";

export interface HostWorkerdOptions {
  readonly random: Random;
  /** How often the object dies, or the process with it. */
  readonly crashes: number;
  /** Requests between two of these, on average. */
  readonly requestsPerCrash: number;
}

/** How an object dies. */
type End = "evict" | "dieAppending" | "kill";

/** An aggregator in a Durable Object: it is evicted, dies while it writes, or is killed with workerd. */
export class HostWorkerd implements Host {
  readonly #options: HostWorkerdOptions;
  readonly #worker: ObjectsWorker;
  #ready: Promise<void> = Promise.resolve();
  #requests = 0;
  #nextAt: number;
  #isCalm = false;
  /** How often it died, by how. */
  readonly ends: Record<End, number> = { evict: 0, dieAppending: 0, kill: 0 };

  private constructor(options: HostWorkerdOptions, worker: ObjectsWorker) {
    this.#options = options;
    this.#worker = worker;
    this.#nextAt = this.#pick();
  }

  static async start(options: HostWorkerdOptions): Promise<HostWorkerd> {
    const worker = await serveObjects({
      source: "tests/simulation/aggregator_object.ts",
      classes: { AGGREGATOR: "AggregatorObject" },
      path: "/health",
    });
    return new HostWorkerd(options, worker);
  }

  get crashes(): number {
    return Object.values(this.ends).reduce((sum, count) => sum + count);
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  async request(path: string, init?: RequestInit): Promise<Response> {
    const response = await fetch(`${this.#worker.url}${path}`, init);
    const bytes = await response.arrayBuffer();
    const { status, headers } = response;
    if (headers.has(crashedHeader)) throw new Error("the aggregator crashed");
    return new Response(bytes, { status, headers });
  }

  tick(): void {
    if (++this.#requests < this.#nextAt || this.#isCalm) return;
    if (this.crashes >= this.#options.crashes) return;
    this.#nextAt = this.#requests + this.#pick();
    const end = this.#options.random.pick(["evict", "dieAppending", "kill"] as const);
    this.ends[end]++;
    // Somewhat later, so that some of what is in flight is read, some written, some answered.
    setTimeout(() => void this.#end(end), this.#options.random.next() * 4);
  }

  calm(): void {
    this.#isCalm = true;
  }

  async restart(): Promise<void> {
    await this.#ready;
    await this.#kill();
  }

  async close(): Promise<void> {
    await this.#ready.catch(() => {});
    await this.#worker.stop();
  }

  async #end(end: End): Promise<void> {
    if (end === "kill") return await this.#kill();
    await this.request(objectPaths[end], { method: "POST" }).catch(() => {});
  }

  #kill(): Promise<void> {
    return this.#ready = this.#ready.then(() => this.#worker.crash());
  }

  #pick(): number {
    return this.#options.random.between(1, 2 * this.#options.requestsPerCrash - 1);
  }
}
