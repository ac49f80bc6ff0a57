import { assertEquals } from "@std/assert";
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { type Import, type Module, moduleGraph } from "../support/module_graph.ts";
import { root } from "../support/root.ts";
import { rooms } from "./rooms.ts";

const topLevel =
  /^(\..+|deno\.json|deno\.lock|mod\.ts|src|tests|examples|README\.md|LICENSE|CHANGELOG\.md)$/;

const read = (path: string) => readFileSync(join(root, path), "utf8");
const entries = Object.values<string>(JSON.parse(read("deno.json")).exports)
  .map((entry) => normalize(entry));
const modules = new Map(
  entries.flatMap((entry) => moduleGraph(entry)).map((module) => [module.path, module]),
);
const sources = globSync("src/**/*.ts", { cwd: root }).sort();

test("every file of src is reached from an export", () => {
  assertEquals(sources.filter((path) => !modules.has(path)), []);
});

test("each folder of src is a room, and beside them lie only entry points", () => {
  const folders = new Set(sources.filter((path) => !entries.includes(path)).map(roomOf));
  assertEquals([...folders].sort(), Object.keys(rooms).sort());
});

test("a room may use rooms above it in the list, and none below", () => {
  const names = Object.keys(rooms);
  const upward = names.flatMap((room, position) =>
    rooms[room].filter((used) => names.indexOf(used) >= position).map((used) => `${room} → ${used}`)
  );
  assertEquals(upward, []);
});

test("a file imports only what its room may use", () => {
  const violations = [...modules.values()].filter(({ path }) => !entries.includes(path))
    .flatMap((module) => module.imports.filter(isForbiddenIn(module)).map(inWords(module)));
  assertEquals(violations, []);
});

test("a room may use nothing that it does not use", () => {
  const used = new Set(
    [...modules.values()].flatMap((module) =>
      module.imports.map((target) => `${roomOf(module.path)} → ${usedBy(target)}`)
    ),
  );
  const unused = Object.entries(rooms).flatMap(([room, mayUse]) =>
    mayUse.map((target) => `${room} → ${target}`).filter((arrow) => !used.has(arrow))
  );
  assertEquals(unused, []);
});

test("a file of threads/memory may not import from threads/view", () => {
  const forbidden = isForbiddenIn({ path: "src/threads/memory/log.ts", imports: [] });
  const target = "src/threads/view/tombstones.ts";
  assertEquals(forbidden({ written: "../view/tombstones.ts", resolved: target }), true);
});

test("no file imports itself, not by any detour", () => {
  assertEquals([...modules.keys()].map(findCycle).filter((cycle) => cycle !== undefined), []);
});

for (const [name, entry] of Object.entries({ core: "src/core.ts", push: "src/push.ts" })) {
  test(`the ${name} export needs no package and no runtime's module`, () => {
    const foreign = moduleGraph(entry).flatMap((module) =>
      module.imports.filter(({ resolved }) => !resolved.startsWith("src/")).map(inWords(module))
    );
    assertEquals(foreign, []);
  });
}

test("a relative import names the file as it is", () => {
  const vague = [...modules.values()].flatMap((module) =>
    module.imports.filter(({ written }) => /^\..*(?<!\.ts)$/.test(written)).map(inWords(module))
  );
  assertEquals(vague, []);
});

test("a unit test is named after a file of its room, or after the room", () => {
  const mirrored = globSync("tests/**/*_test.ts", { cwd: root })
    .filter((path) => rooms[dirname(path).replace(/^tests\//, "")] !== undefined);
  const strays = mirrored.filter((path) => {
    const room = dirname(path).replace(/^tests\//, "");
    const subjects = sources.filter((source) => roomOf(source) === room)
      .map((source) => basename(source, ".ts"));
    const name = basename(path, "_test.ts");
    return ![...subjects, basename(room)].some((subject) => `${name}_`.startsWith(`${subject}_`));
  });
  assertEquals(strays, []);
});

test("src has no default export", () => {
  assertEquals(sources.filter((path) => /^export default\b/m.test(read(path))), []);
});

test("no file of src is longer than 300 lines", () => {
  assertEquals(sources.filter((path) => read(path).trimEnd().split("\n").length > 300), []);
});

test("nothing else lies at the top of the tree", () => {
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root }).toString().split("\0");
  const names = new Set(tracked.map((path) => path.split("/")[0]).filter((name) => name !== ""));
  assertEquals([...names].filter((name) => !topLevel.test(name)), []);
});

/** The room of a file of src/: its folder. */
function roomOf(path: string): string {
  return dirname(path).replace(/^src\//, "");
}

/** The room or the package that an import leads to. */
function usedBy({ written, resolved }: Import): string {
  if (resolved.startsWith("src/")) return roomOf(resolved);
  return written.match(/^(@[^/]+\/)?[^/]+/)![0];
}

function isForbiddenIn({ path }: Module): (target: Import) => boolean {
  const own = roomOf(path);
  const allowed = [own, ...rooms[own] ?? []];
  return (target) => !allowed.includes(usedBy(target));
}

function inWords({ path }: Module): (target: Import) => string {
  return ({ written }) => `${path} imports ${written}`;
}

/** The way from a file back to itself, if there is one. */
function findCycle(start: string): string | undefined {
  const seen = new Set<string>();
  const follow = (path: string, way: readonly string[]): string | undefined => {
    if (path === start && way.length > 0) return [...way, path].join(" → ");
    if (seen.has(path)) return undefined;
    seen.add(path);
    for (const { resolved } of modules.get(path)?.imports ?? []) {
      const cycle = follow(resolved, [...way, path]);
      if (cycle !== undefined) return cycle;
    }
  };
  return follow(start, []);
}
