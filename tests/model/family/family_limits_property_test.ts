import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { type Counter, MetricsRegistry } from "../../../mod.ts";
import { withClock } from "../../support/clock.ts";
import { type Series, seriesOf } from "../../support/series.ts";

const idleSeconds = 60;

type Step =
  | { readonly kind: "inc" | "keep" | "remove"; readonly a: number; readonly b: number }
  | { readonly kind: "kept"; readonly at: number }
  | { readonly kind: "gather"; readonly seconds: number }
  | { readonly kind: "removeA"; readonly a: number }
  | { readonly kind: "clear" };

/** A child that the test keeps, and what was recorded to it. */
interface Kept {
  readonly child: Counter;
  readonly total: number;
}

const value = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant("inc" as const), a: value, b: value }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("keep", "remove"), a: value, b: value }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("kept" as const), at: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("gather" as const), seconds: fc.nat(90) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("removeA" as const), a: value }) },
  { weight: 1, arbitrary: fc.constant({ kind: "clear" as const }) },
) as fc.Arbitrary<Step>;

const steps = fc.array(step, { maxLength: 300, size: "max" });
const limits = fc.record({ perFamily: fc.integer({ min: 1, max: 40 }), expires: fc.boolean() });

const sumOf = (series: readonly Series[]) => series.reduce((sum, [, total]) => sum + total, 0);

test("FamilyQuota: after any operations the limit holds, and every series that was not removed counts once", async () => {
  await withClock(async (clock) => {
    await fc.assert(
      fc.asyncProperty(steps, limits, async (steps, { perFamily, expires }) => {
        const cardinality = {
          seriesPerFamily: perFamily,
          onOverflow() {},
          ...expires ? { idleSeconds } : {},
        };
        const registry = new MetricsRegistry({ cardinality });
        const labels = ["a", "b"] as const;
        const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels });
        // All children live to the end, so that none is lost to the garbage collector.
        const children = new Set<Counter>();
        const kept: Kept[] = [];
        const snapshots: [() => readonly Series[], readonly Series[]][] = [];
        const read = async () => {
          const [family] = (await registry.gather()).families;
          const series = seriesOf(family);
          snapshots.push([() => seriesOf(family), series]);
          assert(new Set(series.map(([set]) => JSON.stringify(set))).size === series.length);
          const overflowing = series.filter(([set]) => "otel_metric_overflow" in set);
          assert(overflowing.length <= 1);
          assert(series.length - overflowing.length <= perFamily);
          return series;
        };
        let recorded = 0;
        let removed = false;
        for (const step of steps) {
          switch (step.kind) {
            case "inc":
            case "keep": {
              const { a, b } = step;
              const child = jobs.labels({ a, b });
              children.add(child);
              child.inc();
              recorded++;
              if (step.kind === "keep") kept.push({ child, total: child.get() });
              break;
            }
            case "kept": {
              if (kept.length === 0) break;
              const { child, total } = kept[step.at % kept.length];
              assert(child.get() >= total);
              child.inc();
              recorded++;
              break;
            }
            case "remove":
              jobs.remove({ a: step.a, b: step.b });
              removed = true;
              break;
            case "removeA":
              jobs.removeMatching({ a: step.a });
              removed = true;
              break;
            case "clear":
              jobs.clear();
              removed = true;
              break;
            case "gather":
              clock.advance(step.seconds);
              await read();
          }
          // A removed child counts on unseen, and one that is asleep is not on the page.
          const total = [...children].reduce((sum, child) => sum + child.get(), 0);
          assertEquals(total, recorded);
        }
        const shown = sumOf(await read());
        assert(shown <= recorded);
        if (!removed && !expires) assertEquals(shown, recorded);
        for (const [now, then] of snapshots) assertEquals(now(), then);
        // Whoever is recorded to now is on the page with all that it ever counted, if there is room.
        if (removed || perFamily < 36) return;
        for (const child of children) child.inc();
        assertEquals(sumOf(await read()), recorded + children.size);
      }),
      { numRuns: 200 },
    );
  });
});
