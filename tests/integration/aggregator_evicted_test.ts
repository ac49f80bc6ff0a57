/** The simulation with an aggregator in a Durable Object of workerd, which dies again and again. */
import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { missingWorkerd } from "../runtimes/durable_objects.ts";
import { HostWorkerd } from "../simulation/host_workerd.ts";
import { Random } from "../simulation/random.ts";
import { simulate } from "../simulation/simulation.ts";

const skip = await missingWorkerd();

test(
  "a Durable Object that dies again and again has every number right in the end",
  { skip },
  async () => {
    const seed = 20_260_103;
    const random = Random.of(seed, -1);
    const host = await HostWorkerd.start({ random, crashes: 12, requestsPerCrash: 25 });
    try {
      const { problems, ...report } = await simulate(host, {
        seed,
        clients: 40,
        flushes: 10,
        together: 20,
        requestsPerPage: 50,
        giveUpSeconds: 0.05,
        pauseSeconds: 0.01,
      });
      assertEquals(problems.slice(0, 20), [], JSON.stringify(report));
      const never = Object.entries(host.ends).filter(([, count]) => count === 0);
      assertEquals(never, [], JSON.stringify(report));
    } finally {
      await host.close();
    }
  },
);
