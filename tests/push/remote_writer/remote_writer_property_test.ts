import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { type Exemplar, type MetricFamily, MetricsRegistry } from "../../../mod.ts";
import { RemoteWriter, type RemoteWriterOptions } from "../../../src/push.ts";
import type { BucketedSnapshot, NativeBuckets, SparseBuckets } from "../../../src/core.ts";
import { labelsOfRow } from "../../../src/core.ts";
import { type Sample, samplesOf } from "../../../src/testing.ts";
import { arbitraryFamily } from "../../support/arbitrary_families.ts";
import { collectorOf } from "../../support/collectors.ts";
import { recordedFamilies, registryOf } from "../../support/random_registry.ts";
import type { Labels, WrittenHistogram } from "../../support/remote_write.ts";
import {
  answering,
  cuttingAnswer,
  losing,
  losingAnswer,
  RemoteWriteReceiver,
  storingSome,
  taking,
} from "../../support/remote_write_receiver.ts";
import { bucketsOf, byBytes, nameOf } from "../../support/remote_write_rules.ts";
import { seriesKey, type StoredSeries } from "../../support/remote_write_storage.ts";
import { asItShouldBe } from "../../support/wild_families.ts";

/** Longer than the names that are made at random, so that none is the same. */
const own = { "label_of_the_writer": 'a "b" \n \\ é 🛫' };

/** Writes what a registry has, and gives the receiver. */
async function written(
  registry: MetricsRegistry,
  options: Partial<RemoteWriterOptions>,
): Promise<RemoteWriteReceiver> {
  const receiver = new RemoteWriteReceiver({ allowsUnknown: true });
  const writer = new RemoteWriter({
    url: receiver.url,
    gatherer: registry,
    fetch: receiver.fetch,
    labels: own,
    ...options,
  });
  const report = await writer.flush();
  assertEquals(receiver.violations, []);
  assertEquals([report.refused, report.unsent], [0, 0]);
  return receiver;
}

/** What arrived, without what the writer tells of itself. */
function arrived(receiver: RemoteWriteReceiver): readonly StoredSeries[] {
  return receiver.storage.all().filter(({ labels }) =>
    !nameOf({ labels }).startsWith("edgeprom_push_")
  );
}

/** The labels of a series as they must be written: with the name, sorted, and none empty. */
function labelsOf(name: string, labels: Readonly<Record<string, string>>): Labels {
  return [["__name__", name] as const, ...Object.entries({ ...labels, ...own })]
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [name, value.toWellFormed()] as const)
    .sort(([one], [other]) => byBytes(one, other));
}

/** A line for each series: its labels, its last value, and its time if it has one of its own. */
function lineOf(labels: Labels, value: number, time?: number): string {
  // JSON has neither -0 nor NaN.
  return JSON.stringify([labels, Object.is(value, -0) ? "-0" : String(value), time]);
}

function linesOf(families: readonly MetricFamily[]): readonly string[] {
  return families.flatMap((family) => [...samplesOf(family)])
    .map(({ name, labels, value, timestamp }: Sample) =>
      lineOf(
        labelsOf(name, labels),
        value,
        timestamp === undefined ? undefined : Math.round(timestamp * 1000),
      )
    ).sort();
}

function storedLines(
  stored: readonly StoredSeries[],
  families: readonly MetricFamily[],
): readonly string[] {
  const timed = new Set(
    families.flatMap((family) =>
      [...samplesOf(family)].filter(({ timestamp }) => timestamp !== undefined)
        .map(({ name, labels }) => seriesKey(labelsOf(name, labels)))
    ),
  );
  return stored.map(({ key, labels, samples }) => {
    const { value, timestamp } = samples[samples.length - 1];
    return lineOf(labels, value, timed.has(key) ? timestamp : undefined);
  }).sort();
}

test("RemoteWriter: whatever is recorded arrives as a page in text has it", async () => {
  await fc.assert(
    fc.asyncProperty(
      recordedFamilies,
      fc.constantFrom("1.0" as const, "2.0" as const),
      async (recorded, protocol) => {
        const registry = registryOf(recorded);
        const { families } = await registry.gather();
        const stored = arrived(await written(registry, { protocol }));
        assertEquals(storedLines(stored, families), linesOf(families));
      },
    ),
    { numRuns: 50 },
  );
});

/** An exemplar that every server takes; a time of 0 is the same as none in protobuf. */
function presentable({ labels, value, timestamp }: Exemplar): Exemplar {
  const short = Object.entries(labels).slice(0, 2)
    .map(([name, text]) => [name, [...text.replaceAll("\0", "0")].slice(0, 40).join("")] as const);
  return { labels: Object.fromEntries(short), value, timestamp: timestamp || 1 };
}

/** A family whose times and exemplars can be sent, under a name that no other one has. */
function sendable(family: MetricFamily, position: number): MetricFamily {
  const timestamps = family.timestamps?.map((time) => time === 0 ? 1 : time);
  const exemplars = "exemplars" in family
    ? family.exemplars?.map((exemplar) => exemplar && presentable(exemplar))
    : undefined;
  const native = "native" in family
    ? family.native?.map((each) => ({ ...each, exemplars: each.exemplars.map(presentable) }))
    : undefined;
  return {
    ...family,
    name: `f${position}_${family.name}`,
    ...timestamps && { timestamps },
    ...exemplars && { exemplars },
    ...native && { native },
  } as MetricFamily;
}

const families = fc.array(arbitraryFamily.map(asItShouldBe), { maxLength: 4 })
  .map((families) => families.map(sendable));

/** A registry of families as a collector gives them, and those that are valid. */
async function collectedFrom(families: readonly MetricFamily[]) {
  const registry = new MetricsRegistry();
  for (const family of families) registry.register(collectorOf(family));
  const gathering = await registry.gather();
  return { registry, families: gathering.families };
}

/** The exemplars of counters, but for those from before 1970. */
function exemplarLines(families: readonly MetricFamily[]): readonly string[] {
  return families.flatMap((family) =>
    (family.type === "counter" && family.exemplars || []).flatMap((exemplar, row) => {
      if (exemplar === undefined || exemplar.timestamp < 0) return [];
      const key = seriesKey(labelsOf(family.name, labelsOfRow(family.labels, row)));
      const labels = Object.entries(exemplar.labels).filter(([, text]) => text !== "");
      return exemplarLine(key, labels, exemplar.value, Math.floor(exemplar.timestamp * 1000));
    })
  ).sort();
}

function storedExemplars(
  stored: readonly StoredSeries[],
  families: readonly MetricFamily[],
): readonly string[] {
  const counters = new Set(
    families.filter(({ type }) => type === "counter").map(({ name }) => name),
  );
  return stored.filter((series) => counters.has(nameOf(series))).flatMap(({ key, exemplars }) =>
    exemplars.map(({ labels, value = 0, timestamp = 0 }) =>
      exemplarLine(key, labels, value, timestamp)
    )
  ).sort();
}

function exemplarLine(key: string, labels: Labels, value: number, timestamp: number): string {
  const sorted = labels.map(([name, text]) => [name, text.toWellFormed()]).sort();
  return key + lineOf([], value, timestamp) + JSON.stringify(sorted);
}

test("RemoteWriter: whatever a collector gives arrives as a page in text has it", async () => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(
      families,
      fc.constantFrom("1.0" as const, "2.0" as const),
      async (given, protocol) => {
        const { registry, families } = await collectedFrom(given);
        const stored = arrived(await written(registry, { protocol }));
        assertEquals(storedLines(stored, families), linesOf(families));
        assertEquals(storedExemplars(stored, families), exemplarLines(families));
        seen += stored.length;
      },
    ),
    { numRuns: 50 },
  );
  assert(seen > 40, `${seen} series`);
});

/** A native histogram in words that a snapshot and a request have in common. */
function describe(
  schema: number,
  zero: readonly [threshold: number, count: number],
  positive: SparseBuckets,
  negative: SparseBuckets,
): object {
  const filled = ({ indexes, counts }: SparseBuckets) =>
    indexes.map((index, at) => [index, counts[at]]).filter(([, count]) => count > 0);
  return { schema, zero, positive: filled(positive), negative: filled(negative) };
}

function ofSnapshot({ schema, zeroThreshold, zeroCount, positive, negative }: NativeBuckets) {
  return describe(schema, [zeroThreshold, zeroCount], positive, negative);
}

function ofRequest(histogram: WrittenHistogram) {
  const { schema = 0, zeroThreshold = 0, zeroCountInt = 0 } = histogram;
  const [positive, negative] = [bucketsOf(histogram, "positive"), bucketsOf(histogram, "negative")];
  return describe(schema, [zeroThreshold, zeroCountInt], positive, negative);
}

/** The rows of a family with buckets. */
function rowsOf(family: BucketedSnapshot & { readonly type: string }) {
  const size = family.bounds.length + 1;
  return Array.from({ length: family.labels.rows }, (_, row) => ({
    key: seriesKey(labelsOf(family.name, labelsOfRow(family.labels, row))),
    counts: [...family.buckets.subarray(row * size, (row + 1) * size)],
    sum: family.sums[row],
    native: family.native?.[row],
  }));
}

function isHistogram(family: MetricFamily): family is MetricFamily & BucketedSnapshot {
  return "buckets" in family;
}

test("RemoteWriter: whatever native histograms hold arrives in 2.0", async () => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(
      families,
      fc.constantFrom("native" as const, "both" as const),
      async (given, histograms) => {
        const { registry, families } = await collectedFrom(given);
        const receiver = await written(registry, { protocol: "2.0", histograms });
        for (const family of families.filter(isHistogram)) {
          for (const { key, sum, native } of rowsOf(family)) {
            if (native === undefined) continue;
            const stored = receiver.samples(key).at(-1);
            assert(stored?.histogram, key);
            assert(Object.is(stored.value, sum), `${key}: ${stored.value} in place of ${sum}`);
            assertEquals(ofRequest(stored.histogram), ofSnapshot(native));
            assertEquals(stored.histogram.resetHint === "GAUGE", family.type === "gaugehistogram");
            seen++;
          }
        }
        if (histograms === "both") {
          const numbers = arrived(receiver).filter(({ samples }) => !samples[0].histogram);
          assertEquals(storedLines(numbers, families), linesOf(families));
        }
      },
    ),
    { numRuns: 50 },
  );
  assert(seen > 3, `${seen} histograms`);
});

function withoutNative(family: MetricFamily): MetricFamily {
  return "native" in family ? { ...family, native: undefined } : family;
}

test("RemoteWriter: nhcb holds the classic buckets of all histograms", async () => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(families, async (given) => {
      const { registry, families } = await collectedFrom(given.map(withoutNative));
      const receiver = await written(registry, { protocol: "2.0", histograms: "nhcb" });
      for (const family of families.filter(isHistogram)) {
        for (const { key, counts, sum } of rowsOf(family)) {
          const stored = receiver.samples(key).at(-1);
          assert(stored?.histogram, key);
          assertEquals(stored.histogram.schema, -53);
          assertEquals(stored.histogram.customValues ?? [], [...family.bounds]);
          assert(Object.is(stored.value, sum), `${key}: ${stored.value} in place of ${sum}`);
          const { indexes, counts: filled } = bucketsOf(stored.histogram, "positive");
          const all = family.bounds.map(() => 0).concat(0);
          indexes.forEach((index, at) => all[index] = filled[at]);
          assertEquals(all, counts);
          seen++;
        }
      }
    }),
    { numRuns: 50 },
  );
  assert(seen > 3, `${seen} histograms`);
});

const faults = {
  none: taking,
  loss: losing,
  "loss of the answer": losingAnswer,
  "half an answer": cuttingAnswer,
  // An answer of 500 may say that a server has native histograms switched off.
  failure: answering(503),
  refusal: answering(400),
  "partial refusal": storingSome((position) => position % 2 > 0),
};

/** What may happen to a push, or between two. */
const step = fc.oneof(
  fc.record({ do: fc.constant("inc" as const), of: fc.nat(3), by: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ do: fc.constant("remove" as const), of: fc.nat(3) }),
  fc.record({
    do: fc.constant("flush" as const),
    meets: fc.constantFrom(...Object.keys(faults) as (keyof typeof faults)[]),
    /** How many requests of the push go well before that. */
    after: fc.nat(3),
  }),
);

test("RemoteWriter: whatever happens to its pushes, the next good one makes up for it", async () => {
  const { now } = Date;
  let pushes = 0;
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(
          { protocol: "1.0", histograms: "classic" } as const,
          { protocol: "2.0", histograms: "classic" } as const,
          { protocol: "2.0", histograms: "native" } as const,
        ),
        async (steps, settings) => {
          let moment = 1.7e12;
          Date.now = () => moment;
          const registry = new MetricsRegistry();
          const help = { help: "Help.", labels: ["of"] } as const;
          const jobs = registry.counter({ name: "jobs_total", ...help });
          const level = registry.gauge({ name: "level", ...help });
          const wait = registry.histogram({ name: "wait", ...help, buckets: [4], native: true });
          const receiver = new RemoteWriteReceiver();
          const { url, fetch } = receiver;
          const given = { url, fetch, gatherer: registry, maxAttempts: 1, ...settings };
          const writer = new RemoteWriter(given);
          const live = new Map<string, number>();
          const flush = async () => {
            const { written, refused, unsent, errors } = await writer.flush();
            assert(written + refused + unsent > 0);
            assertEquals(errors.length > 0, refused + unsent > 0);
            pushes++;
          };
          for (const each of steps) {
            moment++;
            if (each.do === "remove") {
              for (const family of [jobs, level, wait]) family.remove({ of: `${each.of}` });
              live.delete(`${each.of}`);
            } else if (each.do === "inc") {
              const of = `${each.of}`;
              jobs.inc({ of }, each.by);
              level.set({ of }, each.by);
              wait.observe({ of }, each.by);
              live.set(of, (live.get(of) ?? 0) + each.by);
            } else {
              for (let time = 0; time < each.after; time++) receiver.script(taking);
              receiver.script(faults[each.meets]);
              await flush();
              receiver.unscript();
            }
          }
          moment++;
          await flush();
          assertEquals(receiver.violations, []);
          for (const [of, value] of live) {
            assertEquals(receiver.latest(`jobs_total{of="${of}"}`), value);
            // After a refusal, native histograms are sent as classic ones.
            const sums = ["wait", "wait_sum"].map((name) => receiver.latest(`${name}{of="${of}"}`));
            assert(sums.includes(value), `${value} in place of ${sums}`);
          }
          // What nobody told the writer to be stored, it may not know to have ended.
          const shown = receiver.shown().filter((key) => receiver.storage.isTold(key))
            .flatMap((key) => key.match(/of="(\d)"/)?.[1] ?? []);
          // A marker that was refused is not sent again.
          const wereRefused = steps.some((each) => each.do === "flush" && /ref/.test(each.meets));
          if (wereRefused) return;
          assertEquals(new Set(shown), new Set(live.keys()));
          await writer.stop();
          assertEquals(receiver.violations, []);
          assertEquals(receiver.shown().filter((key) => receiver.storage.isTold(key)), []);
        },
      ),
      { numRuns: 50 },
    );
  } finally {
    Date.now = now;
  }
  assert(pushes > 40, `${pushes} pushes`);
});
