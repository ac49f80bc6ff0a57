import { inTime } from "../support/aggregation.ts";
import { HostInProcess } from "./host_in_process.ts";
import { Random } from "./random.ts";
import { simulate, type SimulationReport } from "./simulation.ts";

export interface LocalSimulationOptions {
  readonly seed: number;
  readonly clients: number;
  readonly flushes: number;
  /** Number of aggregators of which each has a part of the clients; 1 for one alone. */
  readonly shards: number;
}

/** A simulation in this process, in a time of its own; an aggregator crashes by being replaced. */
export async function simulateHere(
  { seed, clients, flushes, shards }: LocalSimulationOptions,
): Promise<SimulationReport> {
  let report: SimulationReport | undefined;
  await inTime(async (time) => {
    const clock = Random.of(seed, -2);
    const host = new HostInProcess(Random.of(seed, -1), 0.05, shards);
    report = await simulate(host, {
      seed,
      clients,
      flushes,
      together: 8,
      requestsPerPage: 10,
      giveUpSeconds: 0.2,
      onRequest: () => time.advance(clock.between(1, 40) / 1000),
    });
    await host.close();
  });
  return report!;
}
