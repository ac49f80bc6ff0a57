import type { Gatherer, Gathering } from "../model/collector.ts";
import { CollectionError } from "../model/errors.ts";
import {
  PendingRequests,
  type ProcessChannel,
  processMessage,
  sendTo,
} from "./process_messages.ts";
import { deserializeFamilies, serializeFamilies } from "./serialized_families.ts";

/**
 * A worker process that can be scraped for all processes.
 *
 * @category Processes
 */
export interface ProcessWorker extends Gatherer {
  /** Sends the current values to the primary. To be called before the process exits. */
  flush(): Promise<void>;
}

/** How long a scraped worker waits for the primary, which asks all workers first. */
const answerTimeoutMs = 2000;

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
 * @category Processes
 */
export function serveProcess(
  gatherer: Gatherer,
  channel: ProcessChannel = (globalThis as unknown as { process: ProcessChannel }).process,
): ProcessWorker {
  const requests = new PendingRequests();
  channel.on("message", (data) => {
    const message = processMessage(data);
    if (message?.edgeprom === "answer") requests.answer(message);
    if (message?.edgeprom !== "ask") return;
    gatherer.gather().then(({ families }) => {
      const answer = { number: message.number, families: serializeFamilies(families) };
      sendTo(channel, { edgeprom: "answer", ...answer });
    });
  });
  return {
    async gather({ signal } = {}): Promise<Gathering> {
      const families = await requests.ask(channel, answerTimeoutMs, signal);
      if (families !== undefined) return { families: deserializeFamilies(families), errors: [] };
      const own = await gatherer.gather({ signal });
      const error = new CollectionError("the primary process did not answer; this is one worker's");
      return { families: own.families, errors: [...own.errors, error] };
    },
    async flush(): Promise<void> {
      const { families } = await gatherer.gather();
      sendTo(channel, { edgeprom: "flush", number: 0, families: serializeFamilies(families) });
    },
  };
}
