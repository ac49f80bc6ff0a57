/**
 * A thread or a process of a group: has series, and changes some of them on request. Its task is
 * the `workerData` of a thread, and the last argument of a process.
 */
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { counterPopulation } from "../suites/population.ts";
import { libraryOfMember } from "./libraries.ts";
import type { Command, MemberTask } from "./members.ts";

const task: MemberTask = workerData ?? JSON.parse(process.argv.at(-1)!);
const population = counterPopulation(await libraryOfMember(task), task.series, task.from);

/** A process gets other messages too, those of the libraries. */
const onCommand = (command: Partial<Command>): void => {
  if (command.bench === "touch") population.touch(0.1);
  if (command.bench === undefined) return;
  reply(command.bench);
  if (command.bench === "spin") spin();
};

if (parentPort === null) process.on("message", onCommand);
else parentPort.on("message", onCommand);
reply("ready");

function reply(bench: string): void {
  if (parentPort === null) process.send!({ bench });
  else parentPort.postMessage({ bench });
}

/** Counts for ever, and never yields to the event loop. */
function spin(): never {
  for (;;) population.touch(0.1);
}
