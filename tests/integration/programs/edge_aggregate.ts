/** The example `edge_aggregate` with paths by which a test does to an object what a platform does. */
import {
  AggregateObject as Example,
  type ObjectBindings,
  type ObjectState,
} from "../../../examples/edge_aggregate/aggregate_object.ts";
import worker, { type Bindings } from "../../../examples/edge_aggregate/worker.ts";

type State = ObjectState & { abort(reason: string): void };

export class AggregateObject extends Example {
  readonly #state: State;

  constructor(state: State, bindings: ObjectBindings) {
    super(state, bindings);
    this.#state = state;
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/evict") this.#state.abort("evicted by the test");
    if (pathname !== "/alarm") return await super.fetch(request);
    await this.alarm();
    return new Response("done\n");
  }
}

export default {
  async fetch(request: Request, bindings: Bindings, context: never): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, shard] = pathname.match(/^\/shards\/(\d+)\//) ?? [];
    if (shard === undefined) return await worker.fetch(request, bindings, context);
    const { AGGREGATES } = bindings;
    const object = AGGREGATES.get(AGGREGATES.idFromName(`shard-${shard}`));
    const own = new URL(pathname.replace(/^\/shards\/\d+/, ""), request.url);
    return await object.fetch(own.href, {}).catch((error) => new Response(`${error}`));
  },
};
