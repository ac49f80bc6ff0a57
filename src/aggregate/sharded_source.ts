import type { FamilyDelta } from "../deltas/delta.ts";
import type { Gathering } from "../model/collector.ts";
import { unixSeconds } from "../model/platform/clock.ts";
import { CollectionError, display, MetricsError } from "../model/errors.ts";
import { withLabel } from "../model/label_table.ts";
import { withParts } from "../model/metric_types.ts";
import { inTimeSlices } from "../model/platform/time_slices.ts";
import { isAggregateMetric } from "./aggregate_metrics.ts";
import type { AnsweredBatch } from "./answered_batch.ts";
import { type Shard, type ShardReading, Shards } from "./shards.ts";
import type { Source } from "./source.ts";
import { Sums } from "./sums/sums.ts";

/** The shards have limits of their own. */
const unlimited = { series: Infinity, seriesPerFamily: Infinity };

/** An aggregator that has its sums in others. */
export class ShardedSource implements Source {
  readonly #shards: Shards;

  constructor(shards: readonly Shard[]) {
    this.#shards = new Shards(shards);
  }

  async receive(batch: Uint8Array<ArrayBuffer>): Promise<AnsweredBatch> {
    return await this.#shards.receive(batch);
  }

  async gather(signal?: AbortSignal): Promise<Gathering> {
    return await this.#gather({ signal });
  }

  async look(signal?: AbortSignal): Promise<Gathering> {
    return await this.#gather({ signal, isLook: true });
  }

  async exact(isLook: boolean = false): Promise<readonly FamilyDelta[]> {
    const { sums, now } = await this.#sum({ isLook });
    return await inTimeSlices(sums.exactInSteps(now));
  }

  remove(name: string): Promise<boolean> {
    return Promise.reject(
      new MetricsError(
        `Aggregator: the shards have ${
          display(name)
        }; call remove() at the aggregator of each shard`,
      ),
    );
  }

  /** The shards do it themselves. */
  async maintain(): Promise<void> {}

  async close(): Promise<void> {}

  async #gather(reading: ShardReading): Promise<Gathering> {
    const { sums, errors, now } = await this.#sum(reading);
    const families = await inTimeSlices(sums.familiesInSteps(now));
    return { families, errors, startsAtZero: true };
  }

  /** What all shards have: an aggregate of aggregates, each of them a client. */
  async #sum(reading: ShardReading) {
    const answers = await this.#shards.exact(reading);
    const now = unixSeconds();
    const sums = new Sums({ cardinality: unlimited, staleSeconds: Infinity, zeroSeconds: 0 });
    const errors: CollectionError[] = [];
    for (const [shard, families] of answers.entries()) {
      const named = families.map((delta) => withShard(delta, String(shard)));
      const sender = { client: String(shard), time: now, now };
      for (const { reason } of await inTimeSlices(sums.applyInSteps(named, sender))) {
        errors.push(new CollectionError(`shard ${shard}: ${reason}`));
      }
    }
    // The shards have shown their new series at 0 already.
    sums.show(now);
    return { sums, errors, now };
  }
}

/** Metrics about a shard say which one; they begin anew with it. */
function withShard(delta: FamilyDelta, shard: string): FamilyDelta {
  const { family } = delta;
  if (!isAggregateMetric(family.name)) return delta;
  return {
    ...delta,
    family: withParts(family, { labels: withLabel(family.labels, "shard", shard) }),
  };
}
