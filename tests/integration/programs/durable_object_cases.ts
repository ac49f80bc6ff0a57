/**
 * Cases of the aggregator that run in a Durable Object, each in one of its own: a request to a path
 * that is a case's name runs it there. A request to `/alarm` asks for an alarm, and waits for it.
 */
import {
  type DurableObjectStorage,
  durableObjectStore,
} from "../../../src/aggregate/stores/durable_object_store.ts";
import { storeCases } from "../../cases/stores.ts";

export interface Case {
  readonly name: string;
  run(): void | Promise<void>;
}

/** All cases, on an object's storage. */
export function casesOn(storage: DurableObjectStorage): readonly Case[] {
  return storeCases(() => ({ open: () => durableObjectStore(storage) }))
    .map(({ name, run }) => ({ name: `durableObjectStore in workerd ${name}`, run }));
}

interface State {
  readonly storage: DurableObjectStorage;
}

export class CaseObject {
  readonly #storage: DurableObjectStorage;
  readonly #alarm = Promise.withResolvers<Response>();

  constructor({ storage }: State) {
    this.#storage = storage;
  }

  async fetch({ url }: Request): Promise<Response> {
    const name = nameIn(url);
    if (name === "alarm") {
      await durableObjectStore(this.#storage).wake?.(0.05);
      return await this.#alarm.promise;
    }
    try {
      await casesOn(this.#storage).find((each) => each.name === name)?.run();
      return new Response("passed");
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error));
    }
  }

  alarm(): void {
    this.#alarm.resolve(new Response("passed"));
  }
}

interface Bindings {
  readonly CASES: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(request: Request): Promise<Response> };
  };
}

export default {
  async fetch(request: Request, { CASES }: Bindings): Promise<Response> {
    const name = nameIn(request.url);
    if (name === "") return new Response("ready");
    return await CASES.get(CASES.idFromName(name)).fetch(request);
  },
};

function nameIn(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
