import type { MetricJson } from "../registry/aggregators.ts";
import { AnnouncedWorkers } from "./announced_workers.ts";
import { AskedWorkers } from "./asked_workers.ts";
import type { ClusterHome } from "./home.ts";
import { Threads } from "./threads.ts";

/** The class of a registry, to which the other processes or threads are added. */
// deno-lint-ignore no-explicit-any -- what TypeScript asks of a class that is extended like this
export type RegistryClass = new (...args: any[]) => { readonly contentType: string };

/** What the class of a registry of processes or threads has itself. */
export interface ClusterStatics {
  /** Sets the registries that this process or thread gives. Throws if one is no registry. */
  setRegistries(registries: unknown): void;
  /** A registry with the aggregated metrics of several. */
  aggregate(
    lists: readonly (readonly MetricJson[])[],
    contentType?: string,
  ): ReturnType<ClusterHome["aggregate"]>;
}

/** A registry of all workers of a cluster. */
export interface ClusterMethods {
  /** The page of all. Rejects if a worker fails, or does not answer within five seconds. */
  clusterMetrics(): Promise<string>;
}

/** A registry whose processes or threads can leave their totals. */
export interface ShutdownMethods {
  /**
   * Waits for requests that are under way; a worker leaves its totals. Rejects if these do not arrive
   * in time, in milliseconds.
   */
  shutdown(timeout?: number): Promise<void>;
}

/** A registry of all worker threads. */
export interface ThreadMethods extends ShutdownMethods {
  /** Whether this thread asks the others. */
  readonly primary: boolean;
  /** The page of all others. Rejects if one fails, or does not answer within five seconds. */
  workerMetrics(): Promise<string>;
}

/** A class that is another, with more methods. */
export type Extended<
  Base extends RegistryClass,
  Methods,
  Given extends unknown[] = ConstructorParameters<Base>,
> =
  & (new (...args: Given) => InstanceType<Base> & Methods)
  & Omit<Base, "prototype">
  & ClusterStatics;

/** The `AggregatorRegistry` of prom-client. */
export function askingRegistry<Base extends RegistryClass>(
  Registry: Base,
  home: ClusterHome,
): Extended<Base, ClusterMethods> {
  const workers = new AskedWorkers(home);
  class AggregatorRegistry extends (Registry as RegistryClass) {
    // deno-lint-ignore no-explicit-any -- see above
    constructor(...args: any[]) {
      super(...args);
      workers.listen();
    }
    clusterMetrics(): Promise<string> {
      return workers.metrics();
    }
  }
  return withStatics(AggregatorRegistry, home, workers);
}

/** The `ClusterRegistry` of the client of the Prometheus project. */
export function clusterRegistry<Base extends RegistryClass>(
  Registry: Base,
  home: ClusterHome,
): Extended<Base, ClusterMethods & ShutdownMethods> {
  const workers = new AnnouncedWorkers(home);
  class ClusterRegistry extends (Registry as RegistryClass) {
    // deno-lint-ignore no-explicit-any -- see above
    constructor(...args: any[]) {
      super(...args);
      workers.listen();
    }
    clusterMetrics(): Promise<string> {
      return workers.metrics(this.contentType);
    }
    shutdown(timeout?: number): Promise<void> {
      return workers.shutdown(timeout);
    }
  }
  return withStatics(ClusterRegistry, home, workers);
}

/** The `WorkerRegistry` of the client of the Prometheus project. */
export function workerRegistry<Base extends RegistryClass>(
  Registry: Base,
  home: ClusterHome,
): Extended<Base, ThreadMethods, [contentType?: string, primary?: boolean]> & {
  workerCount(): number;
} {
  const threads = new Threads(home);
  class WorkerRegistry extends (Registry as RegistryClass) {
    readonly primary: boolean;

    constructor(contentType?: string, primary: boolean = threads.isMain) {
      super(contentType);
      this.primary = primary;
      threads.listen(primary);
    }
    workerMetrics(): Promise<string> {
      return threads.metrics(this.contentType);
    }
    shutdown(timeout?: number): Promise<void> {
      return threads.shutdown(this.primary, timeout);
    }
  }
  return Object.assign(
    withStatics<Base, ThreadMethods, [contentType?: string, primary?: boolean]>(
      WorkerRegistry,
      home,
      threads,
    ),
    { workerCount: () => threads.count },
  );
}

function withStatics<
  Base extends RegistryClass,
  Methods,
  Given extends unknown[] = ConstructorParameters<Base>,
>(
  Registry: RegistryClass,
  home: ClusterHome,
  members: Pick<ClusterStatics, "setRegistries">,
): Extended<Base, Methods, Given> {
  const statics: ClusterStatics = {
    setRegistries: (registries) => members.setRegistries(registries),
    aggregate: (lists, contentType) => home.aggregate(lists, contentType),
  };
  return Object.assign(Registry, statics) as unknown as Extended<Base, Methods, Given>;
}
