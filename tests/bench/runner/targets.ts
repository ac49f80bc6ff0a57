import { familyNames, type MeasuredName } from "../contenders/library.ts";
import type { Measurement } from "../measure/operation.ts";
import { clientMemoryOperations, memorySubjects } from "../suites/client_memory.ts";
import { clientTargets } from "../suites/clients.ts";
import { collectorOperations, shapes } from "../suites/collectors.ts";
import { largeFormats, largeOperations } from "../suites/large_pages.ts";
import { memoryOperations } from "../suites/memory.ts";
import { threadGroups } from "../suites/thread_groups.ts";
import { aligned, brief } from "./table.ts";

/** What the project wants of an operation; in the same run, by medians. */
interface Target {
  readonly operation: string;
  /** Minimum ratio to the official client. */
  readonly peer?: number | ((runtime: string) => number);
  /** How many times better than the best of the prom-client family, at least. */
  readonly family?: number;
  /** Minimum share of the rate of a ready body on the same runtime. */
  readonly ready?: number | ((runtime: string) => number);
  /** Minimum ratio to snappyjs. */
  readonly snappyjs?: number;
  /** Maximum ratio to the cost without a library. */
  readonly floor?: number;
  /** Maximum, in the operation's unit. */
  readonly atMost?: number;
}

const targets: readonly Target[] = [
  { operation: "kept child inc", peer: 20, floor: 3 },
  { operation: "label-less inc", peer: 4, floor: 3 },
  { operation: "gauge set", peer: 4, floor: 3 },
  { operation: "inc with 2 labels", peer: (runtime) => runtime === "bun" ? 7 : 3, floor: 1.5 },
  { operation: "kept child observe", peer: 12, floor: 2.5 },
  { operation: "label-less observe", peer: 12, floor: 2.5 },
  { operation: "observe with 2 labels", peer: 7 },
  { operation: "shared counter inc", floor: 1.5 },
  { operation: "shared gauge set", floor: 1.5 },
  { operation: "shared histogram observe", atMost: 40 },
  { operation: "scrape 8 threads, one in a busy loop", atMost: 50 },
  { operation: "scrape 10 k counters, text", peer: 10, floor: 3 },
  { operation: "scrape 1 k histograms, text", peer: 12, floor: 3 },
  { operation: "snappy, page of 10 k series", snappyjs: 1 },
  { operation: "snappy, protobuf page of 10 k series", snappyjs: 1 },
  ...memoryOperations.filter((operation) => operation.includes("after"))
    .map((operation) => ({ operation, family: 1 / 0.8 })),
  ...clientTargets,
  ...memorySubjects.flatMap(clientMemoryOperations)
    .map((operation) => ({ operation, family: 1 })),
  ...largeFormats.flatMap(largeOperations).map((operation) => ({ operation, atMost: 20 })),
  ...shapes.flatMap((shape) =>
    collectorOperations(shape).map((operation) =>
      operation.includes("stall") ? { operation, atMost: 20 } : { operation, floor: 3 }
    )
  ),
  ...Object.keys(threadGroups).map((operation) => ({ operation, floor: 3 })),
  ...["3 metrics", "37 metrics"].flatMap((metrics) =>
    ["unbundled", "bundled"].flatMap((form) => [
      { operation: `cold definitions, ${metrics}, ${form}`, family: 1 },
      { operation: `cold first page, ${metrics}, ${form}`, family: 1 },
      { operation: `cold first page by scrape(), ${metrics}, ${form}`, family: 1 },
    ])
  ),
  { operation: "start of workerd to first page, 3 metrics", family: 1 },
  ...["unbundled", "bundled"].flatMap((form) => [
    { operation: `import, ${form}`, family: 2 },
    { operation: `import ./core, ${form}`, family: 4 },
  ]),
  { operation: "HTTP scrapes, 37 metrics", family: 2.5 },
  ...["app", "own server"].flatMap((by) => [
    {
      operation: `HTTP scrapes, 37 metrics, ${by}`,
      ready: (runtime: string) => runtime.startsWith("node") ? 0.65 : 0.5,
    },
    { operation: `HTTP scrapes, 37 metrics, ${by}, gzip`, ready: 0.4 },
  ]),
  { operation: "event loop stall, scrape of 100 k counters", atMost: 20 },
  { operation: "push 10 k counters, 2.0", floor: 3 },
  { operation: "push 10 k counters, 1.0", floor: 3 },
  { operation: "push 1 k histograms, 2.0", floor: 3 },
  { operation: "push 1 k histograms, 1.0", floor: 3 },
  { operation: "event loop stall, first push of 100 k counters", atMost: 20 },
  { operation: "event loop stall, push of 100 k counters", atMost: 20 },
  { operation: "event loop stall, last push of 100 k counters", atMost: 20 },
  { operation: "memory of a client", atMost: 64 },
  { operation: "heap growth, 1,000 scrapes of 10 k counters", atMost: 500 },
  { operation: "heap growth, 1 M values of a label", atMost: 500 },
  { operation: "minified bundle ./core", atMost: 25_000 },
  { operation: "minified bundle registry + counter + text", atMost: 45_000 },
  { operation: "minified bundle scrape() with text only", atMost: 55_000 },
];

/** The share of a core that four recordings an event may take at a million events a second. */
const recordingShare = 0.03;

/** Every target with what was measured, and whether it was reached. */
export function targetTable(results: readonly Measurement[]): string {
  const rows = [...new Set(results.map(({ runtime }) => runtime))].flatMap((runtime) => {
    const own = results.filter((result) => result.runtime === runtime);
    return [
      ...targets.flatMap((target) => rowsOf(target, own, runtime)),
      ...handlerRow(own, runtime),
      ...["app", "own server"].flatMap((by) => unchangedRow(by, own, runtime)),
    ];
  });
  return aligned([["target", "runtime", "wanted", "measured", ""], ...rows]);
}

function rowsOf(target: Target, results: readonly Measurement[], runtime: string): string[][] {
  const { operation, peer, family, ready, snappyjs, floor, atMost } = target;
  const own = results.filter((result) => result.operation === operation);
  const median = (wanted: MeasuredName) =>
    own.find(({ contender }) => contender === wanted)?.median;
  const edgeprom = median("edgeprom");
  if (edgeprom === undefined) return [];
  const rows: string[][] = [];
  const row = (wanted: string, measured: number, reached: boolean) =>
    rows.push([operation, runtime, wanted, brief(measured), reached ? "reached" : "NOT REACHED"]);

  const official = median("@prometheus-io/client");
  if (peer !== undefined && official !== undefined) {
    const factor = typeof peer === "number" ? peer : peer(runtime);
    const ratio = official / edgeprom;
    row(`≥ ${brief(factor)}× @prometheus-io/client`, ratio, ratio >= factor);
  }
  const kin = familyNames.flatMap((name) => median(name) ?? []);
  if (family !== undefined && kin.length > 0) {
    const isRate = own[0].unit === "1/s";
    const ratio = isRate ? edgeprom / Math.max(...kin) : Math.min(...kin) / edgeprom;
    row(`≥ ${brief(family)}× best of prom-client family`, ratio, ratio >= family);
  }
  const body = median("ready body");
  if (ready !== undefined && body !== undefined) {
    const share = typeof ready === "number" ? ready : ready(runtime);
    row(`≥ ${share}× ready body`, edgeprom / body, edgeprom / body >= share);
  }
  const compressor = median("snappyjs");
  if (snappyjs !== undefined && compressor !== undefined) {
    const ratio = compressor / edgeprom;
    row(`≥ ${snappyjs}× snappyjs`, ratio, ratio >= snappyjs);
  }
  const least = median("floor");
  if (floor !== undefined && least !== undefined) {
    row(`≤ ${floor}× floor`, edgeprom / least, edgeprom / least <= floor);
  }
  if (atMost !== undefined) {
    row(`≤ ${atMost} ${own[0].unit}`, edgeprom, edgeprom <= atMost);
  }
  return rows;
}

function handlerRow(results: readonly Measurement[], runtime: string): string[][] {
  const median = (wanted: MeasuredName) =>
    results.find(({ operation, contender }) =>
      operation === "event handler" && contender === wanted
    )?.median;
  const [recording, bare] = [median("edgeprom"), median("floor")];
  if (recording === undefined || bare === undefined) return [];
  const share = (recording - bare) * 1e-9 * 1e6;
  const reached = share < recordingShare ? "reached" : "NOT REACHED";
  const name = "four recordings an event, 1 M events/s";
  return [[name, runtime, "< 3 % of a core", `${brief(share * 100)} %`, reached]];
}

/** The share of a changed page's cost that an unchanged one may have, each beyond a ready body. */
const unchangedShare = 0.5;

/** What a scrape costs without its values changing; the cost of sockets is that of a ready body. */
function unchangedRow(by: string, results: readonly Measurement[], runtime: string): string[][] {
  const seconds = (suffix: string, wanted: MeasuredName) => {
    const operation = `HTTP scrapes, 37 metrics, ${by}${suffix}`;
    const found = results.find((result) =>
      result.operation === operation && result.contender === wanted
    );
    return found === undefined ? NaN : 1 / found.median;
  };
  const ready = seconds("", "ready body");
  const share = (seconds(", unchanged", "edgeprom") - ready) / (seconds("", "edgeprom") - ready);
  if (Number.isNaN(share)) return [];
  const reached = share < unchangedShare ? "reached" : "NOT REACHED";
  const name = `cost of an unchanged page, ${by}`;
  return [[name, runtime, `< ${unchangedShare}× a changed one`, brief(share), reached]];
}
