import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { simulateHere } from "../simulation/local_simulation.ts";

for (const shards of [1, 3]) {
  test(`Aggregator of ${shards} shows what clients have counted, whatever network and crashes do`, async () => {
    const options = { seed: 20_260_101, clients: 20, flushes: 6, shards };
    const { problems, ...report } = await simulateHere(options);
    assertEquals(problems.slice(0, 20), [], JSON.stringify(report));
    // It was not for want of trouble.
    const { traffic, crashes, uncertain, newIds, answers } = report;
    const quiet = Object.entries({ ...traffic, crashes, uncertain, newIds, ...answers })
      // What adds up shards answers for one that has crashed.
      .filter(([what, count]) => count === 0 && !(what === "crashed" && shards > 1));
    assertEquals(quiet, []);
  });
}
