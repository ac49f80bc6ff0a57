import type { Gatherer, MetricFamily } from "../../../mod.ts";

type EdgepromCore = typeof import("../../../src/core.ts");
type EdgepromWorkers = typeof import("../../../src/workers.ts");
type Writer = typeof import("../../../src/deltas/batches/batch_writer.ts");
type Reader = typeof import("../../../src/deltas/batches/batch_reader.ts");

/** The packed library; what is named in the source would be bundled. */
const specifier: string = "@edgeprom/edgeprom";

/** No export of the package leads to the bytes of batches, so they are loaded as files. */
const deltas = "./node_modules/@edgeprom/edgeprom/src/deltas/batches/";

/** An aggregator that merges states: it keeps what each client has, whole, and adds it up at a scrape. */
export interface StateMerging {
  /** The state of a client, as it is sent. */
  send(gatherer: Gatherer): Promise<Uint8Array<ArrayBuffer>>;
  /** Takes the state of a client in place of the last one. */
  receive(client: string, bytes: Uint8Array): void;
  /** The page of all clients. */
  page(): Uint8Array<ArrayBuffer>;
}

/**
 * State merging as well as it can be done with the same parts: the same bytes for the same series,
 * the same merge of snapshots. A client always sends all that it has, so a state that comes twice
 * does no harm, and an aggregator keeps as many copies of a series as there are clients.
 */
export async function stateMerging(): Promise<StateMerging> {
  const { prometheusText }: EdgepromCore = await import(`${specifier}/core`);
  const { mergeGatherings }: EdgepromWorkers = await import(`${specifier}/workers`);
  const load = (name: string) => import(new URL(deltas + name, import.meta.url).href);
  const { encodeFamilies }: Writer = await load("batch_writer.js");
  const { decodeFamilies }: Reader = await load("batch_reader.js");
  const states = new Map<string, readonly MetricFamily[]>();
  return {
    async send(gatherer) {
      const { families } = await gatherer.gather();
      return encodeFamilies(families.map((family) => ({ family })), Infinity)[0].bytes;
    },
    receive(client, bytes) {
      states.set(client, decodeFamilies(bytes).map(({ family }) => family));
    },
    page() {
      const workers = Array.from(states, ([worker, families]) => ({ worker, families }));
      return prometheusText.encode(mergeGatherings(workers).families);
    },
  };
}
