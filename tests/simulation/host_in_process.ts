import { Aggregator, createAggregatorApp, memoryStore } from "../../src/aggregate.ts";
import { CrashingStore } from "./crashing_store.ts";
import { familiesAsJson } from "./families_json.ts";
import { bearer, familiesPath, type Host } from "./host.ts";
import type { Random } from "./random.ts";

const logger = { info() {}, warn() {}, error() {} };

/** What answers requests: an aggregator's app. */
interface App {
  request(path: string, init?: RequestInit): Response | Promise<Response>;
}

/** An aggregator in this process. A crash is a new one on the same store, which the old one cannot reach. */
class Member {
  readonly #kept = memoryStore();
  #aggregator!: Aggregator;
  #store!: CrashingStore;
  #app!: App;
  /** Rejects when it crashes. */
  #crash!: Promise<never>;
  crashes = 0;

  constructor() {
    this.#start();
  }

  get aggregator(): Aggregator {
    return this.#aggregator;
  }

  get store(): CrashingStore {
    return this.#store;
  }

  /** Sends a request. What is answered in the turn of a crash does not arrive. */
  async request(path: string, init?: RequestInit): Promise<Response> {
    const answer = path === familiesPath
      ? familiesAsJson(this.#aggregator)
      : Promise.resolve(this.#app.request(path, init));
    answer.catch(() => {});
    return await Promise.race([this.#crash, answer.then((response) => response)]);
  }

  #start(): void {
    let fail: (error: Error) => void;
    this.#crash = new Promise<never>((_, reject) => fail = reject);
    this.#crash.catch(() => {});
    this.#store = new CrashingStore(this.#kept, () => {
      this.crashes++;
      fail(new Error("the aggregator crashed"));
      this.#start();
      // What a process frees by its end.
      aggregator.close().catch(() => {});
    });
    const aggregator = this.#aggregator = new Aggregator({
      store: this.#store,
      staleSeconds: 100_000,
      cardinality: { series: 100_000 },
      logger,
    });
    this.#app = createAggregatorApp({ aggregator, authorize: { bearer } });
  }
}

/** An aggregator in this process, or several of which each has a part of the clients. */
export class HostInProcess implements Host {
  readonly #random: Random;
  readonly #trouble: number;
  readonly #members: readonly Member[];
  /** What adds up the parts. */
  readonly #front: Aggregator | undefined;
  readonly #frontApp: App | undefined;
  #isCalm = false;

  /**
   * @param trouble The probability that a request brings some.
   * @param shards Number of parts; 1 for an aggregator alone.
   */
  constructor(random: Random, trouble: number, shards: number) {
    this.#random = random;
    this.#trouble = trouble;
    this.#members = Array.from({ length: shards }, () => new Member());
    if (shards === 1) return;
    const authorized = (init: RequestInit) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${bearer}`);
      return { ...init, headers };
    };
    this.#front = new Aggregator({
      shards: this.#members.map((member) => ({
        fetch: (url, init) => member.request(new URL(url).pathname, authorized(init)),
      })),
      logger,
    });
    this.#frontApp = createAggregatorApp({ aggregator: this.#front, authorize: { bearer } });
  }

  get crashes(): number {
    return this.#members.reduce((sum, { crashes }) => sum + crashes, 0);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async request(path: string, init?: RequestInit): Promise<Response> {
    if (this.#front === undefined) return await this.#members[0].request(path, init);
    if (path === familiesPath) return await familiesAsJson(this.#front);
    return await this.#frontApp!.request(path, init);
  }

  tick(): void {
    const random = this.#random;
    const isTrouble = random.chance(this.#trouble);
    const { store } = random.pick(this.#members);
    const kind = random.below(8);
    if (!isTrouble || this.#isCalm) return;
    switch (kind) {
      case 0:
        return store.die();
      case 1:
      case 2:
        return store.endAppend("crash after");
      case 3:
        return store.endAppend("crash before");
      case 4:
        return store.endReplace("crash before");
      case 5:
        return store.endReplace("crash after");
      case 6:
        return store.endAppend("failure before");
      default:
        return store.endAppend("failure after");
    }
  }

  calm(): void {
    this.#isCalm = true;
    for (const { store } of this.#members) {
      store.endAppend(undefined);
      store.endReplace(undefined);
    }
  }

  restart(): Promise<void> {
    for (const { store } of this.#members) store.die();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#front?.close();
    await Promise.all(this.#members.map(({ aggregator }) => aggregator.close()));
  }
}
