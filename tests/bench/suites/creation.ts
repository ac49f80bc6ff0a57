import type { CounterFamily, Library } from "../contenders/library.ts";
import type { Work } from "../measure/operation.ts";
import { zones } from "./material.ts";

const series = 10_000;

/** Making series that were not there before, in a family that starts empty. */
export function creation(library: Library): Work {
  const names = Array.from({ length: series / 2 }, (_, user) => `new-user-${user}`);
  let counters: CounterFamily;
  return {
    size: series,
    prepare() {
      library.clear();
      counters = library.counters("created", ["user", "zone"]);
    },
    run() {
      for (const user of names) {
        counters.inc({ user, zone: zones[0] });
        counters.inc({ user, zone: zones[1] });
      }
      return series;
    },
  };
}
