/** The contributor's map, `src/README.md`, held against the code. */
import { assertEquals } from "@std/assert";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { version } from "../../mod.ts";
import * as formatList from "../../src/exposition/format_list.ts";
import { root } from "../support/root.ts";
import { rooms } from "./rooms.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const map = read("src/README.md");
const configuration = JSON.parse(read("deno.json"));

test("the map has a row for each room, in the order of the layers", () => {
  const rows = [...map.matchAll(/^\| `([a-z_/]+)\/` +\|/gm)].map(([, room]) => room);
  assertEquals(rows, Object.keys(rooms));
});

test("the map names files and folders that exist", () => {
  const paths = [...map.matchAll(/`([a-z_./]+(?:\.(?:ts|md|json)|\/))`/g)].map(([, path]) => path);
  const isThere = (path: string) => ["", "src"].some((base) => existsSync(join(root, base, path)));
  assertEquals(paths.filter((path) => !isThere(path)), []);
});

test("the map names the list of formats, which has a line for each", () => {
  assertEquals(map.includes("`exposition/format_list.ts`"), true);
  const lines = read("src/exposition/format_list.ts").match(/^export \{/gm) ?? [];
  assertEquals(lines.length, Object.keys(formatList).length);
});

test("the map names tasks that exist", () => {
  const tasks = [...map.matchAll(/deno task (\w+)/g)].map(([, task]) => task);
  assertEquals(tasks.filter((task) => configuration.tasks[task] === undefined), []);
});

test("the map explains words that the code uses", () => {
  const words = [...map.slice(map.indexOf("## Words")).matchAll(/^\| ([a-z ]+?) +\|/gm)]
    .map(([, word]) => word).filter((word) => word !== "word");
  const code = globSync("src/**/*.ts", { cwd: root }).map(read).join("").toLowerCase();
  assertEquals(words.length >= 15, true);
  assertEquals(words.filter((word) => !code.includes(word)), []);
});

test("the version is the same in deno.json and in the code", () => {
  assertEquals(version, configuration.version);
});
