import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { CollectionError, type MetricFamily } from "../../../mod.ts";
import { checkInSteps, FamilyMerger } from "../../../src/model/gathering/family_merger.ts";
import { Source } from "../../../src/model/gathering/source.ts";
import { atOnce } from "../../../src/model/platform/time_slices.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { seriesOf } from "../../support/series.ts";

const source = new Source({ name: "pool", collect: () => [] });

function add(merger: FamilyMerger, families: readonly MetricFamily[]): void {
  atOnce(merger.addInSteps(atOnce(checkInSteps(families, source)), source));
}

function merged(...answers: readonly MetricFamily[][]): ReturnType<FamilyMerger["finish"]> {
  const merger = new FamilyMerger();
  for (const families of answers) add(merger, families);
  return merger.finish();
}

test("FamilyMerger: families come sorted by name, by code unit and not by locale", () => {
  const names = ["b", "a", "B", "_", "a_b", "a:b", "ab", "a1"];
  const { families, errors } = merged(names.map((name) => gaugeOf(name)));
  assertEquals(families.map(({ name }) => name), ["B", "_", "a", "a1", "a:b", "a_b", "ab", "b"]);
  assertEquals(errors, []);
});

test("FamilyMerger: families of one name become one, in the order of their collectors", () => {
  const { families, errors } = merged([gaugeOf("a", { x: "2" })], [gaugeOf("a", { x: "1" })]);
  assertEquals(errors, []);
  assertEquals(families.map(seriesOf), [[[{ x: "2" }, 1], [{ x: "1" }, 1]]]);
});

test("FamilyMerger: a family that contradicts an earlier one is left out, and the rest stays", () => {
  const { families, errors } = merged(
    [counterOf("a", {}), gaugeOf("b", {})],
    [gaugeOf("a", {}), gaugeOf("c", {})],
  );
  assertEquals(families.map(({ name, type }) => [name, type]), [
    ["a", "counter"],
    ["b", "gauge"],
    ["c", "gauge"],
  ]);
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0].message, "a: ");
});

test("FamilyMerger: a series that two collectors give is kept once", () => {
  const { families, errors } = merged([gaugeOf("a", { x: "1" })], [gaugeOf("a", { x: "1" })]);
  assertEquals(families.map(seriesOf), [[[{ x: "1" }, 1]]]);
  assertEquals(errors.length, 1);
});

test("FamilyMerger: a family that would write samples of another is left out, in either order", () => {
  for (const suffix of ["_count", "_sum", "_bucket"]) {
    const histogram = histogramOf("x", {});
    const counter = counterOf(`x${suffix}`, {});
    for (const [first, second] of [[histogram, counter], [counter, histogram]]) {
      const { families, errors } = merged([first], [second]);
      assertEquals(families.map(({ name }) => name), [first.name]);
      assertEquals(errors.map(({ message }) => message), [
        `pool: ${second.name}: it would write "${counter.name}", as "${first.name}" does; ` +
        `rename one`,
      ]);
    }
  }
});

test("FamilyMerger: names that only look like a suffix live side by side", () => {
  const { families, errors } = merged([
    counterOf("x"),
    counterOf("x_count"),
    gaugeOf("x_sum"),
    histogramOf("y_x"),
  ]);
  assertEquals([families.length, errors], [4, []]);
});

test("FamilyMerger: errors of a collector beyond the tenth are counted by one more", () => {
  const named = (message: string) =>
    ["pool: ", "left out as well"].some((part) => message.includes(part));
  for (
    const [wrong, errors, last] of [[10, 10, "family"], [11, 11, "pool: 1 further"], [
      5000,
      11,
      "pool: 4990 further",
    ]] as const
  ) {
    const list = Array.from({ length: wrong }, (_, at) => at as unknown as MetricFamily);
    const outcome = merged([...list, gaugeOf("a", {})], [gaugeOf("b", {}), gaugeOf("", {})]);
    assertEquals(outcome.families.map(({ name }) => name), ["a", "b"]);
    // The second answer has a count of its own.
    assertEquals(outcome.errors.length, errors + 1);
    assertStringIncludes(outcome.errors[errors - 1].message, last);
    for (const { message } of outcome.errors) assertEquals(named(message), true, message);
  }
});

test("FamilyMerger: every error is a CollectionError and keeps its cause", () => {
  const merger = new FamilyMerger();
  add(merger, [{ ...gaugeOf("a"), name: "" }]);
  add(merger, [{ ...gaugeOf("a"), help: 5 } as unknown as MetricFamily]);
  merger.fail(new CollectionError("failed before"));
  const { families, errors } = merger.finish();
  assertEquals([families.length, errors.length], [0, 3]);
  for (const error of errors) assertInstanceOf(error, CollectionError);
});
