import { familyNames } from "../contenders/library.ts";
import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";

type Edgeprom = typeof import("../../../mod.ts");
type Runtime = typeof import("../../../src/runtime.ts");
type Probe = NonNullable<Parameters<Runtime["registerRuntimeMetrics"]>[1]>["include"];

interface PrometheusClient {
  readonly Registry: new () => { metrics(): Promise<string> };
  collectDefaultMetrics(options: { register: object }): void;
}

const packages = {
  edgeprom: "@edgeprom/edgeprom" as string,
  runtime: "@edgeprom/edgeprom/runtime" as string,
};

const probes = [
  "process_cpu",
  "process_memory",
  "process_files",
  "process_threads",
  "process_start_time",
  "version",
  "heap",
  "heap_spaces",
  "gc",
  "eventloop_delay",
  "eventloop_time",
  "active_resources",
] as const;

/** What a scrape of the runtime's metrics costs: of all, and of each probe that the runtime has. */
export async function probing(settings: Settings): Promise<Measurement[]> {
  const operations: Operation[] = [all];
  for (const probe of probes) {
    if (await isThere([probe])) operations.push(gatherOf(probe));
  }
  return await timeAll(operations.filter(({ name }) => settings.only.test(name)), settings);
}

const all: Operation = {
  name: "scrape runtime metrics",
  unit: "µs",
  contenders: {
    edgeprom: async () => {
      const registry = await registryWith();
      return pages(async () => (await registry.encode()).length);
    },
    ...Object.fromEntries(
      familyNames.map((name) => [
        name,
        async () => {
          const { Registry, collectDefaultMetrics }: PrometheusClient = await import(name);
          const register = new Registry();
          collectDefaultMetrics({ register });
          return pages(async () => (await register.metrics()).length);
        },
      ]),
    ),
  },
};

function gatherOf(probe: typeof probes[number]): Operation {
  return {
    name: `gather runtime metrics, ${probe}`,
    unit: "µs",
    contenders: {
      edgeprom: async () => {
        const registry = await registryWith([probe]);
        return pages(async () => (await registry.gather()).families.length);
      },
    },
  };
}

async function registryWith(include?: Probe): Promise<InstanceType<Edgeprom["MetricsRegistry"]>> {
  const { MetricsRegistry }: Edgeprom = await import(packages.edgeprom);
  const { registerRuntimeMetrics }: Runtime = await import(packages.runtime);
  const registry = new MetricsRegistry();
  registerRuntimeMetrics(registry, { include });
  return registry;
}

async function isThere(include: Probe): Promise<boolean> {
  return (await (await registryWith(include)).gather()).families.length > 0;
}

function pages(read: () => Promise<number>): Work {
  return {
    async run(times) {
      let total = 0;
      for (let i = 0; i < times; i++) total += await read();
      return total;
    },
  };
}
