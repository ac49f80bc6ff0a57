import { mergeGatherings, type WorkerGathering } from "../merge/merge_gatherings.ts";
import { difference } from "../merge/merge_snapshots.ts";
import type { MetricFamily } from "../model/snapshot.ts";

/**
 * How many definitions of a family are retained. There is a second one where workers of a new
 * version follow those of an old one.
 */
const maxDefinitions = 10;

/** What workers had counted when they ended, one family a definition. */
export class EndedWorkers {
  readonly #definitions = new Map<string, MetricFamily[]>();

  /** Adds the last families of a worker. */
  add(last: WorkerGathering): void {
    for (const family of merged(last)) {
      const definitions = this.#definitions.get(family.name) ?? [];
      this.#definitions.set(family.name, definitions);
      const same = definitions.findIndex((present) => difference(present, family) === undefined);
      if (same >= 0) {
        [definitions[same]] = merged(gathering([definitions[same]]), gathering([family]));
      } else {
        // The newest first, because it is more likely that of the living workers.
        definitions.unshift(family);
        definitions.splice(maxDefinitions);
      }
    }
  }

  /** The families, to be merged with those of living workers. */
  gatherings(): readonly WorkerGathering[] {
    const all = [...this.#definitions.values()];
    const most = Math.max(0, ...all.map(({ length }) => length));
    return Array.from(
      { length: most },
      (_, at) => gathering(all.flatMap((definitions) => definitions[at] ?? [])),
    );
  }
}

function gathering(families: readonly MetricFamily[]): WorkerGathering {
  return { worker: "ended", ended: true, families };
}

function merged(...gatherings: readonly WorkerGathering[]): readonly MetricFamily[] {
  return mergeGatherings(gatherings.map((each) => ({ ...each, ended: true }))).families;
}
