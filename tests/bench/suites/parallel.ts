import { type ParallelContender, parallelContenders } from "../parallel/libraries.ts";
import type { MemberTask } from "../parallel/members.ts";
import { type MemberGroup, startGroup } from "../parallel/member_group.ts";
import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";

/** Scrapes of eight threads and of eight processes, from the numbers to the bytes of a page. */
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
  const groups = new Map<ParallelContender, MemberGroup>();
  try {
    for (const contender of parallelContenders) {
      try {
        groups.set(contender, await startGroup(contender, kind));
      } catch (error) {
        console.log(`${name}: ${contender} does not run here: ${error}`);
      }
    }
    const entries = [...groups].map(([contender, group]) => [contender, () => workOf(group)]);
    const contenders: Operation["contenders"] = Object.fromEntries(entries);
    return await timeAll([{ name, unit: "ms", contenders }], settings);
  } finally {
    for (const group of groups.values()) await group.end();
  }
}

/** Without the peer: it asks each thread, so it has no page while one of them does not answer. */
async function scrapesWhileBusy(settings: Settings): Promise<Measurement[]> {
  const name = "scrape 8 threads, one in a busy loop";
  if (!settings.only.test(name)) return [];
  const group = await startGroup("edgeprom", "thread");
  try {
    await group.spin();
    const contenders = { edgeprom: () => ({ run: pages(group) }) };
    return await timeAll([{ name, unit: "ms", contenders }], settings);
  } finally {
    await group.end();
  }
}

function workOf(group: MemberGroup): Work {
  return { prepare: () => group.touch(), run: pages(group) };
}

function pages(group: MemberGroup): Work["run"] {
  return async (times) => {
    let bytes = 0;
    for (let time = 0; time < times; time++) bytes += (await group.page()).length;
    return bytes;
  };
}
