import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { KeptValues } from "../../../src/model/family/kept_values.ts";

test("KeptValues: each value stays as it is, however many there are, at each label", () => {
  const kept = new KeptValues();
  const values = ["", "a", "ü", "\u{1f600}", ...Array.from({ length: 200 }, (_, n) => `user-${n}`)];
  for (const label of [0, 1, 0]) {
    assertEquals(values.map((value) => kept.instead(value, label) ?? value), values);
  }
});
