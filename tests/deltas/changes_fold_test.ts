import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { type MetricFamily, MetricsRegistry } from "../../mod.ts";
import { changesOf, goneOf, sentOf } from "../../src/deltas/changes.ts";
import { mergeNative } from "../../src/merge/merge_native.ts";
import { withClock } from "../support/clock.ts";
import { FoldedDeltas, type FoldedSeries, seriesOfSnapshot } from "../support/folded_deltas.ts";
import { withWallClock } from "../support/wall_clock.ts";

const instruments = [
  "counter",
  "latest",
  "recent",
  "living",
  "oldest",
  "classic",
  "native",
  "both",
  "summary",
  "states",
] as const;

/** What is done to an instrument. */
interface Action {
  readonly instrument: typeof instruments[number];
  readonly region: string;
  readonly value: number;
  readonly exemplar?: { readonly id: string };
}

const action: fc.Arbitrary<Action> = fc.record({
  instrument: fc.constantFrom(...instruments),
  region: fc.constantFrom("", "eu", "us", "ap"),
  value: fc.oneof(
    fc.double({ min: -60, max: 60, noNaN: true }),
    fc.double(),
    fc.constantFrom(0, -0, 0.1, 1, 2 ** 53, 1e308, -1e308, Infinity, -Infinity, NaN),
  ),
  exemplar: fc.option(fc.record({ id: fc.stringMatching(/^[a-d]$/) }), { nil: undefined }),
}, { requiredKeys: ["instrument", "region", "value"] });

const flushes = fc.array(fc.array(action, { maxLength: 20 }), { minLength: 1, maxLength: 6 });

interface Removable {
  remove(set: { readonly region: string }): boolean;
}

interface Recorder {
  readonly registry: MetricsRegistry;
  readonly act: (action: Action) => void;
  readonly remove: (instrument: string, region: string) => void;
}

function registryWith(): Recorder {
  const registry = new MetricsRegistry();
  const named = (name: string) => ({ name, help: "Help.", labels: ["region"] as const });
  const counter = registry.counter(named("counter_total"));
  const gauges = {
    latest: registry.gauge(named("latest")),
    recent: registry.gauge({ ...named("recent"), merge: "mostRecent" }),
    living: registry.gauge({ ...named("living"), merge: "max" }),
    oldest: registry.gauge({ ...named("oldest"), merge: "liveMostRecent" }),
  };
  const native = { maxBuckets: 4, maxZeroThreshold: 0.01 };
  const observers = {
    classic: registry.histogram({ ...named("classic"), buckets: [0, 1, 10] }),
    native: registry.histogram({ ...named("native"), native: true }),
    both: registry.histogram({ ...named("both"), buckets: [1], native }),
    summary: registry.summary({ ...named("summary"), quantiles: [0.5] }),
  };
  const states = registry.stateSet({ ...named("states"), states: ["on", "off"] });
  const act = ({ instrument, region, value, exemplar }: Action) => {
    const set = { region };
    const options = exemplar && { exemplar };
    switch (instrument) {
      case "counter":
        return counter.inc(set, Number.isFinite(value) ? Math.abs(value) : 1, options);
      case "latest":
      case "recent":
      case "living":
      case "oldest":
        return gauges[instrument].set(set, value);
      case "summary":
        return observers.summary.observe(set, value);
      case "states":
        return states.set(set, "on", value > 0);
      default:
        return observers[instrument].observe(set, value, options);
    }
  };
  const families: Readonly<Record<string, Removable>> = {
    counter,
    ...gauges,
    ...observers,
    states,
  };
  const remove = (instrument: string, region: string) => families[instrument].remove({ region });
  return { registry, act, remove };
}

/** The client, as it sends deltas, and what they come to. */
class Sending {
  readonly #sent = new Map<string, MetricFamily>();
  readonly folded = new Map<string, FoldedDeltas>();
  /** Number of series that were sent. */
  series = 0;

  send(families: readonly MetricFamily[]): void {
    for (const family of families) {
      const frozen = structuredClone(family);
      const before = this.#sent.get(family.name);
      const delta = changesOf(before, family);
      assertEquals(structuredClone(family), frozen);
      this.#sent.set(family.name, sentOf(before, family));
      if (delta === undefined) continue;
      this.series += delta.family.labels.rows;
      const folded = this.folded.get(family.name) ?? new FoldedDeltas();
      this.folded.set(family.name, folded);
      folded.apply(delta);
    }
    for (const [name, before] of this.#sent) {
      if (families.some((family) => family.name === name)) continue;
      const delta = goneOf(before);
      if (delta !== undefined) this.folded.get(name)!.apply(delta);
    }
  }
}

/** All that is compared of a series: a merged native histogram may have a wider zero bucket. */
function comparable(series: FoldedSeries, other: FoldedSeries): unknown {
  const { native, ...rest } = series;
  if (native === undefined) return series;
  const zeroThreshold = Math.max(native.zeroThreshold, other.native!.zeroThreshold);
  const none = { indexes: [], counts: [] };
  const nothing = { ...native, zeroThreshold, zeroCount: 0, positive: none, negative: none };
  return {
    ...rest,
    native: { ...mergeNative(native, { ...nothing, exemplars: [] }), exemplars: [] },
  };
}

function assertSame(
  folded: ReadonlyMap<string, FoldedSeries> | undefined,
  family: MetricFamily,
): void {
  const now = seriesOfSnapshot(family);
  assertEquals([...folded?.keys() ?? []].sort(), [...now.keys()].sort());
  for (const [key, series] of now) {
    assertEquals(
      comparable(folded!.get(key)!, series),
      comparable(series, folded!.get(key)!),
      `${family.name}${key}`,
    );
  }
}

test("changesOf(): all changes together give the last snapshot, exactly", async () => {
  await fc.assert(
    fc.asyncProperty(flushes, async (flushes) => {
      const { registry, act } = registryWith();
      const sending = new Sending();
      for (const actions of flushes) {
        actions.forEach(act);
        const { families } = await registry.gather();
        sending.send(families);
        for (const family of families) assertSame(sending.folded.get(family.name)?.series, family);
        // Nothing changes by itself.
        const { series } = sending;
        sending.send((await registry.gather()).families);
        assertEquals(sending.series, series);
      }
    }),
    { numRuns: 30 },
  );
});

/** What happens to an instrument besides recordings. */
const removal = fc.record({
  instrument: fc.constantFrom("counter", "classic", "both", "summary", "living", "states"),
  region: fc.constantFrom("", "eu", "us"),
});

const intervals = fc.array(
  fc.record({
    actions: fc.array(action, { maxLength: 12 }),
    removals: fc.array(removal, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 5 },
);

test("changesOf(): a series that was removed and made anew counts on", async () => {
  await withWallClock((clock) =>
    fc.assert(
      fc.asyncProperty(intervals, async (intervals) => {
        const { registry, act, remove } = registryWith();
        const sending = new Sending();
        let [inc, observed] = [0, 0];
        for (const { actions, removals } of intervals) {
          clock.advance(1);
          // Of what is recorded and removed before a batch nothing is left to send.
          for (const { instrument, region } of removals) remove(instrument, region);
          for (const each of actions) {
            const { instrument } = each;
            if (instrument === "counter") inc++;
            if (instrument === "both") observed++;
            act(instrument === "counter" ? { ...each, value: 1 } : each);
          }
          sending.send((await registry.gather()).families);
        }
        const totalOf = (name: string, part: "values" | "buckets") =>
          [...sending.folded.get(name)?.series.values() ?? []]
            .flatMap(({ numbers }) => numbers[part]!).reduce((sum, each) => sum + each, 0);
        assertEquals(totalOf("counter_total", "values"), inc);
        assertEquals(totalOf("both", "buckets"), observed);
        for (const family of (await registry.gather()).families) {
          if (["living", "states"].includes(family.name)) {
            assertSame(sending.folded.get(family.name)?.series, family);
          }
        }
      }),
      { numRuns: 30 },
    )
  );
});

test("sentOf(): an idle series that comes back is not counted twice", async () => {
  await withClock(async (clock) => {
    const registry = new MetricsRegistry({ cardinality: { idleSeconds: 60 } });
    const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
    const [mail, print] = [jobs.labels({ queue: "mail" }), jobs.labels({ queue: "print" })];
    const sending = new Sending();
    const totals = async () => {
      sending.send((await registry.gather()).families);
      const series = sending.folded.get("jobs_total")?.series;
      return [...series ?? []].map(([key, { numbers }]) => [key, ...numbers.values!]);
    };
    mail.inc(5);
    print.inc();
    await totals();
    for (let minutes = 0; minutes < 5; minutes++) {
      clock.advance(61);
      print.inc();
      assertEquals(await totals(), [['{"queue":"mail"}', 5], ['{"queue":"print"}', 2 + minutes]]);
    }
    const [{ labels }] = (await registry.gather()).families;
    assertEquals(labels.rows, 1);
    mail.inc(2);
    jobs.inc({ queue: "fax" });
    assertEquals(await totals(), [
      ['{"queue":"mail"}', 7],
      ['{"queue":"print"}', 6],
      ['{"queue":"fax"}', 1],
    ]);
  });
});
