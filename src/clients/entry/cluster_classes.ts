import { AnnouncedWorkers } from "../cluster/announced_workers.ts";
import { AskedWorkers } from "../cluster/asked_workers.ts";
import type { ClusterHome } from "../cluster/home.ts";
import { Threads } from "../cluster/threads.ts";
import { prometheusContentType } from "../registry/content_types.ts";
import type { ClientRegistry } from "../registry/registry.ts";
import { named } from "./named.ts";
import type { MetricLists, RegistryParts } from "./registry_class.ts";

/** A class of registries. */
export type RegistryOf = new (contentType?: string) => ClientRegistry;

/** The registry of a cluster as prom-client 15 has it. */
export function askingRegistry(parts: RegistryParts): RegistryOf {
  const { Registry, aggregate } = parts;
  const workers = new AskedWorkers(homeOf(parts));
  return named(
    "AggregatorRegistry",
    class extends Registry {
      constructor(contentType: string = prometheusContentType) {
        super(contentType);
        workers.listen();
      }

      override get contentType(): string {
        return super.contentType;
      }

      static aggregate(lists: MetricLists, contentType?: string): ClientRegistry {
        return aggregate(lists, contentType);
      }

      static setRegistries(registries: unknown): void {
        workers.setRegistries(registries);
      }

      clusterMetrics(): Promise<string> {
        return workers.metrics();
      }
    },
  );
}

/** The registry of a cluster as the client of the Prometheus project has it. */
export function announcingRegistry(parts: RegistryParts): RegistryOf {
  const { Registry, aggregate } = parts;
  const workers = new AnnouncedWorkers(homeOf(parts));
  return named(
    "ClusterRegistry",
    class extends Registry {
      constructor(contentType: string = prometheusContentType) {
        super(contentType);
        workers.listen();
      }

      override get contentType(): string {
        return super.contentType;
      }

      static aggregate(lists: MetricLists, contentType?: string): ClientRegistry {
        return aggregate(lists, contentType);
      }

      static setRegistries(registries: unknown): void {
        workers.setRegistries(registries);
      }

      clusterMetrics(): Promise<string> {
        return workers.metrics(this.contentType);
      }

      shutdown(timeout?: number): Promise<void> {
        return workers.shutdown(timeout);
      }
    },
  );
}

/** The registry of worker threads as the client of the Prometheus project has it. */
export function threadsRegistry(parts: RegistryParts): RegistryOf {
  const { Registry, aggregate } = parts;
  const threads = new Threads(homeOf(parts));
  return named(
    "WorkerRegistry",
    class extends Registry {
      /** Whether this thread asks the others. */
      readonly primary: boolean;

      constructor(contentType: string = prometheusContentType, primary: boolean = threads.isMain) {
        super(contentType);
        this.primary = primary;
        threads.listen(primary);
      }

      override get contentType(): string {
        return super.contentType;
      }

      static aggregate(lists: MetricLists, contentType?: string): ClientRegistry {
        return aggregate(lists, contentType);
      }

      static workerCount(): number {
        return threads.count;
      }

      static setRegistries(registries: unknown): void {
        threads.setRegistries(registries);
      }

      workerMetrics(): Promise<string> {
        return threads.metrics(this.contentType);
      }

      shutdown(timeout?: number): Promise<void> {
        return threads.shutdown(this.primary, timeout);
      }
    },
  );
}

function homeOf({ Registry, register, aggregate }: RegistryParts): ClusterHome {
  return {
    register: register as never,
    isRegistry: (value) => value instanceof Registry,
    aggregate,
  };
}
