import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { valueTimes, withValueTimes } from "../../../src/push/delta_pusher/value_times.ts";
import { counterOf, gaugeOf } from "../../support/families.ts";

test("valueTimes: a row keeps its time as long as its value stays, wherever it is", () => {
  const first = gaugeOf("a", { b: "1" }, { b: "2" });
  const times = valueTimes(undefined, first, 10);
  assertEquals([...times!], [10, 10]);
  const second = gaugeOf("a", { b: "1" }, { b: "3" }, { b: "2" });
  // The value is the number in the list, so that of 2 is another one now.
  const later = valueTimes({ family: first, times }, second, 20);
  assertEquals([...later!], [10, 20, 20]);
  const moved = { ...second, values: new Float64Array([2, 3, 1]) };
  const turned = { ...gaugeOf("a", { b: "3" }, { b: "2" }, { b: "1" }), values: second.values };
  assertEquals([...valueTimes({ family: moved, times: later }, turned, 30)!], [30, 30, 30]);
  const same = { ...turned, values: new Float64Array([3, 1, 2]) };
  assertEquals([...valueTimes({ family: moved, times: later }, same, 30)!], [20, 20, 10]);
});

test("valueTimes: only for gauges that do not say it themselves", () => {
  assertEquals(valueTimes(undefined, counterOf("a_total", {}), 1), undefined);
  const timed = { ...gaugeOf("a", {}), times: new Float64Array([5]) };
  assertEquals(valueTimes(undefined, timed, 1), undefined);
  const partly = { ...gaugeOf("a", { b: "1" }, { b: "2" }), times: new Float64Array([NaN, 5]) };
  const { times } = withValueTimes(partly, new Float64Array([1, 2])) as typeof partly;
  assertEquals([...times], [1, 5]);
});
