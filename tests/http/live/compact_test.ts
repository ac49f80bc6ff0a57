import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { compactScript, compactStyle } from "../../../src/http/live/compact.ts";

test("compactScript drops comments and blanks, but not those in strings and expressions", () => {
  const script = `
// A remark with "quotes" and /slashes/.
function f(a, b) {
  return a / b + "a  // b" + 'c  "' + / [/ ]+"/.source; // no more
}
const x = typeof f
let y = x ? { a: 1 } : [ 2 ];
`;
  assertEquals(
    compactScript(script.replace("/ [/ ]", "/[/ ]")),
    `function f(a,b){return a/b+"a  // b"+'c  "'+/[/ ]+"/.source;}\nlet x=typeof f\nlet y=x?{a:1}:[2];`,
  );
});

test("compactScript gives names of its own a letter, and no text", () => {
  assertEquals(compactScript('family.name = "family"'), 'A.name="family"');
});

test("compactScript: a script does the same after it as before", () => {
  const script = `
    const kept = [];
    for (const rate of [1, 2]) kept.push({ rate }, \`x\`);
    return kept.map(({ rate }) => rate ?? "none");
  `.replaceAll("`", '"');
  assertEquals(new Function(compactScript(script))(), new Function(script)());
});

test("compactStyle drops blanks that say nothing", () => {
  const style = ".a b { --ground: #fff; color: var(--ground); }\n.c:not(.d) { margin: 0 1px; }";
  assertEquals(
    compactStyle(style),
    ".a b{--ground:#fff;color:var(--ground)}.c:not(.d){margin:0 1px}",
  );
});
