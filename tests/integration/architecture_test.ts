import { assertEquals } from "@std/assert";
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { test } from "node:test";
import { type Import, type Module, moduleGraph } from "../support/module_graph.ts";
import { root } from "../support/root.ts";

/** What the files of each folder of src/ may import besides their own folder's; exports may all. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
  core: [],
  metrics: ["core"],
  exposition: ["core"],
  testing: ["core", "exposition"],
  registry: ["core", "metrics", "exposition"],
  http: [
    "core",
    "metrics",
    "exposition",
    "registry",
    "version.ts",
    "@hono/node-server",
    "hono",
    "zod",
  ],
  workers: ["core", "metrics", "exposition", "registry"],
  processor: ["core", "metrics", "registry", "zod"],
  runtime: ["core", "metrics", "registry"],
};

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

test("a file imports only what its folder may use", () => {
  const violations = [...modules.values()].filter(({ path }) => !entries.includes(path))
    .flatMap((module) => module.imports.filter(isForbiddenIn(module)).map(inWords(module)));
  assertEquals(violations, []);
});

test("no file imports itself, not by any detour", () => {
  assertEquals([...modules.keys()].map(findCycle).filter((cycle) => cycle !== undefined), []);
});

test("the core export needs no package and no runtime's module", () => {
  const foreign = moduleGraph("src/core.ts").flatMap((module) =>
    module.imports.filter(({ resolved }) => !resolved.startsWith("src/")).map(inWords(module))
  );
  assertEquals(foreign, []);
});

test("a relative import names the file as it is", () => {
  const vague = [...modules.values()].flatMap((module) =>
    module.imports.filter(({ written }) => /^\..*(?<!\.ts)$/.test(written)).map(inWords(module))
  );
  assertEquals(vague, []);
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

/** The folder under src/, or the file if it lies beside them. */
function folderOf(path: string): string | undefined {
  return path.match(/^src\/([^/]+)/)?.[1];
}

function isForbiddenIn({ path }: Module): (target: Import) => boolean {
  const own = folderOf(path) ?? path;
  const allowed = [own, ...mayUse[own] ?? []];
  return ({ written, resolved }) => {
    const used = folderOf(resolved) ?? written;
    return !allowed.some((name) => used === name || used.startsWith(`${name}/`));
  };
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
