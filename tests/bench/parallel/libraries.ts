import type { MetricsRegistryOptions } from "../../../mod.ts";
import { edgeprom } from "../contenders/edgeprom.ts";
import type { ContenderName, Library } from "../contenders/library.ts";
import { prometheusClient, type Registry } from "../contenders/prometheus_client.ts";
import { type Member, type MemberTask, startProcess, startThread } from "./members.ts";

type Edgeprom = typeof import("../../../mod.ts");
type EdgepromWorkers = typeof import("../../../src/workers.ts");

/** The part of the official client for threads and processes. */
interface Client {
  readonly Registry: new () => Registry;
  readonly WorkerRegistry: CommonRegistry<{ workerMetrics(): Promise<string> }>;
  readonly ClusterRegistry: CommonRegistry<{ clusterMetrics(): Promise<string> }>;
}

interface CommonRegistry<Made> {
  new (): Made;
  setRegistries(registries: readonly Registry[]): void;
}

// The packed library and the peer, from `node_modules`.
const core: string = "@edgeprom/edgeprom";
const workers: string = "@edgeprom/edgeprom/workers";
const client: string = "@prometheus-io/client";

/** The libraries that can be scraped for all threads or processes. */
export type ParallelContender = Extract<ContenderName, "edgeprom" | "@prometheus-io/client">;

/** All such libraries. */
export const parallelContenders: readonly ParallelContender[] = [
  "edgeprom",
  "@prometheus-io/client",
];

/** The library of a thread or process that has joined the others. */
export async function libraryOfMember(
  { contender, kind, handle, limit }: MemberTask,
): Promise<Library> {
  if (contender === "edgeprom") {
    const { joinSharedRegistry, serveProcess }: EdgepromWorkers = await import(workers);
    if (kind === "thread") {
      return await edgeprom({ registry: joinSharedRegistry(handle!, limited(limit)) });
    }
    const { MetricsRegistry }: Edgeprom = await import(core);
    const registry = new MetricsRegistry();
    serveProcess(registry);
    return await edgeprom({ registry });
  }
  const { Registry, WorkerRegistry, ClusterRegistry }: Client = await import(client);
  const Common = kind === "thread" ? WorkerRegistry : ClusterRegistry;
  const registry = new Registry();
  Common.setRegistries([registry]);
  new Common();
  return await prometheusClient(client, registry);
}

/** Options of a registry with a limit, or with the one that it has by default. */
export function limited(seriesPerFamily: number | undefined): MetricsRegistryOptions {
  return seriesPerFamily === undefined ? {} : {
    cardinality: { seriesPerFamily, onOverflow() {} },
  };
}

/** The thread or process that starts the others and is scraped for all. */
export interface Coordinator {
  page(): Promise<Uint8Array>;
  start(task: MemberTask): Promise<Member>;
}

/** Makes this thread or process the coordinator. */
export async function coordinatorOf(
  contender: ParallelContender,
  kind: MemberTask["kind"],
  limit?: number,
): Promise<Coordinator> {
  const utf8 = new TextEncoder();
  if (contender === "edgeprom") {
    const { ProcessAggregator, sharedRegistry }: EdgepromWorkers = await import(workers);
    if (kind === "thread") {
      const registry = sharedRegistry({ name: crypto.randomUUID(), ...limited(limit) });
      return {
        page: () => registry.encode(),
        start: (task) => startThread({ ...task, handle: registry.handle() }),
      };
    }
    const { MetricsRegistry }: Edgeprom = await import(core);
    const aggregator = new ProcessAggregator({ deadlineMilliseconds: 5000 });
    const page = new MetricsRegistry();
    page.register({ collect: async (signal) => (await aggregator.gather({ signal })).families });
    return {
      page: () => page.encode(),
      start: (task) => startProcess(task, (process) => aggregator.add(process)),
    };
  }
  const { Registry, WorkerRegistry, ClusterRegistry }: Client = await import(client);
  if (kind === "thread") {
    const all = new WorkerRegistry();
    return {
      page: async () => utf8.encode(await all.workerMetrics()),
      start: (task) => startThread(task),
    };
  }
  // The primary of a cluster is asked as well, and has no metrics.
  ClusterRegistry.setRegistries([new Registry()]);
  const all = new ClusterRegistry();
  return {
    page: async () => utf8.encode(await all.clusterMetrics()),
    start: (task) => startProcess(task),
  };
}
