/**
 * The part of the benchmark that runs inside a runtime that is measured: one suite, and for some
 * suites one contender. Its results are the last line that it writes.
 */
import process from "node:process";
import type { ContenderName } from "./contenders/library.ts";
import type { Measurement, Settings } from "./measure/operation.ts";
import { aggregation, aggregationSizes } from "./suites/aggregation.ts";
import { memoryOfClients, type MemorySubject } from "./suites/client_memory.ts";
import { clients } from "./suites/clients.ts";
import { collectors, type Shape } from "./suites/collectors.ts";
import { heapOfLabelValues, heapOfScrapes } from "./suites/heap.ts";
import { serve, type Serving } from "./suites/http.ts";
import { type LargeFormat, largePages } from "./suites/large_pages.ts";
import { memoryOfSeries } from "./suites/memory.ts";
import { parallel } from "./suites/parallel.ts";
import { probing } from "./suites/probing.ts";
import { push, pushStall } from "./suites/push.ts";
import { recording } from "./suites/recording.ts";
import { requests } from "./suites/requests.ts";
import { scrapeSteps } from "./suites/scrape_steps.ts";
import { scraping } from "./suites/scraping.ts";
import { sharedRecording } from "./suites/shared_recording.ts";
import { snappy } from "./suites/snappy.ts";
import { soak } from "./suites/soak.ts";
import { stall } from "./suites/stall.ts";

/** What the runner asks for. */
export interface Task extends Omit<Settings, "only"> {
  readonly suite: keyof typeof suites | "serve";
  readonly contender?: ContenderName;
  /** Of what kind, for suites that are run for each of several in a process of its own. */
  readonly variant?: string;
  /** For the suite `serve`. */
  readonly serving?: Serving;
  readonly only: string;
}

type Suite = (
  settings: Settings,
  contender: ContenderName,
  variant: string,
) => Promise<Measurement[]>;

const suites = {
  recording,
  "shared recording": sharedRecording,
  scraping,
  "scrape steps": scrapeSteps,
  parallel,
  stall,
  push,
  "push stall": pushStall,
  aggregation,
  "aggregation sizes": aggregationSizes,
  requests,
  probing,
  snappy,
  "memory of series": (settings, contender) => memoryOfSeries(contender, settings),
  clients,
  "memory of clients": (settings, contender, variant) =>
    memoryOfClients(contender, variant as MemorySubject, settings),
  "large pages": (settings, _, variant) => largePages(variant as LargeFormat, settings),
  collectors: (settings, _, variant) => collectors(variant as Shape, settings),
  "heap of scrapes": (settings, contender) => heapOfScrapes(contender, settings),
  "heap of label values": heapOfLabelValues,
  soak: (settings, contender) => soak(contender, settings),
} satisfies Record<string, Suite>;

const { suite, contender = "edgeprom", variant = "", serving, ...settings }: Task = JSON.parse(
  process.argv[2],
);
if (suite === "serve") {
  console.log(`port ${await serve(contender, serving!)}`);
} else {
  const run: Suite = suites[suite];
  const measurements = await run(
    { ...settings, only: new RegExp(settings.only) },
    contender,
    variant,
  );
  console.log(JSON.stringify(measurements));
  process.exit(0);
}
