import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { simulateProcess } from "../simulation/process_simulation.ts";

test("an aggregator that is killed again and again has every number right in the end", async () => {
  const seed = 20_260_102;
  const options = { seed, clients: 40, flushes: 10, kills: 5, together: 20, runtime: "deno" };
  const { problems, ...report } = await simulateProcess(options);
  assertEquals(problems.slice(0, 20), [], JSON.stringify(report));
  assert(report.crashes >= 4, `killed ${report.crashes} times`);
});
