import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { encodeFamilies } from "../../../src/deltas/batches/batch_writer.ts";
import { Endpoint } from "../../../src/push/delivery/endpoint.ts";
import { checkDeltaPusherOptions } from "../../../src/push/delta_pusher/delta_pusher_options.ts";
import { DeltaQueue, type QueuedBatch } from "../../../src/push/delta_pusher/delta_queue.ts";
import { sendBatch } from "../../../src/push/delta_pusher/delta_sender.ts";
import { FakeAggregator, type Fate } from "../../support/fake_aggregator.ts";
import { counterOf } from "../../support/families.ts";
import { withQuickTimers } from "../../support/quick_timers.ts";

const gatherer = { gather: () => Promise.resolve({ families: [], errors: [] }) };
const target = "https://metrics.example.com/deltas";

/** Sends a batch that meets fates, by a flush that is taken over after some requests. */
async function sent(fates: readonly Fate[], currentFor = Infinity) {
  const aggregator = new FakeAggregator();
  aggregator.fates.push(...fates);
  const queue = new DeltaQueue(false);
  const [encoded] = encodeFamilies([{ family: counterOf("a_total", {}) }], 1000);
  const batch: QueuedBatch = { encoded, families: [], time: 5, isUncertain: false };
  queue.push([batch]);
  await queue.freeze(batch, () => true);
  const { signal } = new AbortController();
  const codes: string[] = [];
  const { result } = await sendBatch(batch, {
    endpoint: new Endpoint("a test", target, { fetch: aggregator.fetch }),
    settings: checkDeltaPusherOptions("a test", {
      gatherer,
      target,
      maxAttempts: 3,
      attemptTimeoutSeconds: 1000,
    }),
    signals: { signal, superseded: signal, isAwaited: () => true },
    seconds: 1000,
    isCurrent: () => codes.length < currentFor,
    onAttempt: (code) => codes.push(code),
  });
  return { result, codes, isUncertain: batch.isUncertain };
}

test("sendBatch: an attempt is uncertain until it has an answer that counts", async () => {
  await withQuickTimers(async () => {
    for (const fate of ["request", "busy", "kept", "gateway", "page", "garbled"] as const) {
      const { result, isUncertain } = await sent([fate, fate, fate]);
      assertEquals([result, isUncertain], ["failed", true], fate);
    }
    assertEquals((await sent(["refused"])).isUncertain, false);
    // What one answer says is not true of an attempt before it.
    assertEquals((await sent(["request", "refused"])).isUncertain, true);
    assertEquals((await sent(["answer", "taken"])).result, "duplicate");
  });
});

test("sendBatch: a flush that was taken over tries no more, and the batch stays uncertain", async () => {
  await withQuickTimers(async () => {
    const { result, codes, isUncertain } = await sent(["busy"], 1);
    assertEquals([result, codes, isUncertain], ["failed", ["503"], true]);
    // The attempt of which the answer came too late.
    assertEquals((await sent(["refused"], 1)).isUncertain, true);
  });
});
