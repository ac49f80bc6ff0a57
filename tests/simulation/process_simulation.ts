import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Find, findBun, findDeno, findNode } from "../runner/executables.ts";
import { build } from "../runtimes/build.ts";
import { HostProcess } from "./host_process.ts";
import { Random } from "./random.ts";
import { simulate, type SimulationReport } from "./simulation.ts";

const finds: Readonly<Record<string, Find>> = {
  deno: findDeno,
  bun: findBun,
  node22: findNode("22"),
  node24: findNode("24"),
};

export interface ProcessSimulationOptions {
  readonly seed: number;
  readonly clients: number;
  readonly flushes: number;
  /** How often the aggregator is killed. */
  readonly kills: number;
  /** Number of clients that live at the same time. */
  readonly together: number;
  /** `deno`, `bun`, `node22` or `node24`. */
  readonly runtime: string;
}

/** What happened, and how often the aggregator killed itself right after a write. */
export interface ProcessSimulationReport extends SimulationReport {
  readonly ownKills: number;
}

/** A simulation whose aggregator is a process with a database, which is killed again and again. */
export async function simulateProcess(
  { seed, clients, flushes, kills, together, runtime }: ProcessSimulationOptions,
): Promise<ProcessSimulationReport> {
  const found = await finds[runtime]?.() ?? { reason: `there is no runtime ${runtime}` };
  if ("reason" in found) throw new Error(found.reason);
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-simulation-"));
  try {
    const module = await build("tests/simulation/aggregator_process.ts", "deno", folder);
    const flags = runtime === "deno" ? ["run", "-A", "--no-check"] : [];
    const host = new HostProcess({
      random: Random.of(seed, -1),
      command: [found.executable, ...flags, module],
      database: join(folder, "aggregate.db"),
      kills,
      // A flush is about 1.2 requests, and the last kill comes well before the end.
      requestsPerKill: Math.max(4, Math.floor(clients * flushes * 0.5 / Math.max(1, kills))),
    });
    try {
      const report = await simulate(host, {
        seed,
        clients,
        flushes,
        together,
        requestsPerPage: 50,
        giveUpSeconds: 0.05,
        pauseSeconds: 0.01,
      });
      return { ...report, ownKills: host.ownKills };
    } finally {
      await host.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
