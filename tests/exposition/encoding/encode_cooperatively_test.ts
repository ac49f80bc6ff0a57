import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import {
  EncodingError,
  MetricsRegistry,
  prometheusProtobuf,
  prometheusText,
} from "../../../mod.ts";
import type { Encoder } from "../../../mod.ts";
import { encodeCooperatively } from "../../../src/exposition/encoding/encode_cooperatively.ts";
import { openMetrics } from "../../../src/exposition/open_metrics/open_metrics.ts";
import { openMetrics2 } from "../../../src/exposition/open_metrics/open_metrics_2.ts";
import { gaugeOf } from "../../support/families.ts";
import { textOf } from "../../support/pages.ts";

/** A format whose every step takes longer than a turn. */
const slow: Encoder = {
  ...prometheusText,
  *chunks(families) {
    for (const _ of families) {
      const start = Date.now();
      while (Date.now() - start < 8);
      yield;
    }
    return prometheusText.encode(families);
  },
};

const families = ["a", "b", "c", "d"].map((name) => gaugeOf(name));

test("encodeCooperatively: other work runs while a long page is encoded", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++);
  try {
    const page = await encodeCooperatively(slow, families);
    assertEquals(textOf(page), textOf(prometheusText.encode(families)));
    assertEquals(turns > 0, true);
  } finally {
    clearInterval(timer);
  }
});

test("encodeCooperatively: a page is encoded at once if there are no timers", async () => {
  const { setTimeout } = globalThis;
  Object.assign(globalThis, { setTimeout: undefined });
  try {
    const page = await encodeCooperatively(slow, families);
    assertEquals(textOf(page), textOf(prometheusText.encode(families)));
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
});

test("encodeCooperatively: a format without chunks encodes the whole page", async () => {
  const { chunks: _, ...whole } = prometheusText;
  assertEquals(await encodeCooperatively(whole, families), prometheusText.encode(families));
});

for (const format of [prometheusText, prometheusProtobuf, openMetrics(), openMetrics2]) {
  test(`encodeCooperatively: a large page shows one moment in ${format.contentType}`, async () => {
    const registry = new MetricsRegistry();
    const family = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["id"] });
    for (let id = 0; id < 3000; id++) family.inc({ id: String(id) });
    const { families } = await registry.gather();
    const steps = format.chunks!(families);
    let step = steps.next();
    for (let id = 0; !step.done; id++) {
      // Series come, go and count while the page is written.
      family.inc({ id: String(id) });
      family.inc({ id: `new ${id}` });
      family.remove({ id: String(2999 - id) });
      step = steps.next();
    }
    assertEquals(step.value, format.encode(families));
  });
}

test("encodeCooperatively: an error ends the page, as in encode()", async () => {
  const broken = [{ ...gaugeOf("a"), type: "wrong" }] as never;
  await assertRejects(async () => await encodeCooperatively(prometheusText, broken), EncodingError);
});
