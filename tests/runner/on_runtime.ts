import type { Runtime } from "./runtimes.ts";
import { none, type Outcome, type Step, type Support } from "./step.ts";

/** A step on a runtime. One that cannot be had is one skipped test, whatever it would have run. */
export function onRuntime(
  { name, title, find }: Pick<Runtime, "name" | "title" | "find">,
  what: Support["what"],
  run: (executable: string) => Promise<Outcome>,
): Step {
  return {
    name: `${what} on ${name}`,
    support: { what, on: title },
    run: async () => {
      const found = await find();
      if ("reason" in found) return { ...none, skipped: 1, remark: found.reason };
      return await run(found.executable);
    },
  };
}
