import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { simulateHere } from "../simulation/local_simulation.ts";

for (const shards of [1, 3]) {
  test(`Aggregator of ${shards} shows what clients have counted, whatever network and crashes do`, async () => {
    const seen: Record<string, number> = {};
    const missing = () =>
      Object.keys(seen)
        .filter((what) => seen[what] === 0)
        // What adds up shards answers for one that has crashed.
        .filter((what) => what !== "crashed" || shards === 1);
    let seed = 20_260_101;
    // Once as a rule. Clients take turns as the runtime likes: rare trouble may not come at all.
    do {
      assert(seed < 20_260_111, `no trouble of these kinds: ${missing()}`);
      const report = await simulateHere({ seed: seed++, clients: 20, flushes: 6, shards });
      assertEquals(report.problems.slice(0, 20), [], JSON.stringify(report));
      const { traffic, crashes, uncertain, newIds, answers } = report;
      const counts = { ...traffic, crashes, uncertain, newIds, ...answers };
      for (const [what, count] of Object.entries(counts)) seen[what] = (seen[what] ?? 0) + count;
    } while (missing().length > 0);
  });
}
