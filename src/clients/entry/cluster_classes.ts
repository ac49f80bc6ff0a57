import { AnnouncedWorkers } from "../cluster/announced_workers.ts";
import { AskedWorkers } from "../cluster/asked_workers.ts";
import type { ClusterHome } from "../cluster/home.ts";
import { Threads } from "../cluster/threads.ts";
import type { ClientRegistry } from "../registry/registry.ts";
import { named } from "./named.ts";
import type { RegistryParts } from "./registry_class.ts";

/** A class of registries. */
export type RegistryOf = new (contentType?: string) => ClientRegistry;

/** The registry of a cluster as prom-client 15 has it. */
export function askingRegistry(parts: RegistryParts): RegistryOf {
  const workers = new AskedWorkers(homeOf(parts));
  class AggregatorRegistry extends parts.Registry {
    constructor(contentType?: string) {
      super(contentType);
      workers.listen();
    }

    clusterMetrics(): Promise<string> {
      return workers.metrics();
    }
  }
  return completed("AggregatorRegistry", AggregatorRegistry, parts, workers);
}

/** The registry of a cluster as the client of the Prometheus project has it. */
export function announcingRegistry(parts: RegistryParts): RegistryOf {
  const workers = new AnnouncedWorkers(homeOf(parts));
  class ClusterRegistry extends parts.Registry {
    constructor(contentType?: string) {
      super(contentType);
      workers.listen();
    }

    clusterMetrics(): Promise<string> {
      return workers.metrics(this.contentType);
    }

    shutdown(timeout?: number): Promise<void> {
      return workers.shutdown(timeout);
    }
  }
  return completed("ClusterRegistry", ClusterRegistry, parts, workers);
}

/** The registry of worker threads as the client of the Prometheus project has it. */
export function threadsRegistry(parts: RegistryParts): RegistryOf {
  const threads = new Threads(homeOf(parts));
  class WorkerRegistry extends parts.Registry {
    /** Whether this thread asks the others. */
    readonly primary: boolean;

    constructor(contentType?: string, primary: boolean = threads.isMain) {
      super(contentType);
      this.primary = primary;
      threads.listen(primary);
    }

    static workerCount(): number {
      return threads.count;
    }

    workerMetrics(): Promise<string> {
      return threads.metrics(this.contentType);
    }

    shutdown(timeout?: number): Promise<void> {
      return threads.shutdown(this.primary, timeout);
    }
  }
  return completed("WorkerRegistry", WorkerRegistry, parts, threads);
}

/** A class with its name, and the functions that all of them have. */
function completed(
  name: string,
  Registry: RegistryOf,
  { aggregate }: RegistryParts,
  asked: { setRegistries(registries: unknown): void },
): RegistryOf {
  const functions = {
    aggregate,
    setRegistries: (registries: unknown) => asked.setRegistries(registries),
  };
  for (const [key, value] of Object.entries(functions)) {
    Object.defineProperty(Registry, key, { value, configurable: true, writable: true });
  }
  return named(name, Registry);
}

function homeOf({ Registry, register, aggregate }: RegistryParts): ClusterHome {
  return {
    register: register as never,
    isRegistry: (value) => value instanceof Registry,
    aggregate,
  };
}
