import { type ParallelContender, parallelContenders } from "../parallel/libraries.ts";
import type { MemberTask } from "../parallel/members.ts";
import { type MemberGroup, oneOfAll, startGroup } from "../parallel/member_group.ts";
import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";
import { type Members, threadGroups } from "./thread_groups.ts";

const ours: ParallelContender = "edgeprom";

/** Scrapes of eight threads and of eight processes, from the numbers to the bytes of a page. */
export async function parallel(settings: Settings): Promise<Measurement[]> {
  const results: Measurement[] = [];
  for (const [name, members] of Object.entries(threadGroups)) {
    results.push(...await scrapes(name, "thread", settings, members));
  }
  return [
    ...results,
    ...await scrapesWhileBusy(settings),
    ...await scrapes("scrape 8 processes × 10 k counters", "process", settings),
  ];
}

/** The peer has no limits, and a registry of its own has no processes. */
async function scrapes(
  name: string,
  kind: MemberTask["kind"],
  settings: Settings,
  members: Members = {},
): Promise<Measurement[]> {
  if (!settings.only.test(name)) return [];
  const groups = new Map<ParallelContender, MemberGroup>();
  try {
    for (const contender of members.limit === undefined ? parallelContenders : [ours]) {
      try {
        groups.set(contender, await startGroup(contender, kind, members));
      } catch (error) {
        console.log(`${name}: ${contender} does not run here: ${error}`);
      }
    }
    const entries = [...groups].map(([contender, group]) => [contender, () => workOf(group)]);
    const contenders: Operation["contenders"] = Object.fromEntries(entries);
    if (kind === "thread") contenders.floor = async () => workOf(await oneOfAll(members));
    return await timeAll([{ name, unit: "ms", contenders }], settings);
  } finally {
    for (const group of groups.values()) await group.end();
  }
}

/** Without the peer: it asks each thread, so it has no page while one of them does not answer. */
async function scrapesWhileBusy(settings: Settings): Promise<Measurement[]> {
  const name = "scrape 8 threads, one in a busy loop";
  if (!settings.only.test(name)) return [];
  const group = await startGroup(ours, "thread");
  try {
    await group.spin();
    const contenders = { edgeprom: () => ({ run: pages(group) }) };
    return await timeAll([{ name, unit: "ms", contenders }], settings);
  } finally {
    await group.end();
  }
}

function workOf(group: Pick<MemberGroup, "page" | "touch">): Work {
  return { prepare: () => group.touch(), run: pages(group) };
}

function pages(group: Pick<MemberGroup, "page">): Work["run"] {
  return async (times) => {
    let bytes = 0;
    for (let time = 0; time < times; time++) bytes += (await group.page()).length;
    return bytes;
  };
}
