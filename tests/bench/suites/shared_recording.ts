import { CheckedSlot, CheckedSlotHistogram, CheckedSlotValue } from "../contenders/floor_cells.ts";
import { help } from "../contenders/library.ts";
import type { Measurement, Operation, Settings } from "../measure/operation.ts";
import { ownModule } from "../measure/own_module.ts";
import { timeAll, warmedUp } from "../measure/timing.ts";
import { sixteenBounds } from "./material.ts";
import type { Instruments } from "./shared_recording_loops.ts";

type EdgepromWorkers = typeof import("../../../src/workers.ts");
type Loops = typeof import("./shared_recording_loops.ts");

const specifier: string = "@edgeprom/edgeprom/workers";
const labels = ["series"] as const;
const children = Array.from({ length: 8 }, (_, child) => child);

/** The hot path of a thread among several: children whose numbers other threads read. */
export async function sharedRecording(settings: Settings): Promise<Measurement[]> {
  const operations = new Map<string, Operation>();
  for (
    const [contender, instruments] of [["edgeprom", await edgeprom()], ["floor", floor()]] as const
  ) {
    const { sharedRecordings } = await ownModule<Loops>("shared_recording_loops", contender);
    for (const [name, work] of Object.entries(sharedRecordings(instruments))) {
      if (work === undefined || !settings.only.test(name)) continue;
      const present = operations.get(name) ?? { name, unit: "ns", contenders: {} };
      operations.set(name, present);
      present.contenders[contender] = () => work;
    }
  }
  for (const operation of operations.values()) await warmedUp(operation, settings.milliseconds / 2);
  return await timeAll([...operations.values()], settings);
}

async function edgeprom(): Promise<Instruments> {
  const { sharedRegistry }: EdgepromWorkers = await import(specifier);
  const registry = sharedRegistry();
  const counters = registry.counter({ name: "counted", help, labels });
  const gauges = registry.gauge({ name: "level", help, labels });
  const buckets = sixteenBounds;
  const histograms = registry.histogram({ name: "observed", help, labels, buckets });
  const natives = registry.histogram({ name: "native", help, labels, native: true });
  return {
    counters: children.map((series) => counters.labels({ series })),
    gauges: children.map((series) => gauges.labels({ series })),
    histograms: children.map((series) => histograms.labels({ series })),
    natives: children.map((series) => natives.labels({ series })),
  };
}

/** The same checks and additions in shared memory, without a library and without readers. */
function floor(): Instruments {
  const slots = new Float64Array(new SharedArrayBuffer(65_536));
  const width = sixteenBounds.length + 3;
  return {
    counters: children.map((child) => new CheckedSlot(slots, child)),
    gauges: children.map((child) => new CheckedSlotValue(slots, 8 + child)),
    histograms: children.map((child) =>
      new CheckedSlotHistogram(sixteenBounds, slots, 16 + width * child)
    ),
  };
}
