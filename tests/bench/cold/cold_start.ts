/**
 * What a process that has loaded nothing yet takes for its import, for its definitions, and for its
 * first page, in milliseconds. Only one library is loaded, and next to nothing besides.
 */
import process from "node:process";
import { prometheus } from "../measure/prometheus_request.ts";
import type { Program } from "./programs.ts";

const [specifier, isScraped] = process.argv.slice(2);
let request: Request | undefined;
if (isScraped === "scrape") {
  // A server has both already: Node loads them at their first use, which takes 10 ms and more.
  request = new Request("http://localhost/metrics", { headers: prometheus() });
  await new Response(new Uint8Array(1)).arrayBuffer();
}

const begin = performance.now();
const program: Program = await import(specifier);
const imported = performance.now();
program.define();
const defined = performance.now();
await program.page(request);
const end = performance.now();
console.log(JSON.stringify([imported - begin, defined - imported, end - defined, end - begin]));
process.exit(0);
