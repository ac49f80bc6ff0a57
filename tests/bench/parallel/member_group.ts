import { instrumentsOf } from "../contenders/edgeprom.ts";
import { counterPopulation } from "../suites/population.ts";
import type { Members } from "../suites/thread_groups.ts";
import { coordinatorOf, limited, type ParallelContender } from "./libraries.ts";
import type { Member, MemberTask } from "./members.ts";

type Edgeprom = typeof import("../../../mod.ts");

/** The packed library; what is named in the source would be bundled. */
const specifier: string = "@edgeprom/edgeprom";

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
  { areDifferent = false, limit }: Members = {},
): Promise<MemberGroup> {
  const coordinator = await coordinatorOf(contender, kind, limit);
  const members: Member[] = [];
  const end = async () => void await Promise.all(members.map((member) => member.end()));
  try {
    while (members.length < size) {
      const from = areDifferent ? members.length * series : 0;
      members.push(await coordinator.start({ contender, kind, series, from, limit }));
    }
    const { page } = await oneOfAll({ areDifferent, limit });
    await complete(coordinator.page, totalOf(await page()));
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

/** One registry in which all is that the members of a group have: the floor of their page. */
export async function oneOfAll(
  { areDifferent = false, limit }: Members,
): Promise<Pick<MemberGroup, "page" | "touch">> {
  const { MetricsRegistry }: Edgeprom = await import(specifier);
  const registry = new MetricsRegistry(limited(limit));
  const instruments = instrumentsOf(registry);
  const populations = Array.from(
    { length: size },
    (_, member) => counterPopulation(instruments, series, areDifferent ? member * series : 0),
  );
  return {
    page: () => registry.encode(),
    // deno-lint-ignore require-await -- a group needs a promise
    touch: async () => populations.forEach(({ touch }) => touch(0.1)),
  };
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
