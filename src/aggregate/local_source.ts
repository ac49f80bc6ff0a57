import type { FamilyDelta } from "../deltas/delta.ts";
import type { Gathering } from "../model/collector.ts";
import { constCounter } from "../model/const_metrics/const_metrics.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { consoleLogger, failsafe } from "../model/logger.ts";
import { aggregateMetrics, aggregatePrefix } from "./aggregate_metrics.ts";
import type { AggregatorOptions } from "./aggregator_options.ts";
import type { AnsweredBatch } from "./answered_batch.ts";
import { Truth } from "./log/truth.ts";
import type { StateCounts } from "./log/truth_counts.ts";
import type { Shown } from "./log/views.ts";
import type { Source } from "./source.ts";
import { Sums } from "./sums/sums.ts";

/** An aggregator that has its sums in a store of its own. */
export class LocalSource implements Source {
  readonly #truth: Truth;

  constructor(options: AggregatorOptions) {
    const { store, cardinality = {}, staleSeconds, zeroSeconds, clientSeconds, maxClients } =
      options;
    const { series, seriesPerFamily, idleSeconds } = cardinality;
    const logger = failsafe(options.logger ?? consoleLogger);
    this.#truth = new Truth({
      store: store!,
      staleSeconds,
      idleSeconds,
      zeroSeconds,
      clientSeconds,
      series,
      seriesPerFamily,
      maxClients,
      newSums: ({ staleSeconds, zeroSeconds, series, seriesPerFamily, idleSeconds }) =>
        new Sums({
          cardinality: {
            onOverflow: ({ message }) => logger.warn(`Aggregator: ${message}`),
            ...cardinality,
            series,
            seriesPerFamily,
            idleSeconds,
          },
          staleSeconds,
          zeroSeconds,
          reservedPrefix: aggregatePrefix,
        }),
      onWarning: (message) => logger.warn(`Aggregator: ${message}`),
      onError: ({ message }) => logger.error(`Aggregator: ${message}`),
    });
  }

  async receive(batch: Uint8Array<ArrayBuffer>): Promise<AnsweredBatch> {
    const { status, ...reply } = await this.#truth.receive(batch);
    return { status, reply };
  }

  async gather(): Promise<Gathering> {
    return this.#gathering(await this.#truth.page());
  }

  async look(): Promise<Gathering> {
    return this.#gathering(await this.#truth.look());
  }

  async exact(isLook: boolean = false): Promise<readonly FamilyDelta[]> {
    const { families, overflows, counts } = await this.#truth.exact(isLook);
    const own = this.#metrics(counts).map((family) => ({ family }));
    return [...families, ...own, ...overflowsOf(overflows)];
  }

  async remove(name: string): Promise<boolean> {
    return await this.#truth.remove(name);
  }

  async maintain(): Promise<void> {
    await this.#truth.maintain();
  }

  async close(): Promise<void> {
    await this.#truth.close();
  }

  #gathering({ families, overflows, counts }: Shown<MetricFamily>): Gathering {
    return {
      families: [...families, ...this.#metrics(counts)].sort(byName),
      errors: [],
      startsAtZero: true,
      ...overflows.size > 0 && { overflows },
    };
  }

  /** Metrics about the aggregator, with what it had on a page: it may be in the midst of a batch now. */
  #metrics(counts: StateCounts): readonly MetricFamily[] {
    return aggregateMetrics({ ...this.#truth.counts, ...counts });
  }
}

/** What had no room, which a page has by the scrape. */
function overflowsOf(overflows: ReadonlyMap<string, number>): readonly FamilyDelta[] {
  if (overflows.size === 0) return [];
  const samples = Array.from(overflows, ([family, value]) => ({ labels: { family }, value }));
  return [{
    family: constCounter({
      name: "edgeprom_series_overflowed_total",
      help: "Label sets without room, as often as they were looked up, by family.",
      samples,
    }),
  }];
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
