import { contenders } from "../contenders/contenders.ts";
import { counterPopulation } from "../suites/population.ts";
import { captainOf, type ParallelContender } from "./libraries.ts";
import type { Member, MemberTask } from "./members.ts";

const size = 8;
const series = 10_000;
const patienceMilliseconds = 20_000;

/** Threads or processes with the same series each, that are scraped together. */
export interface Team {
  /** The page of all. */
  page(): Promise<Uint8Array>;
  /** Lets each record in a tenth of its series, and waits until all have. */
  touch(): Promise<void>;
  /** Lets the first count for ever. */
  spin(): Promise<void>;
  /** Ends all. */
  disband(): Promise<void>;
}

/**
 * Starts eight, each with 10 k series, and waits until all that they counted is on the page: whoever
 * leaves one out to be fast does not get further.
 */
export async function assemble(
  contender: ParallelContender,
  kind: MemberTask["kind"],
): Promise<Team> {
  const captain = await captainOf(contender, kind);
  const members: Member[] = [];
  const disband = async () => void await Promise.all(members.map((member) => member.end()));
  try {
    while (members.length < size) members.push(await captain.start({ contender, kind, series }));
    await complete(captain.page, size * await totalOfOne(contender));
  } catch (error) {
    await disband();
    throw error;
  }
  return {
    page: captain.page,
    touch: async () => void await Promise.all(members.map((member) => member.tell("touch"))),
    spin: () => members[0].tell("spin"),
    disband,
  };
}

async function totalOfOne(contender: ParallelContender): Promise<number> {
  const library = await contenders[contender]();
  counterPopulation(library, series);
  return totalOf((await library.page("text/plain")).bytes);
}

async function complete(page: Team["page"], expected: number): Promise<void> {
  for (const end = Date.now() + patienceMilliseconds; Date.now() < end;) {
    if (totalOf(await page()) === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the page has ${totalOf(await page())} in all, and not ${expected}`);
}

function totalOf(page: Uint8Array): number {
  const samples = new TextDecoder().decode(page).matchAll(/^requests_.* (\S+)$/gm);
  return [...samples].reduce((total, [, value]) => total + Number(value), 0);
}
