/**
 * A thread or a process of a team: has series, and changes some of them on request. Its team is the
 * argument of a thread, and the last argument of a process.
 */
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { counterPopulation } from "../suites/population.ts";
import { libraryOfMember } from "./libraries.ts";
import type { Command, MemberTask } from "./members.ts";

const task: MemberTask = workerData ?? JSON.parse(process.argv.at(-1)!);
const population = counterPopulation(await libraryOfMember(task), task.series);

/** A process hears other messages too, those of the libraries. */
const hear = (command: Partial<Command>): void => {
  if (command.bench === "touch") population.touch(0.1);
  if (command.bench === undefined) return;
  tell(command.bench);
  if (command.bench === "spin") spin();
};

if (parentPort === null) process.on("message", hear);
else parentPort.on("message", hear);
tell("ready");

function tell(bench: string): void {
  if (parentPort === null) process.send!({ bench });
  else parentPort.postMessage({ bench });
}

/** Counts for ever, and never gives way to an event. */
function spin(): never {
  for (;;) population.touch(0.1);
}
