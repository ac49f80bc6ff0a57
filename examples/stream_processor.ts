/**
 * A small stream processor over real data, instrumented with the 37 metrics of `ProcessorMetrics`.
 *
 * It replays 20,000 flights of the year 2001. A flight's event time is its departure, but it is
 * reported at its landing, so events are out of order and some are late. From a partitioned log
 * they pass validation, a filter, deduplication and a watermark into tumbling, sliding and session
 * windows; the results are aggregated, compared, normalized and written to the log again. All
 * values of the metrics follow from the flights.
 *
 * In a project with edgeprom, hono and zod:
 *
 *     deno run -A stream_processor.ts --loop --port 8000
 *     bun stream_processor.ts --rate 500 --port 8000
 *     node stream_processor.ts --port 8000    (Node 22.18 or later)
 *
 * To learn how to instrument, read `stream_processor/processor.ts` and the operators it calls, then
 * `stream_processor/initial_series.ts`.
 */
import process from "node:process";
import {
  MetricsRegistry,
  MetricsServer,
  ProcessorMetrics,
  ServerStartError,
  version,
} from "@edgeprom/edgeprom";
import {
  ArgumentError,
  type Arguments,
  parseArguments,
  USAGE,
} from "./stream_processor/arguments.ts";
import { loadFlights } from "./stream_processor/flight_file.ts";
import { createInitialSeries } from "./stream_processor/initial_series.ts";
import { Pipeline } from "./stream_processor/pipeline.ts";
import { Progress } from "./stream_processor/progress.ts";
import { Replay } from "./stream_processor/replay.ts";
import { runPipeline } from "./stream_processor/runner.ts";
import { steadyClock } from "./stream_processor/time.ts";

const FLIGHTS = new URL("./data/flights_2001q1.csv", import.meta.url);

/** Status of a process that a signal ended, as shells report it. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

process.exit(await main());

/** Runs the example, and gives the exit status. */
async function main(): Promise<number> {
  try {
    const options = parseArguments(process.argv.slice(2));
    if (!options.help) return await serve(options);
    console.log(USAGE);
    return 0;
  } catch (error) {
    // A wrong command line: the message names the remedy, and a stack trace would hide it.
    if (error instanceof ArgumentError) {
      console.error(`${error.message}\n\n${USAGE}`);
      return 2;
    }
    if (error instanceof ServerStartError) {
      console.error(error.message);
      return 1;
    }
    throw error;
  }
}

async function serve(options: Arguments): Promise<number> {
  const registry = new MetricsRegistry();
  const metrics = new ProcessorMetrics(registry);
  createInitialSeries(metrics);

  const health = { ok: false, message: "the flights are not loaded yet" as string | null };
  const server = new MetricsServer({
    registry,
    version,
    hostname: options.host,
    port: options.port,
    livePage: true,
    readiness: [{ name: "processor", check: () => health }],
  });
  const stop = stopOnSignal();
  await server.start();
  for (const path of ["/", "/metrics", "/metrics/live", "/health", "/ready"]) {
    console.log(`${server.url}${path}`);
  }

  try {
    await replay(options, metrics, stop, () => Object.assign(health, { ok: true, message: null }));
    if (!stop.aborted) console.log("All flights are processed; the metrics stay until a signal");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    Object.assign(health, { ok: false, message: `the pipeline failed: ${message}` });
    console.error(health.message);
  }

  await aborted(stop);
  await server.shutdown();
  return health.ok ? 0 : 1;
}

/**
 * Runs the pipeline until the flights end or the signal aborts, and shows the progress.
 */
async function replay(
  { rate, loop }: Arguments,
  metrics: ProcessorMetrics,
  signal: AbortSignal,
  onReady: () => void,
): Promise<void> {
  const flights = new Replay(loadFlights(FLIGHTS), loop);
  const pipeline = new Pipeline(flights, steadyClock, metrics);
  const progress = new Progress(process.stdout, steadyClock, () => ({
    ...flights.position,
    processed: pipeline.processed,
    backlog: pipeline.backlog,
    lag: pipeline.lag,
  }));
  onReady();
  progress.start();
  try {
    await runPipeline(pipeline, { rate, signal });
  } finally {
    progress.stop();
  }
}

/** The first signal lets running work finish; a second one exits at once. */
function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const [name, status] of Object.entries(SIGNALS)) {
    process.on(name, () => stop.signal.aborted ? process.exit(status) : stop.abort());
  }
  return stop.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
