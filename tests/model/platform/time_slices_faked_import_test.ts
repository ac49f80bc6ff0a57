import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { withoutTimers } from "../../support/fake_timers.ts";
import { busyFor } from "../../support/laps.ts";

test("inTimeSlices: long work ends if timers were fake before the import", async () => {
  const steps = {
    left: 5,
    next() {
      busyFor(6);
      return this.left-- > 0 ? { value: undefined } : { done: true as const, value: "done" };
    },
  };
  const result = await withoutTimers(async () => {
    // Nothing else of this file imports it.
    const { inTimeSlices } = await import("../../../src/model/platform/time_slices.ts");
    return await inTimeSlices(steps);
  });
  assertEquals(result, "done");
});
