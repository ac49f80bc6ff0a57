import type { Gatherer, Gathering } from "../model/collector.ts";
import { CollectionError, RegistrationError } from "../model/errors.ts";
import { aGatherer, checkOptions, required } from "../model/options.ts";
import { milliseconds } from "../model/platform/clock.ts";
import { raceDeadline, setDeadline } from "../model/platform/deadline.ts";
import {
  aChannel,
  Connection,
  type ProcessChannel,
  type ProcessMessage,
} from "./process_messages.ts";
import { deserializeGathering, serializeGathering } from "./serialized_families.ts";

/**
 * A worker process that can be scraped for all processes.
 *
 * @category Processes
 */
export interface ProcessWorker extends Gatherer {
  /**
   * Sends the current values to the primary. To be called before the process exits.
   *
   * It resolves once the values have left this process, so that it may exit at once. It also
   * resolves if they cannot be sent, after 10 seconds at most, and never rejects.
   */
  flush(): Promise<void>;
}

/** How long a scraped worker waits for the primary, which asks all workers first. */
const answerTimeoutMs = 2000;

/** The share of the primary's patience that collectors have. */
const answerShare = 0.8;

/** How long `flush()` waits: for collectors half of it, then for a primary too busy to read. */
const flushTimeoutSeconds = 10;

/**
 * Serves this process' metrics to the {@linkcode ProcessAggregator} of the primary. To be called once
 * in each worker of `node:cluster`, or in each process that `fork()` started.
 *
 * @param channel The channel to the primary; `process` by default.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { serveProcess } from "@edgeprom/edgeprom/workers";
 *
 * // In a worker of node:cluster, whose primary has a ProcessAggregator.
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 * const all = serveProcess(registry); // createMetricsApp({ registry: all }) shows the sums
 * ```
 *
 * @throws {RegistrationError} If the first argument cannot be scraped, or there is no channel.
 *
 * @category Processes
 */
export function serveProcess(
  gatherer: Gatherer,
  channel: ProcessChannel = (globalThis as unknown as { process: ProcessChannel }).process,
): ProcessWorker {
  checkOptions("serveProcess()", { gatherer, channel }, {
    gatherer: required(aGatherer),
    channel: required(aChannel),
  }, RegistrationError);

  const connection = new Connection(channel, ({ edgeprom, number, milliseconds = Infinity }) => {
    // A collector that hangs loses its own families, and not those of the whole worker.
    if (edgeprom === "ask") send({ edgeprom: "answer", number }, milliseconds * answerShare / 1000);
  });

  /** Sends what this process has counted by now. Nothing if that cannot be collected. */
  async function send(
    message: Pick<ProcessMessage, "edgeprom" | "number">,
    seconds: number,
  ): Promise<void> {
    const collecting = new AbortController();
    const cancel = setDeadline(seconds, () => collecting.abort());
    const at = milliseconds();
    try {
      const gathering = serializeGathering(await gatherer.gather({ signal: collecting.signal }));
      await connection.send({ ...message, at, ...gathering });
    } catch {
      // It is not a registry, and rejects. The primary reports that there is no answer.
    } finally {
      cancel();
    }
  }

  return {
    async gather({ signal } = {}): Promise<Gathering> {
      const answer = await connection.ask(answerTimeoutMs, signal);
      const all = answer && deserializeGathering(answer);
      if (all !== undefined) return all;
      const own = await gatherer.gather({ signal });
      const error = new CollectionError("the primary process did not answer; this is one worker's");
      return { families: own.families, errors: [...own.errors, error] };
    },
    flush: () =>
      raceDeadline(
        send({ edgeprom: "flush", number: 0 }, flushTimeoutSeconds / 2),
        { seconds: flushTimeoutSeconds },
        () => {},
      ),
  };
}
