/**
 * Compares two modules by what they export and push, by a page of many series, and by random
 * programs, of which it prints the first that makes a difference, shortened.
 *
 *     SEED=1 PROGRAMS=10000 node main.mjs prom-client prom-client ./layer.mjs
 *
 * The arguments are: whose API it is, the client's package, and what is compared with it. With
 * `EXACT=1` nothing is forgiven, not even what is decided; with `ALL=1` it goes on after a difference.
 */
import process from "node:process";
import { type ClientName, loadClient } from "./client.ts";
import { installClock } from "./clock.ts";
import { compareSeed, staleDifferences } from "./compare.ts";
import { manySeriesOf } from "./many_series.ts";
import { pushesOf } from "./pushes.ts";
import { missingSurface } from "./surface.ts";

const [client, reference, subject] = process.argv.slice(2);
const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const seed = number("SEED", Math.floor(Math.random() * 1e9));
const programs = number("PROGRAMS", 300);

const all = process.env.ALL === "1";

const clock = installClock();
const pair = {
  client: client as ClientName,
  reference: await loadClient(reference),
  subject: await loadClient(subject),
  clock,
  exact: process.env.EXACT === "1",
};

const missing = await missingSurface(pair.reference, pair.subject);
for (const line of missing) console.log(`missing: ${line}`);

const expected = await pushesOf(pair.reference);
const pushed = await pushesOf(pair.subject);
for (const [index, line] of expected.entries()) {
  if (line === pushed[index]) continue;
  missing.push(line);
  console.log(`pushes\n  the client: ${line}\n  the layer:  ${pushed[index]}`);
}

if (await manySeriesOf(pair.reference) !== await manySeriesOf(pair.subject)) {
  missing.push("some of many series");
  console.log("the page of many series differs");
}

const stale = await staleDifferences(pair);
for (const what of stale) console.log(`no difference any more: ${what}`);

let differences = 0;
for (let index = 0; index < programs && (differences === 0 || all); index++) {
  const difference = await compareSeed(pair, seed + index);
  if (difference === undefined) continue;
  console.log(difference);
  differences++;
}
console.log(
  `${programs} programs from SEED=${seed}: ${missing.length} missing, ${stale.length} stale, ${differences} differences`,
);
process.exit(missing.length + stale.length + differences > 0 ? 1 : 0);
