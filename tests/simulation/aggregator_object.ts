/** The aggregator of a simulation, as a Durable Object that can be told to die. */
import { Hono } from "hono";
import {
  type AggregateStore,
  Aggregator,
  createAggregatorApp,
  type DurableObjectStorage,
  durableObjectStore,
} from "../../src/aggregate.ts";
import { familiesAsJson } from "./families_json.ts";
import { bearer, crashedHeader, familiesPath, objectPaths } from "./host.ts";

interface State {
  readonly storage: DurableObjectStorage;
  abort(reason: string): void;
}

export class AggregatorObject {
  readonly #app = new Hono();
  readonly #aggregator: Aggregator;

  constructor(state: State) {
    const store = new MortalStore(durableObjectStore(state.storage), state);
    const aggregator = this.#aggregator = new Aggregator({
      store,
      staleSeconds: 100_000,
      cardinality: { series: 100_000 },
    });
    this.#app.post(objectPaths.evict, () => state.abort("evicted") as never);
    this.#app.post(objectPaths.dieAppending, ({ body }) => {
      store.diesAppending = true;
      return body(null);
    });
    this.#app.get(familiesPath, () => familiesAsJson(aggregator));
    this.#app.route("/", createAggregatorApp({ aggregator, authorize: { bearer } }));
  }

  async fetch(request: Request): Promise<Response> {
    return await this.#app.fetch(request);
  }

  async alarm(): Promise<void> {
    await this.#aggregator.maintain();
  }
}

/** A store whose object may die right after an append, before anybody is told. */
class MortalStore implements AggregateStore {
  readonly #store: AggregateStore;
  readonly #state: State;
  readonly longestBytes: number | undefined;
  diesAppending = false;

  constructor(store: AggregateStore, state: State) {
    this.#store = store;
    this.#state = state;
    this.longestBytes = store.longestBytes;
  }

  load() {
    return this.#store.load();
  }

  async append(entries: readonly Uint8Array[]): Promise<void> {
    await this.#store.append(entries);
    if (this.diesAppending) this.#state.abort("died after an append");
  }

  replace(checkpoint: readonly Uint8Array[]) {
    return this.#store.replace(checkpoint);
  }

  wake(seconds: number) {
    return this.#store.wake?.(seconds);
  }
}

interface Bindings {
  readonly AGGREGATOR: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(request: Request): Promise<Response> };
  };
}

export default {
  async fetch(request: Request, { AGGREGATOR }: Bindings): Promise<Response> {
    try {
      return await AGGREGATOR.get(AGGREGATOR.idFromName("all")).fetch(request);
    } catch (error) {
      return new Response(String(error), { status: 500, headers: { [crashedHeader]: "yes" } });
    }
  },
};
