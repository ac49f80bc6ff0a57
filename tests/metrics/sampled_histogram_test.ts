import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import {
  type Histogram,
  InvalidValueError,
  MetricsRegistry,
  RegistrationError,
} from "../../mod.ts";
import { samplesOf } from "../support/pages.ts";

const definition = { name: "seconds", help: "Time.", buckets: [1, 2, 4], sampleEvery: 8 } as const;

function sampled(overrides: object = {}): { registry: MetricsRegistry; seconds: Histogram } {
  const registry = new MetricsRegistry();
  return { registry, seconds: registry.histogram({ ...definition, ...overrides }) };
}

test("sampled histogram: every observation is counted, whenever somebody reads", async () => {
  const { registry, seconds } = sampled();
  for (let count = 1; count <= 100; count++) {
    seconds.observe(count % 5);
    const lines = await samplesOf(registry);
    assertEquals(lines.slice(3, 4).concat(lines.slice(5)), [
      `seconds_bucket{le="+Inf"} ${count}`,
      `seconds_count ${count}`,
    ]);
    assertEquals(seconds.get().count, count);
  }
});

test("sampled histogram: values that are all the same are counted as without sampling", async () => {
  const { registry, seconds } = sampled();
  for (let count = 0; count < 1000; count++) seconds.observe(1.5);
  assertEquals(await samplesOf(registry), [
    'seconds_bucket{le="1.0"} 0',
    'seconds_bucket{le="2.0"} 1000',
    'seconds_bucket{le="4.0"} 1000',
    'seconds_bucket{le="+Inf"} 1000',
    "seconds_sum 1500",
    "seconds_count 1000",
  ]);
});

test("sampled histogram: buckets and sum only grow, and add up, however often they are read", () => {
  const step = fc.oneof(fc.constantFrom(0, 1.5, 3, 5, NaN), fc.constant("read" as const));
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200 }),
      fc.integer({ min: 2, max: 50 }),
      (steps, every) => {
        const { seconds } = sampled({ sampleEvery: every });
        let observed = 0;
        let last = seconds.get();
        for (const step of steps) {
          if (step !== "read") {
            seconds.observe(step);
            observed++;
            continue;
          }
          const now = seconds.get();
          assertEquals(now.count, observed);
          assertEquals(now.buckets.at(-1)?.count, observed);
          now.buckets.forEach(({ count }, at) => assert(count >= last.buckets[at].count));
          last = now;
        }
      },
    ),
  );
});

test("sampled histogram: a recurring pattern is sampled as often as it occurs", async () => {
  const observations = 200_000;
  for (const native of [false, true]) {
    const { registry, seconds } = sampled({ native });
    // Every eighth is slow: with a fixed stride of 8, all of them would be, or none.
    for (let at = 0; at < observations; at++) {
      seconds.observe(at % 8 === 0 ? 3 : 1);
      if (at % 997 === 0) await registry.gather();
    }
    const { buckets: [{ count: fast }], sum, count } = seconds.get();
    assertEquals(count, observations);
    const slow = observations / 8;
    // Six standard deviations; a correct histogram fails in one of 10^8 runs.
    const bound = 6 * Math.sqrt(4 / 3 * 8 * slow);
    assert(Math.abs(observations - fast - slow) < bound, `${observations - fast} of ${slow}`);
    assert(Math.abs(sum - (observations + 2 * slow)) < 2 * bound, `${sum}`);
    const [family] = (await registry.gather()).families;
    if (family.type !== "histogram") throw new TypeError(family.type);
    const counts = family.native?.[0].positive.counts ?? [fast, count - fast];
    assertEquals(counts, [fast, count - fast]);
  }
});

test("sampled histogram: with labels, each series has its own count", async () => {
  const registry = new MetricsRegistry();
  const seconds = registry.histogram({ ...definition, labels: ["a"] });
  for (let at = 0; at < 100; at++) seconds.observe({ a: at % 3 }, 1);
  const counts = (await samplesOf(registry)).filter((line) => line.startsWith("seconds_count"));
  assertEquals(counts, [
    'seconds_count{a="0"} 34',
    'seconds_count{a="1"} 33',
    'seconds_count{a="2"} 33',
  ]);
});

test("sampled histogram: a refused value is not counted", () => {
  const { seconds } = sampled({ sampleEvery: 1000 });
  seconds.observe(1);
  assertThrows(() => seconds.observe("1" as unknown as number), InvalidValueError);
  assertEquals(seconds.get().count, 1);
});

test("sampled histogram: a value that is refused without throwing leaves those that were skipped", () => {
  const registry = new MetricsRegistry({ onInvalid: () => {} });
  const seconds = registry.histogram(definition);
  for (let call = 0; call < 200; call++) {
    seconds.observe(1);
    seconds.observe("long" as unknown as number);
  }
  assertEquals([seconds.get().count, seconds.get().sum], [200, 200]);
});

test("sampled histogram: only samples have exemplars", async () => {
  let made = 0;
  const registry = new MetricsRegistry({ exemplarSource: () => ({ n: String(++made) }) });
  const seconds = registry.histogram({ ...definition, sampleEvery: 10 });
  for (let at = 0; at < 1000; at++) seconds.observe(1);
  const asked = made;
  assert(asked > 50 && asked < 200, `${asked}`);
  await registry.gather();
  assertEquals(made, asked, "a scrape is no event that an exemplar could lead to");
});

test("sampleEvery is a whole number from 1 up", () => {
  for (const sampleEvery of [0, -1, 1.5, NaN, Infinity, "8", null]) {
    const error = assertThrows(() => sampled({ sampleEvery }), RegistrationError);
    assert(/^seconds: sampleEvery .* must be a whole number from 1 up$/.test(error.message));
  }
  const { seconds } = sampled({ sampleEvery: 1 });
  seconds.observe(1);
  assertEquals(seconds.get().count, 1);
});
