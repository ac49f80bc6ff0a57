import type { Gatherer, Gathering } from "../model/collector.ts";
import { CollectionError, MetricsError, reasonOf } from "../model/errors.ts";
import { DroppedExemplars } from "../model/exemplar.ts";
import { checkFamilySteps } from "../model/gathering/check_family.ts";
import { raceDeadline, setDeadline } from "../model/platform/deadline.ts";
import { inTimeSlices, TimeSlice } from "../model/platform/time_slices.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { MetricsRegistry } from "../registry/metrics_registry.ts";
import { unansweredError } from "./delivery/failure.ts";

/** How long to wait for a gathering. */
export interface GatherLimits {
  /** For whom it is, as messages name it. */
  readonly target: string;
  /** The longest time of it in seconds; collectors have half of that. */
  readonly seconds: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/**
 * Gathers what is to be sent. The families of a registry are checked already; those of any other
 * gatherer are checked here, and left out with an error if a server would refuse them.
 *
 * @throws {PushError} If the gatherer fails as a whole, or does not answer in time.
 */
export async function gatherToPush(
  gatherer: Gatherer,
  { target, seconds, signal }: GatherLimits,
): Promise<Gathering> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const cancel = setDeadline(seconds / 2, stop);
  try {
    signal?.throwIfAborted();
    const gathering = await raceDeadline(
      gatherer.gather({ signal: controller.signal }),
      { seconds, signal },
      () => undefined,
    );
    if (gathering === undefined) {
      stop();
      signal?.throwIfAborted();
      throw new Error("no answer in time");
    }
    return gatherer instanceof MetricsRegistry ? gathering : await checked(gathering);
  } catch (cause) {
    const problem = `the metrics could not be gathered: ${reasonOf(cause)}`;
    throw unansweredError(target, problem, cause);
  } finally {
    cancel();
  }
}

async function checked(gathering: Gathering): Promise<Gathering> {
  const families: MetricFamily[] = [];
  const errors = gathering.errors.map(asError);
  const names = new Set<string>();
  const slice = new TimeSlice();
  for (const given of gathering.families) {
    if (slice.isOver) await slice.next();
    try {
      const dropped = new DroppedExemplars();
      const family = await inTimeSlices(checkFamilySteps(given, dropped));
      for (const [name, count] of dropped.counts) {
        errors.push(new CollectionError(`${name}: ${count} of its exemplars were left out`));
      }
      if (names.has(family.name)) {
        throw new CollectionError(`${family.name}: gathered twice; merge the two families`);
      }
      names.add(family.name);
      families.push(family);
    } catch (error) {
      errors.push(asError(error));
    }
  }
  return { ...gathering, families, errors };
}

/** An error of ours, whatever a gatherer that somebody wrote gives for one. */
function asError(error: unknown): MetricsError {
  return error instanceof MetricsError
    ? error
    : new CollectionError(reasonOf(error), { cause: error });
}
