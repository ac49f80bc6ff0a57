import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { InvalidLabelError, MetricsRegistry, RegistrationError } from "../../mod.ts";
import { samplesOf } from "../support/pages.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const definition = { name: "build_info", help: "The build." };

function infoOf() {
  const registry = new MetricsRegistry();
  const info = registry.info({ ...definition, labels: ["version", "commit"] });
  return { registry, info };
}

test("an info has no series until its facts are known", async () => {
  const { registry, info } = infoOf();
  assertEquals(await samplesOf(registry), []);
  info.set({ version: "1.2.3", commit: "abc" });
  assertEquals(await samplesOf(registry), ['build_info{version="1.2.3",commit="abc"} 1']);
});

test("Info: facts replace those that were set before", async () => {
  const { registry, info } = infoOf();
  for (const version of ["1", "2", "1", "1", "3"]) {
    info.set({ version, commit: "abc" });
    assertEquals(await samplesOf(registry), [`build_info{version="${version}",commit="abc"} 1`]);
  }
});

test("Info: facts that change often leave nothing behind, even without scrapes", async () => {
  const { registry, info } = infoOf();
  for (let count = 0; count < 1000; count++) info.set({ version: `${count % 10}`, commit: "abc" });
  const { families: [family] } = await registry.gather();
  assertEquals(family.labels.rows, 1);
  assertEquals(family.labels.values, ["9", "abc"]);
});

test("Info: facts that do not fit are refused, and the old ones stay", async () => {
  const { registry, info } = infoOf();
  info.set({ version: "1", commit: "abc" });
  const bad = [{}, { version: "2" }, { version: "2", commit: "abc", more: "x" }, {
    version: {},
    commit: "abc",
  }];
  for (const facts of bad) {
    const set = () => info.set(facts as { version: string; commit: string });
    assertThrowsWith(set, InvalidLabelError, "build_info: ");
  }
  assertEquals(await samplesOf(registry), ['build_info{version="1",commit="abc"} 1']);
});

test("Info: facts may be numbers and booleans, and are removed like series", async () => {
  const { registry, info } = infoOf();
  info.set({ version: 3, commit: true });
  assertEquals(await samplesOf(registry), ['build_info{version="3",commit="true"} 1']);
  assertEquals(info.remove({ version: "3", commit: "true" }), true);
  assertEquals(await samplesOf(registry), []);
});

test("an info without labels is there as soon as it is set", async () => {
  const registry = new MetricsRegistry();
  const info = registry.info({ ...definition, labels: [] });
  info.set({});
  assertEquals(await samplesOf(registry), ["build_info 1"]);
});

test("Info: a view gives an info its prefix and labels", async () => {
  const registry = new MetricsRegistry();
  const view = registry.view({ prefix: "app_", labels: { team: "a" } });
  view.info({ ...definition, labels: ["version"] }).set({ version: "1" });
  assertEquals(await samplesOf(registry), ['app_build_info{team="a",version="1"} 1']);
});

for (const name of ["build", "build_infos", "info", "build_Info", "build_info_total"]) {
  test(`Info: the name ${name} is refused, with one that fits`, () => {
    const define = () => new MetricsRegistry().info({ name, help: "B.", labels: ["version"] });
    assertThrowsWith(define, RegistrationError, `${name}: `, 'ends in "_info"', `${name}_info`);
  });
}

test("Info: under utf8Names anything may stand before _info", async () => {
  const registry = new MetricsRegistry({ utf8Names: true });
  for (const name of ["build\n_info", "сборка_info", "\u{1f4e6}_info", " _info"]) {
    registry.info({ name, help: "B.", labels: ["version"] }).set({ version: "1" });
  }
  assertEquals((await registry.gather()).families.length, 4);
  for (const name of ["_info", "build_info\n"]) {
    const define = () => registry.info({ name, help: "B.", labels: ["version"] });
    assertThrowsWith(define, RegistrationError, 'ends in "_info"');
  }
});

test("Info: the name _info is refused: in OpenMetrics nothing would be left of it", () => {
  const define = () => new MetricsRegistry().info({ name: "_info", help: "B.", labels: ["a"] });
  assertThrowsWith(define, RegistrationError, "_info");
});

test("an info has no unit", () => {
  for (const unit of ["seconds", "info", ""]) {
    const define = () => new MetricsRegistry().info({ ...definition, unit, labels: ["version"] });
    assertThrowsWith(define, RegistrationError, "build_info: an info has no unit", `"${unit}"`);
  }
});

test("Info: the same definition gives the same info, other labels are another definition", () => {
  const { registry, info } = infoOf();
  assertStrictEquals(registry.info({ ...definition, labels: ["version", "commit"] }), info);
  assertThrowsWith(
    () => registry.info({ ...definition, labels: ["version"] }),
    RegistrationError,
    "already registered as info",
  );
});
