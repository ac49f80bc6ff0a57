import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { MetricsRegistry } from "../../../mod.ts";
import { DeltaPusher } from "../../../src/push.ts";
import { withClock } from "../../support/clock.ts";
import { pause } from "../../support/deferred.ts";
import { FakeAggregator, type Fate, totalsOf, valuesOf } from "../../support/fake_aggregator.ts";
import { withQuickTimers } from "../../support/quick_timers.ts";
import { silentLogger } from "../../../src/model/logger.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const fate = fc.constantFrom<Fate>(
  "taken",
  "taken",
  "request",
  "answer",
  "late",
  "twice",
  "busy",
  "kept",
  "page",
  "gateway",
  "garbled",
  "refused",
);

/** So long that a few of them fill a short batch. */
const nameOf = (queue: number) => `a queue whose name is as long as some are, number ${queue}`;

/** What happens one after the other. */
type Step =
  | { readonly does: "count"; readonly queue: number; readonly by: number }
  | { readonly does: "observe" | "set"; readonly value: number }
  | { readonly does: "flush" | "together"; readonly fates: readonly Fate[] }
  | { readonly does: "lose" | "forget" | "expire" | "arrive" | "remove" }
  | { readonly does: "pass"; readonly seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant("count" as const),
    queue: fc.nat(20),
    by: fc.integer({ min: 1, max: 1000 }),
  }),
  fc.record({ does: fc.constantFrom("observe" as const, "set" as const), value: fc.nat(50) }),
  fc.record({
    does: fc.constantFrom("flush" as const, "flush" as const, "together" as const),
    fates: fc.array(fate, { maxLength: 6 }),
  }),
  fc.record({
    does: fc.constantFrom(
      "lose" as const,
      "forget" as const,
      "expire" as const,
      "arrive" as const,
      "remove" as const,
    ),
  }),
  fc.record({ does: fc.constant("pass" as const), seconds: fc.constantFrom(1, 50, 300) }),
);

/** Plays steps, ends with a network that works, and gives all that is known then. */
async function played(steps: readonly Step[], longestBytes: number, maxAttempts: number) {
  const aggregator = new FakeAggregator();
  aggregator.extra = { heartbeatSeconds: 100, refreshSeconds: 1000 };
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
  const waits = registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [10, 20] });
  const level = registry.gauge({ name: "level", help: "Level.", merge: "sum" });
  // One batch is never the same as another.
  const flushes = registry.counter({ name: "flushes_total", help: "Flushes." });
  const recorded = new Map<string, number>();
  const record = (series: string, by: number) =>
    recorded.set(series, (recorded.get(series) ?? 0) + by);
  const pusher = new DeltaPusher({
    gatherer: registry,
    target: "https://metrics.example.com/deltas",
    fetch: aggregator.fetch,
    logger: silentLogger,
    maxAttempts,
    longestBytes,
    timeoutSeconds: 100,
    attemptTimeoutSeconds: 10_000,
    giveUpSeconds: 200,
  });
  const lost = { uncertain: 0, refused: 0 };
  await withWallClock((wall) =>
    withClock(async (clock) => {
      const pass = (seconds: number) => {
        clock.advance(seconds);
        wall.advance(seconds);
      };
      const flush = async () => {
        pass(1);
        flushes.inc();
        record("flushes_total{}", 1);
        const { uncertain, refused, unsent } = await pusher.flush();
        lost.uncertain += uncertain;
        lost.refused += refused;
        return unsent;
      };
      for (const step of steps) {
        switch (step.does) {
          case "count":
            jobs.inc({ queue: nameOf(step.queue) }, step.by);
            record(`jobs_total{"queue":"${nameOf(step.queue)}"}`, step.by);
            break;
          case "observe": {
            waits.observe(step.value);
            record("wait_seconds{} sum", step.value);
            record(`wait_seconds{} ${step.value <= 10 ? 0 : step.value <= 20 ? 1 : 2}`, 1);
            break;
          }
          case "set":
            level.set(step.value);
            break;
          case "flush":
            aggregator.fates.splice(0, Infinity, ...step.fates);
            await flush();
            break;
          case "together":
            aggregator.fates.splice(0, Infinity, ...step.fates);
            await Promise.all([flush(), flush()]);
            break;
          case "lose":
            // Its request hangs for ever, as on Workers if the request ends that began it.
            aggregator.fates.splice(0, Infinity, "hangs");
            void flush();
            await pause(0.1);
            pass(201);
            break;
          case "remove":
            // What was never gathered would be lost with the series.
            aggregator.fates.length = 0;
            if (await flush() === 0) jobs.remove({ queue: nameOf(0) });
            break;
          case "arrive":
            aggregator.deliverLate();
            break;
          case "pass":
            pass(step.seconds);
            break;
          default:
            aggregator[step.does]();
        }
      }
      aggregator.fates.length = 0;
      let unsent = 1;
      for (let flushes = 0; unsent > 0; flushes++) {
        assert(flushes < 5, "it never ends");
        unsent = await flush();
      }
      aggregator.deliverLate();
    })
  );
  return { aggregator, recorded, lost, pusher };
}

test("DeltaPusher: whatever happens, nothing is counted twice, and what is lost is told", async () => {
  await withQuickTimers(() =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.constantFrom(1000, 1_000_000),
        fc.constantFrom(1, 1, 2),
        async (steps, longestBytes, maxAttempts) => {
          const { aggregator, recorded, lost, pusher } = await played(
            steps,
            longestBytes,
            maxAttempts,
          );
          const contents = [...aggregator.contents.values()];
          assertEquals(aggregator.forgeries, []);
          assert(contents.every(({ applied }) => applied <= 1), "a batch was applied twice");
          // Everything was in exactly one batch, whether it was applied or lost.
          const sent = totalsOf(contents);
          const expected = [...recorded].filter(([, value]) => value > 0);
          for (const [series, value] of expected) assertEquals(sent.get(series), value, series);
          const given = new Map(
            pusher.collect().flatMap((family) => [...valuesOf(family)]),
          );
          const batches = (result: string) =>
            [...given].filter(([series]) => series.includes(`"result":"${result}"`))
              .reduce((sum, [, value]) => sum + value, 0);
          const missing = contents.filter(({ applied }) => applied === 0).length;
          const told = batches("uncertain") + batches("refused");
          assert(missing <= told, `${missing} batches are missing, and ${told} are told`);
          if (told === 0) assertEquals(lost, { uncertain: 0, refused: 0 });
          // What was told to be refused was not applied for certain.
          assert(missing >= batches("refused"));
        },
      ),
      { numRuns: 100 },
    )
  );
});
