import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { constGauge, constStateSet, type MetricFamily } from "../../../mod.ts";
import { pushableFamilies } from "../../../src/push/pushgateway/pushable_families.ts";
import { counterOf, gaugeOf } from "../../support/families.ts";

const groupLabels = ["job", "in_stance"];

/** The names of the families that may be pushed, and why others may not. */
function pushable(...families: readonly MetricFamily[]) {
  const errors: string[] = [];
  const onError = ({ message }: Error) => void errors.push(message);
  return {
    names: pushableFamilies(families, groupLabels, onError).map(({ name }) => name),
    errors,
  };
}

test("pushableFamilies: a family with a label of the group is left out", () => {
  const { names, errors } = pushable(
    counterOf("a_total", { job: "x" }),
    counterOf("b_total", { instance: "x" }),
    gaugeOf("c", {}, { "in.stance": "x" }),
    constStateSet({ name: "job", help: "Help.", states: ["on"], samples: [{ on: ["on"] }] }),
  );
  assertEquals(names, ["b_total"]);
  const remedy = "is also one of the group, whose value the Pushgateway would write over it; " +
    "rename one of them";
  assertEquals(errors, [
    `a_total: left out of the push: its label "job" ${remedy}`,
    `c: left out of the push: its label "in_stance" ${remedy}`,
    `job: left out of the push: its label "job" ${remedy}`,
  ]);
});

test("pushableFamilies: metrics of the gateway itself are left out", () => {
  const { names, errors } = pushable(gaugeOf("push_time_seconds", {}), gaugeOf("push_time", {}));
  assertEquals([names, errors.length], [["push_time"], 1]);
});

test("pushableFamilies: a family with a timestamp is left out, one with none of its own stays", () => {
  const timed = (name: string, timestamp?: number) =>
    constGauge({
      name,
      help: "Help.",
      samples: [{ labels: { a: "1" }, value: 1, timestamp }, {
        labels: { a: "2" },
        value: 2,
      }],
    });
  const nowhere = { ...timed("c"), timestamps: new Float64Array([NaN, NaN]) } as MetricFamily;
  const { names, errors } = pushable(timed("a", 1), timed("b"), nowhere);
  assertEquals([names, errors.length], [["b", "c"], 1]);
  assertEquals(errors[0].startsWith("a: left out of the push: it has timestamps"), true);
});

test("pushableFamilies: names are escaped, and of two that become one the second is left out", () => {
  const { names, errors } = pushable(gaugeOf("a.b", {}), gaugeOf("a_b", {}), gaugeOf("c", {}));
  assertEquals([names, errors.length], [["a_b", "c"], 1]);
});

test("pushableFamilies: a family that is malformed is left out", () => {
  const strange = { ...gaugeOf("a", {}), timestamps: 7 } as unknown as MetricFamily;
  const { names, errors } = pushable(strange, gaugeOf("b", {}));
  assertEquals([names, errors.length], [["b"], 1]);
});
