/** How long it takes to load modules in a process that has loaded nothing yet, in milliseconds. */
import process from "node:process";

const begin = performance.now();
for (const specifier of process.argv.slice(2)) await import(specifier);
console.log(performance.now() - begin);
process.exit(0);
