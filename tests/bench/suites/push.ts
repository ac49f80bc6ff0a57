import type { RemoteWriter } from "../../../src/push.ts";
import { contenders } from "../contenders/contenders.ts";
import { edgeprom } from "../contenders/edgeprom.ts";
import type { Library } from "../contenders/library.ts";
import { longestGap } from "../measure/longest_gap.ts";
import {
  type Measurement,
  measurement,
  type Operation,
  type Settings,
} from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";
import { counterPopulation, histogramPopulation, type Population } from "./population.ts";

type Edgeprom = typeof import("../../../mod.ts");
type EdgepromPush = typeof import("../../../src/push.ts");

/** The packed library; what is named in the source would be bundled. */
const specifier: string = "@edgeprom/edgeprom";

const populations: Readonly<Record<string, (library: Library) => Population>> = {
  "10 k counters": (library) => counterPopulation(library, 10_000),
  "1 k histograms": (library) => histogramPopulation(library, 1000),
};

/** From the registry to requests that a server has answered at once; beside the page as text. */
export async function push(settings: Settings): Promise<Measurement[]> {
  const operations = Object.keys(populations).flatMap((what) =>
    (["2.0", "1.0"] as const).map((protocol) => operationOf(what, protocol))
  );
  return await timeAll(operations.filter(({ name }) => settings.only.test(name)), settings);
}

/** `floor` is the page as text, which is what a server would scrape instead. */
function operationOf(what: string, protocol: "2.0" | "1.0"): Operation {
  return {
    name: `push ${what}, ${protocol}`,
    unit: "ms",
    contenders: {
      edgeprom: async () => {
        const { library, writer } = await pushing(protocol);
        const { touch } = populations[what](library);
        return { prepare: () => touch(1), run: async () => writtenOf(await writer.flush()) };
      },
      floor: async () => {
        const library = await contenders.edgeprom();
        const { touch } = populations[what](library);
        return {
          prepare: () => touch(1),
          run: async () => (await library.page("text/plain")).bytes.length,
        };
      },
    },
  };
}

const stalls = [
  "first push of 100 k counters",
  "push of 100 k counters",
  "last push of 100 k counters",
]
  .map((what) => ({ name: `event loop stall, ${what}`, unit: "ms" } as const));

/** How long nothing else can run while all is pushed the first time, again, and with its ends. */
export async function pushStall(settings: Settings): Promise<Measurement[]> {
  const runs = stalls.map((): number[] => []);
  for (let round = -2; round < settings.rounds; round++) {
    const { library, writer } = await pushing("2.0");
    const { touch } = counterPopulation(library, 100_000);
    const pushes = [() => writer.flush(), () => writer.flush(), () => writer.stop()];
    for (const [at, push] of pushes.entries()) {
      touch(1);
      const gap = await longestGap(async () => writtenOf(await push()));
      if (round >= 0) runs[at].push(gap);
    }
    library.clear();
  }
  return stalls.map((stall, at) => measurement(stall, settings.runtime, "edgeprom", runs[at]));
}

interface Pushing {
  readonly library: Library;
  readonly writer: RemoteWriter;
}

/** A library with a writer of all that it has, to a server that answers at once. */
async function pushing(protocol: "2.0" | "1.0"): Promise<Pushing> {
  const { MetricsRegistry }: Edgeprom = await import(specifier);
  const { RemoteWriter }: EdgepromPush = await import(`${specifier}/push`);
  const registry = new MetricsRegistry({
    cardinality: { seriesPerFamily: Infinity, series: Infinity },
  });
  const headers = { "X-Prometheus-Remote-Write-Samples-Written": "2000" };
  const writer = new RemoteWriter({
    url: "http://receiver.test/api/v1/write",
    gatherer: registry,
    labels: { job: "bench", instance: "here" },
    protocol,
    fetch: () => Promise.resolve(new Response(null, { status: 204, headers })),
  });
  return { library: await edgeprom({ registry }), writer };
}

/** How much was written. What is refused would be no measurement. */
function writtenOf(
  { written, refused, unsent, errors }: Awaited<ReturnType<RemoteWriter["flush"]>>,
): number {
  if (refused + unsent > 0 || written === 0) throw new Error(`not all was written: ${errors[0]}`);
  return written;
}
