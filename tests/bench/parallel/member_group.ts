import { contenders } from "../contenders/contenders.ts";
import { counterPopulation } from "../suites/population.ts";
import { coordinatorOf, type ParallelContender } from "./libraries.ts";
import type { Member, MemberTask } from "./members.ts";

const size = 8;
const series = 10_000;
const startTimeoutMs = 20_000;

/** Threads or processes with the same series each, which are scraped together. */
export interface MemberGroup {
  /** The page with the sums of all members. */
  page(): Promise<Uint8Array>;
  /** Lets each member record in a tenth of its series, and waits until all have. */
  touch(): Promise<void>;
  /** Lets the first member count for ever. */
  spin(): Promise<void>;
  /** Ends all members. */
  end(): Promise<void>;
}

/**
 * Starts eight members with 10 k series each, and waits until all their counts are on the page, so
 * that a library cannot be fast by leaving some out.
 */
export async function startGroup(
  contender: ParallelContender,
  kind: MemberTask["kind"],
): Promise<MemberGroup> {
  const coordinator = await coordinatorOf(contender, kind);
  const members: Member[] = [];
  const end = async () => void await Promise.all(members.map((member) => member.end()));
  try {
    while (members.length < size) {
      members.push(await coordinator.start({ contender, kind, series }));
    }
    await complete(coordinator.page, size * await totalOfMember(contender));
  } catch (error) {
    await end();
    throw error;
  }
  return {
    page: coordinator.page,
    touch: async () => void await Promise.all(members.map((member) => member.send("touch"))),
    spin: () => members[0].send("spin"),
    end,
  };
}

async function totalOfMember(contender: ParallelContender): Promise<number> {
  const library = await contenders[contender]();
  counterPopulation(library, series);
  return totalOf((await library.page("text/plain")).bytes);
}

async function complete(page: MemberGroup["page"], expected: number): Promise<void> {
  for (const end = Date.now() + startTimeoutMs; Date.now() < end;) {
    if (totalOf(await page()) === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the page has a total of ${totalOf(await page())} instead of ${expected}`);
}

function totalOf(page: Uint8Array): number {
  const samples = new TextDecoder().decode(page).matchAll(/^requests_.* (\S+)$/gm);
  return [...samples].reduce((total, [, value]) => total + Number(value), 0);
}
