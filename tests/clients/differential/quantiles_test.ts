/**
 * Quantiles of ours are those of the clients' summaries: to the last digit as long as a digest of
 * theirs merges nothing, and nearer to the truth above that, where theirs depend on chance.
 *
 *     SEED=1 deno test -A tests/clients/differential/quantiles_test.ts
 */
import { assert, assertEquals } from "@std/assert";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { after, before, mock, test } from "node:test";
import { ClientSummary } from "../../../src/clients/metrics/summary.ts";
import { type ClientProfile, promClient } from "../../../src/clients/profile.ts";
import type { Client } from "./client.ts";
import { installClients } from "./project.ts";

const [folder] = process.argv.slice(4);
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

class Summary extends ClientSummary {
  protected override get profile(): ClientProfile {
    return promClient;
  }

  protected override get register() {
    return { contentType: "", registerMetric() {}, removeSingleMetric() {} };
  }
}

let client: Client;
let remove = () => Promise.resolve();

before(async () => {
  const project = folder === undefined ? await installClients() : undefined;
  client = createRequire(join(folder ?? project!.folder, "package.json"))("prom-client");
  remove = () => project?.remove() ?? Promise.resolve();
});

after(() => remove());

const percentiles = [0, 0.01, 0.05, 0.3, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("windows of few values have the quantiles of the client, to the last digit", async () => {
  for (let run = 0; run < 1000; run++) {
    const random = randomFrom(seed + run);
    const pick = <Value>(...values: readonly Value[]) =>
      values[Math.floor(random() * values.length)];
    const config = {
      name: "a",
      help: "Some help.",
      registers: [],
      percentiles,
      maxAgeSeconds: pick(undefined, 1, 3, 0.7),
      ageBuckets: pick(undefined, 1, 2, 3, 5),
      pruneAgedBuckets: pick(true, false),
      compressCount: pick(1, 7, 1000),
    };
    const value = pick(
      random,
      () => Math.floor(random() * 5),
      () => (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20),
    )!;
    let now = 1_700_000_000_000;
    const clock = mock.method(Date, "now", () => now);
    try {
      const [theirs, ours] = [new client.Summary(config), new Summary(config as never)];
      // A digest of the client merges values from 200 on, which is 40 values in five steps.
      for (let left = 39; left > 0; left--) {
        const observed = value();
        theirs.observe(observed);
        ours.observe(observed);
        if (random() < 0.2) now += Math.floor(random() * 1000);
        if (random() < 0.05) [theirs, ours].forEach((summary) => summary.reset());
        if (random() < 0.2) {
          assertEquals(await ours.get(), await theirs.get(), `seed ${seed + run}`);
        }
      }
      assertEquals(await ours.get(), await theirs.get(), `seed ${seed + run}`);
    } finally {
      clock.mock.restore();
    }
  }
});

test("quantiles of many values are no further from the truth than those of the client", async () => {
  const random = randomFrom(seed);
  const shapes: Record<string, () => number> = {
    uniform: random,
    exponential: () => -Math.log(1 - random()),
    "heavy at one end": () => (1 - random()) ** -2,
  };
  for (const [name, value] of Object.entries(shapes)) {
    const errors = { ours: 0, theirs: 0 };
    for (let run = 0; run < 3; run++) {
      const config = { name: "a", help: "Some help.", registers: [] };
      const summaries = { ours: new Summary(config), theirs: new client.Summary(config) };
      const values = Array.from({ length: 20_000 }, value);
      for (const value of values) {
        summaries.ours.observe(value);
        summaries.theirs.observe(value);
      }
      for (const who of ["ours", "theirs"] as const) {
        const samples = (await summaries[who].get()).values.slice(0, 7);
        for (const { labels: { quantile }, value } of samples) {
          const share = values.filter((one) => one < value).length / values.length;
          errors[who] += Math.abs(share - quantile) / (quantile * (1 - quantile));
        }
      }
    }
    assert(errors.ours <= errors.theirs, `${name}, seed ${seed}: ${JSON.stringify(errors)}`);
  }
});
