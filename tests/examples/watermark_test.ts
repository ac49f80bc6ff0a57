import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Watermark } from "../../examples/stream_processor/watermark.ts";
import { MetricsRegistry, ProcessorMetrics } from "../../mod.ts";

test("the watermark follows the latest event at its distance and never goes back", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const watermark = new Watermark(1_000, metrics);
  assertEquals(watermark.time, -Infinity);

  const times = [5_000, 4_000, 5_000, 6_000].map((eventTime) => {
    watermark.observe(eventTime, 9_000);
    return watermark.time;
  });
  assertEquals(times, [4_000, 4_000, 4_000, 5_000]);
  assertEquals(metrics.watermarkUpdates.get(), 2);
  assertEquals(metrics.outOfOrderEvents.get(), 1);
  assertEquals(metrics.watermarkLagSeconds.get(), 4);
});

test("the watermark is at the end of time after the last event, and lags no more", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const watermark = new Watermark(1_000, metrics);
  watermark.observe(5_000, 9_000);
  watermark.finish();
  assertEquals(watermark.time, Infinity);
  assertEquals(metrics.watermarkUpdates.get(), 2);
  assertEquals(metrics.watermarkLagSeconds.get(), 0);
});
