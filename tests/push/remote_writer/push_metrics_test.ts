import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { prometheusText } from "../../../mod.ts";
import { PushMetrics } from "../../../src/push/remote_writer/push_metrics.ts";
import { checkedFamily } from "../../support/families.ts";
import { withWallClock } from "../../support/wall_clock.ts";

function linesOf(metrics: PushMetrics): string[] {
  const page = new TextDecoder().decode(
    prometheusText.encode(metrics.collect().map((each) => checkedFamily(each))),
  );
  return page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

const target = '{target="http://a.test/write"}';
const samples = (result: string, count: number) =>
  `edgeprom_push_samples_total{target="http://a.test/write",result="${result}"} ${count}`;

test("PushMetrics: before the first push there are zeros, and no time of a success", () => {
  assertEquals(linesOf(new PushMetrics("http://a.test/write")), [
    samples("written", 0),
    samples("refused", 0),
    samples("unsent", 0),
    `edgeprom_push_duration_seconds_sum${target} 0`,
    `edgeprom_push_duration_seconds_count${target} 0`,
  ]);
});

test("PushMetrics: attempts by code, samples by result, and when all was taken", async () => {
  await withWallClock((clock) => {
    const metrics = new PushMetrics("http://a.test/write");
    for (const code of ["204", "error", "204"]) metrics.attempt(code);
    metrics.pushed({ written: 5, refused: 0, unsent: 0 }, false, 1.5);
    clock.advance(10);
    metrics.pushed({ written: 1, refused: 0, unsent: 3 }, true, 0.5);
    metrics.pushed({ written: 1, refused: 2, unsent: 0 }, false, 0.5);
    assertEquals(linesOf(metrics), [
      'edgeprom_push_requests_total{target="http://a.test/write",code="204"} 2',
      'edgeprom_push_requests_total{target="http://a.test/write",code="error"} 1',
      samples("written", 7),
      samples("refused", 2),
      samples("unsent", 3),
      `edgeprom_push_duration_seconds_sum${target} 2.5`,
      `edgeprom_push_duration_seconds_count${target} 3`,
      `edgeprom_push_last_success_timestamp_seconds${target} 1700000000`,
    ]);
  });
});
