import type { Gatherer, Gathering } from "../model/collector.ts";
import { CollectionError } from "../model/errors.ts";
import {
  PendingRequests,
  type ProcessChannel,
  processMessage,
  sendTo,
} from "./process_messages.ts";
import { deserializeFamilies, serializeFamilies } from "./serialized_families.ts";

/** A worker process as a part of the whole: scraped, it gives the page of all processes. */
export interface ProcessWorker extends Gatherer {
  /** Sends what was counted last, before the process ends. */
  flush(): Promise<void>;
}

/** How long the primary has to answer a worker that is scraped; it asks the others meanwhile. */
const answerTimeoutMs = 2000;

/**
 * Lets the primary's {@linkcode ProcessAggregator} read this process' metrics. One line in each
 * worker of `node:cluster`, or in what `fork()` has started.
 *
 * @param channel The way to the primary; `process`, by default.
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
