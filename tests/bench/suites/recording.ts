import { contenders } from "../contenders/contenders.ts";
import { CheckedSlot } from "../contenders/floor_cells.ts";
import type { ContenderName, Library } from "../contenders/library.ts";
import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { ownModule } from "../measure/own_module.ts";
import { timeAll, warmedUp } from "../measure/timing.ts";

type Loops = typeof import("./recording_loops.ts");

/** The hot path: what is called once an event or more. */
export async function recording(settings: Settings): Promise<Measurement[]> {
  const operations = new Map<string, Operation>();
  const add = (name: string, contender: ContenderName, work: Work | undefined): void => {
    if (work === undefined || !settings.only.test(name)) return;
    const present = operations.get(name) ?? { name, unit: "ns", contenders: {} };
    operations.set(name, present);
    present.contenders[contender] = () => work;
  };
  const checks: (() => Promise<void>)[] = [];
  for (const [name, create] of Object.entries(contenders)) {
    const contender = name as ContenderName;
    const library = await create();
    const { recordings } = await ownModule<Loops>("recording_loops", contender);
    const works = recordings(library, await create(), contender === "floor");
    for (const [name, work] of Object.entries(works)) add(name, contender, work);
    checks.push(() => checkPage(contender, library, Object.values(works)));
  }
  add("typed array slot inc", "floor", slotWork());

  // Everything is in use before anything is measured, as in a service that has run for a while.
  for (const operation of operations.values()) await warmedUp(operation, settings.milliseconds / 2);
  const measurements = await timeAll([...operations.values()], settings);
  for (const check of checks) await check();
  return measurements;
}

/** The plain field is the floor of an increment; this is what a typed array would cost instead. */
function slotWork(): Work {
  const slots = Array.from({ length: 8 }, (_, slot) => new CheckedSlot(new Float64Array(8), slot));
  return {
    run(times) {
      for (let i = 0; i < times; i++) slots[i & 7].inc();
      return times;
    },
  };
}

/** Whoever leaves out work to be fast shows here: the page must have every single recording. */
async function checkPage(
  contender: ContenderName,
  library: Library,
  works: readonly (Work | undefined)[],
): Promise<void> {
  const expected = new Map<string, number>();
  for (const { family, total } of works.flatMap((work) => work?.counts ?? [])) {
    expected.set(family, (expected.get(family) ?? 0) + total);
  }
  const page = new TextDecoder().decode((await library.page("text/plain")).bytes);
  for (const [family, total] of expected) {
    const lines = page.matchAll(new RegExp(`^${family}(?:_total)?(?:\\{.*\\})? (\\S+)$`, "gm"));
    const found = [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
    if (found !== total) throw new Error(`${contender}: ${family} has ${found}, not ${total}`);
  }
}
