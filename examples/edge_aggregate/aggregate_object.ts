// The Durable Object that has the sums of all isolates, or of a part of them.
import {
  Aggregator,
  createAggregatorApp,
  type DurableObjectStorage,
  durableObjectStore,
} from "@edgeprom/edgeprom/aggregate";
import { RemoteWriter } from "@edgeprom/edgeprom/push";

/** What it is given by wrangler.jsonc, secrets and .dev.vars. */
export interface ObjectBindings {
  /** Where it sends the sums every 15 s, if it does: a server that takes Remote Write. */
  readonly REMOTE_WRITE_URL?: string;
  readonly REMOTE_WRITE_TOKEN?: string;
}

/** What a Durable Object has of itself. */
export interface ObjectState {
  readonly id: { toString(): string };
  readonly storage: DurableObjectStorage;
}

export class AggregateObject {
  readonly #aggregator: Aggregator;
  readonly #app: ReturnType<typeof createAggregatorApp>;
  readonly #writer?: RemoteWriter;

  constructor({ id, storage }: ObjectState, bindings: ObjectBindings) {
    const { REMOTE_WRITE_URL: url, REMOTE_WRITE_TOKEN: bearer } = bindings;
    this.#aggregator = new Aggregator({
      // An alarm is the only timer of an object. The store sets it for what expires, too.
      store: durableObjectStore(storage, url ? { alarmSeconds: 15 } : {}),
      staleSeconds: 300, // then the gauges of an isolate that sends nothing no longer count
      // No idleSeconds: what is idle in one object only would make the sum of all go down.
      cardinality: { series: 20_000 },
    });
    // Nobody but the Worker reaches this object, and the Worker has checked who asks.
    this.#app = createAggregatorApp({ aggregator: this.#aggregator, authorize: () => true });
    if (url) {
      this.#writer = new RemoteWriter({
        url,
        authorization: bearer ? { bearer } : undefined,
        gatherer: this.#aggregator,
        labels: { job: "shop", instance: id.toString() }, // one for each object
        timeoutSeconds: 10,
        logger: console,
      });
    }
  }

  async fetch(request: Request): Promise<Response> {
    return await this.#app.fetch(request);
  }

  async alarm(): Promise<void> {
    await this.#aggregator.maintain();
    await this.#writer?.flush();
  }
}
