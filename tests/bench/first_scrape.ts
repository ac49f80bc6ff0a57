/**
 * What a process that has loaded nothing yet takes for its first page of the 37 metrics, in
 * milliseconds: from the import on, and the page by itself.
 */
import process from "node:process";
import { contenders } from "./contenders/contenders.ts";
import type { ContenderName } from "./contenders/library.ts";
import { cataloguePopulation } from "./suites/catalogue.ts";

const begin = performance.now();
const library = await contenders[process.argv[2] as ContenderName]();
cataloguePopulation(library);
const defined = performance.now();
await library.page("text/plain");
const end = performance.now();
console.log(`${end - begin} ${end - defined}`);
process.exit(0);
