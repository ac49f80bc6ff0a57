import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { clashingLabel } from "../../src/push/clash.ts";
import { gaugeOf } from "../support/families.ts";
import { familyOf } from "../support/typed_family.ts";

test("clashingLabel: the first label that is taken", () => {
  const family = gaugeOf("a", { job: "1", zone: "2" });
  assertEquals(
    [[], ["a"], ["zone"], ["zone", "job"]].map((taken) => clashingLabel(family, taken)),
    [
      undefined,
      undefined,
      "zone",
      "job",
    ],
  );
});

test("clashingLabel: a state set has a label of its own name", () => {
  assertEquals(clashingLabel(familyOf("stateset", "job"), ["job"]), "job");
  assertEquals(clashingLabel(familyOf("gauge", "job"), ["job"]), undefined);
});
