/**
 * Compares two modules by random programs, and prints the first that makes a difference, shortened.
 *
 *     SEED=1 PROGRAMS=10000 node main.mjs prom-client prom-client ./layer.mjs
 *
 * The arguments are: whose API it is, the client's package, and what is compared with it. With
 * `EXACT=1` nothing is forgiven, not even what is decided; with `ALL=1` it goes on after a difference.
 */
import process from "node:process";
import { type ClientName, loadClient } from "./client.ts";
import { installClock } from "./clock.ts";
import { compareSeed } from "./compare.ts";

const [client, reference, subject] = process.argv.slice(2);
const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const seed = number("SEED", Math.floor(Math.random() * 1e9));
const programs = number("PROGRAMS", 300);

const clock = installClock();
const pair = {
  client: client as ClientName,
  reference: await loadClient(reference),
  subject: await loadClient(subject),
  clock,
  exact: process.env.EXACT === "1",
};

let differences = 0;
for (let index = 0; index < programs; index++) {
  const difference = await compareSeed(pair, seed + index);
  if (difference === undefined) continue;
  console.log(difference);
  differences++;
  if (process.env.ALL !== "1") break;
}
console.log(`${programs} programs from SEED=${seed}: ${differences} differences`);
process.exit(differences > 0 ? 1 : 0);
