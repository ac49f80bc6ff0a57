import { type ParallelContender, parallelContenders } from "../parallel/libraries.ts";
import type { MemberTask } from "../parallel/members.ts";
import { assemble, type Team } from "../parallel/team.ts";
import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";

/** Scrapes of eight threads, and of eight processes, from the numbers to the bytes of a page. */
export async function parallel(settings: Settings): Promise<Measurement[]> {
  return [
    ...await scrapes("scrape 8 threads × 10 k counters", "thread", settings),
    ...await scrapesWhileBusy(settings),
    ...await scrapes("scrape 8 processes × 10 k counters", "process", settings),
  ];
}

async function scrapes(
  name: string,
  kind: MemberTask["kind"],
  settings: Settings,
): Promise<Measurement[]> {
  if (!settings.only.test(name)) return [];
  const teams = new Map<ParallelContender, Team>();
  try {
    for (const contender of parallelContenders) {
      try {
        teams.set(contender, await assemble(contender, kind));
      } catch (error) {
        console.log(`${name}: ${contender} does not run here: ${error}`);
      }
    }
    const works = [...teams].map(([contender, team]) => [contender, () => workOf(team)]);
    const contenders: Operation["contenders"] = Object.fromEntries(works);
    return await timeAll([{ name, unit: "ms", contenders }], settings);
  } finally {
    for (const team of teams.values()) await team.disband();
  }
}

/** A peer that asks each thread has no page while one of them does not answer. */
async function scrapesWhileBusy(settings: Settings): Promise<Measurement[]> {
  const name = "scrape 8 threads, one in a busy loop";
  if (!settings.only.test(name)) return [];
  const team = await assemble("edgeprom", "thread");
  try {
    await team.spin();
    const contenders = { edgeprom: () => ({ run: pages(team) }) };
    return await timeAll([{ name, unit: "ms", contenders }], settings);
  } finally {
    await team.disband();
  }
}

function workOf(team: Team): Work {
  return { prepare: () => team.touch(), run: pages(team) };
}

function pages(team: Team): Work["run"] {
  return async (times) => {
    let bytes = 0;
    for (let time = 0; time < times; time++) bytes += (await team.page()).length;
    return bytes;
  };
}
