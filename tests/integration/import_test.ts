/**
 * What importing the library does: nothing but define it. Whatever a module asks or starts when it
 * is loaded costs every cold start, and some platforms refuse it.
 */
import { assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../support/root.ts";
import { ecmaScriptNames, runBare, scriptOf } from "../support/sandbox.ts";

/** What a script asked of its surroundings, and the globals that it left there. */
interface Observation {
  readonly asked: readonly string[];
  readonly left: readonly string[];
}

/** Globals of runtimes, whether the one that runs this has them or not. */
const platformNames = ["Bun", "EdgeRuntime", "WebSocketPair", "caches", "navigator", "process"];

/** What is ECMAScript's own and asks all the same, made to tell. */
const tellingNatives = `
  const replace = (owner, name) => owner[name] = new Proxy(owner[name], {
    apply: (real, self, args) => (tell(name), Reflect.apply(real, self, args)),
    construct: (real, args) => (tell("new " + name), Reflect.construct(real, args)),
  });
  replace(Date, "now");
  replace(Math, "random");
  for (const name of ["Date", "FinalizationRegistry", "eval", "Function"]) replace(globalThis, name);
  for (const name of Object.keys(console)) replace(console, name);
  replace(Promise.prototype, "then");
  for (const name of ["ArrayBuffer", "Float64Array", "Uint32Array", "Int32Array", "Uint8Array"]) {
    globalThis[name] = new Proxy(globalThis[name], {
      construct: (real, args, target) => {
        if (args[0] > 1024) tell("large " + name);
        return Reflect.construct(real, args, target);
      },
    });
  }
`;

function observe(script: string): Observation {
  const asked = new Set<string>();
  const tell = (name: string) => void asked.add(name);
  const surroundings = { tell };
  const names = [...Object.getOwnPropertyNames(globalThis), ...platformNames];
  for (const name of names.filter((name) => !ecmaScriptNames.has(name))) {
    Object.defineProperty(surroundings, name, {
      configurable: true,
      get() {
        tell(name);
        return (globalThis as Record<string, unknown>)[name];
      },
    });
  }
  const before = new Set(Object.keys(runBare(tellingNatives, surroundings)));
  const after = Object.keys(runBare(script, surroundings));
  return { asked: [...asked], left: after.filter((name) => !before.has(name)) };
}

const effects = {
  "setTimeout(() => {}, 0);": "setTimeout",
  "performance.now();": "performance",
  "typeof process;": "process",
  "navigator?.userAgent;": "navigator",
  "Date.now();": "now",
  "new Date();": "new Date",
  "Math.random();": "random",
  "Promise.resolve().then(() => {});": "then",
  "console.log();": "log",
  "new Function('');": "new Function",
  "new Float64Array(4096);": "large Float64Array",
};

for (const [script, name] of Object.entries(effects)) {
  test(`the import check would notice this: ${script}`, () => {
    assertEquals(observe(script).asked, [name]);
  });
}

test("an import reads no clock, no random numbers and no runtime, takes little memory, and starts nothing", async () => {
  const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
  const scripts = await Promise.all(Object.values<string>(exports).map(scriptOf));
  const { asked, left } = observe(scripts.join("\n"));
  // Making these has no effect, and it is cheaper to have one than to make many.
  // The timers are kept, because a test may replace them, and a page still has to end.
  const harmless = ["TextEncoder", "TextDecoder", "setTimeout", "clearTimeout"];
  assertEquals(asked.filter((name) => !harmless.includes(name)), []);
  assertEquals(left, []);
});
