import { type Client, dropInNames, loadClient } from "../contenders/drop_in.ts";
import {
  instrumentsOf,
  type PrometheusClient,
  type Registry,
} from "../contenders/prometheus_client.ts";
import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { ownModule } from "../measure/own_module.ts";
import { timeAll, warmedUp } from "../measure/timing.ts";
import type { ClientLoops } from "./client_loops.ts";
import { counterPopulation, histogramPopulation } from "./population.ts";

type Loops = typeof import("./client_loops.ts");

/** Starts the name of each operation, whose results for edgeprom are those of the layer. */
const prefix = "drop-in: ";

const counters = 10_000;
const histograms = 400;
const definitions = 1000;
const large = "10 k counters and 400 histograms";

/** The names of what is timed, with how much better than the best client it should be. */
export const clientTargets: readonly { readonly operation: string; readonly family: number }[] =
  Object.entries({
    "inc": 1,
    "inc with 2 labels, 400 series": 1,
    "inc of a kept child": 20,
    "labels(a, b).inc(), 400 series": 1,
    "inc with 1 of 2 labels": 1,
    "inc with a number as label": 1,
    "gauge set with 2 labels": 1,
    "observe": 1,
    "observe with 2 labels, 400 series": 1,
    "observe of a kept child": 20,
    "summary observe": 1,
    "definition of a metric": 1,
    "a new series with 2 labels": 1,
    "reset() and 20 set() with 2 labels": 1,
    [`metrics() of ${large}, 10 % changed`]: 8,
    [`metrics() of ${large}, unchanged`]: 8,
    [`metrics() of ${large}, 10 % changed, default labels`]: 8,
    [`getMetricsAsJSON() of ${large}, 10 % changed`]: 1,
  }).map(([name, family]) => ({ operation: prefix + name, family }));

/** The clients and the layer that takes their place, by the calls that a program makes of each. */
export async function clients(settings: Settings): Promise<Measurement[]> {
  const isWanted = ({ name }: Operation) => settings.only.test(name);
  const { operations, check } = await recordings();
  const wanted = [...operations, definition(), newSeries(), resets()].filter(isWanted);
  // All is in use before anything is measured, as in a service that has run for a while.
  for (const operation of wanted) await warmedUp(operation, settings.milliseconds / 2);
  const results = await timeAll(wanted, settings);
  await check();
  for (const operation of pages().filter(isWanted)) {
    // One at a time, as each has a population of its own.
    results.push(...await timeAll([operation], settings));
  }
  return results;
}

async function recordings(): Promise<{
  readonly operations: readonly Operation[];
  check(): Promise<void>;
}> {
  const operations = new Map<string, Operation>();
  const loops: ClientLoops[] = [];
  for (const contender of dropInNames) {
    const { clientLoops } = await ownModule<Loops>("client_loops", contender);
    const own = clientLoops(await loadClient(contender));
    loops.push(own);
    for (const [what, work] of Object.entries(own.works)) {
      const name = prefix + what;
      const operation = operations.get(name) ?? { name, unit: "ns", contenders: {} };
      operations.set(name, operation);
      operation.contenders[contender] = () => work;
    }
  }
  return {
    operations: [...operations.values()],
    check: async () => void await Promise.all(loops.map(checkPage)),
  };
}

/** Whoever leaves out work to be fast shows here: the page must have every single increment. */
async function checkPage({ works, page }: ClientLoops): Promise<void> {
  const text = await page();
  for (const { family, total } of Object.values(works).flatMap(({ counts }) => counts ?? [])) {
    const lines = text.matchAll(new RegExp(`^${family}(?:\\{.*\\})? (\\S+)$`, "gm"));
    const found = [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
    if (found !== total) throw new Error(`${family} has ${found}, not ${total}`);
  }
}

/** Counters with labels, in a registry that starts empty. */
function definition(): Operation {
  const names = Array.from({ length: definitions }, (_, at) => `defined_${at}_total`);
  const labelNames = ["method", "route"];
  return operationOf("definition of a metric", "µs", ({ Counter, Registry }) => {
    const registry = new Registry();
    return {
      size: definitions,
      prepare: () => registry.clear(),
      run() {
        for (const name of names) {
          new Counter({ name, help: "Made to be measured.", labelNames, registers: [registry] });
        }
        return definitions;
      },
    };
  });
}

const users: readonly string[] = Array.from({ length: 2000 }, (_, at) => `user-${at}`);
const unregistered = {
  help: "Made to be measured.",
  labelNames: ["method", "user"],
  registers: [],
};

/** Counters with labels whose series are all new. */
function newSeries(): Operation {
  return operationOf("a new series with 2 labels", "ns", ({ Counter }) => {
    let counter: InstanceType<typeof Counter>;
    return {
      size: users.length,
      prepare: () => void (counter = new Counter({ ...unregistered, name: "visits_total" })),
      run() {
        for (const user of users) counter.inc({ method: "GET", user });
        return users.length;
      },
    };
  });
}

/** A gauge that is set anew all at once, as programs do it in `collect`. */
function resets(): Operation {
  return operationOf("reset() and 20 set() with 2 labels", "µs", ({ Gauge }) => {
    const gauge = new Gauge({ ...unregistered, name: "level" });
    const few = users.slice(0, 20);
    return {
      run(times) {
        for (let i = 0; i < times; i++) {
          gauge.reset();
          for (const user of few) gauge.set({ method: "GET", user }, i);
        }
        return times;
      },
    };
  });
}

/** The client, as far as pages need it. */
type Paged = Omit<PrometheusClient, "Registry"> & { readonly Registry: new () => PagedRegistry };

interface PagedRegistry extends Registry {
  setDefaultLabels(labels: object): void;
  getMetricsAsJSON(): Promise<readonly unknown[]>;
}

function pages(): readonly Operation[] {
  const page = async (registry: PagedRegistry): Promise<number> => {
    const text = await registry.metrics();
    // Reading within it makes one text of all that it was put together from, as sending it would.
    return text.length + text.charCodeAt(text.length >> 1);
  };
  const json = async (registry: PagedRegistry) => (await registry.getMetricsAsJSON()).length;
  const labels = { app: "shop", zone: "north" };
  return [
    reading(`metrics() of ${large}, 10 % changed`, page, 0.1),
    reading(`metrics() of ${large}, unchanged`, page, 0),
    reading(`metrics() of ${large}, 10 % changed, default labels`, page, 0.1, labels),
    reading(`getMetricsAsJSON() of ${large}, 10 % changed`, json, 0.1),
  ];
}

/** @param share The share of the series that change between two reads. */
function reading(
  name: string,
  read: (registry: PagedRegistry) => Promise<number>,
  share: number,
  defaultLabels: object = {},
): Operation {
  return operationOf<Paged>(name, "ms", (client) => {
    const registry = new client.Registry();
    registry.setDefaultLabels(defaultLabels);
    const instruments = instrumentsOf(client, registry);
    const populations = [
      counterPopulation(instruments, counters),
      histogramPopulation(instruments, histograms),
    ];
    return {
      prepare() {
        if (share > 0) populations.forEach(({ touch }) => touch(share));
      },
      run: () => read(registry),
    };
  });
}

function operationOf<Used = Client>(
  name: string,
  unit: Operation["unit"],
  make: (client: Used) => Work,
): Operation {
  const contenders = dropInNames.map((contender) =>
    [contender, async () => make(await loadClient<Used>(contender))] as const
  );
  return { name: prefix + name, unit, contenders: Object.fromEntries(contenders) };
}
