import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { answering, freePort } from "./network.ts";
import { start } from "./process.ts";
import type { InstantSample } from "./prometheus.ts";

const executable = process.env.VICTORIAMETRICS;

/** What to say as the `skip` option of a test: false if the environment names the executable. */
export const noVictoriaMetrics: string | false = executable === undefined &&
  "no VICTORIAMETRICS in the environment";

/** A real VictoriaMetrics on a port of its own. */
export interface VictoriaMetrics {
  /** Where it takes Remote Write. */
  readonly url: string;
  query(expression: string): Promise<readonly InstantSample[]>;
  stop(): Promise<void>;
}

export async function startVictoriaMetrics(): Promise<VictoriaMetrics> {
  const directory = await mkdtemp(join(tmpdir(), "edgeprom-victoria-metrics-"));
  const address = `127.0.0.1:${await freePort()}`;
  const server = start(executable!, [
    `-storageDataPath=${directory}`,
    `-httpListenAddr=${address}`,
    "-loggerLevel=ERROR",
    // By default it hides what is younger than half a minute.
    "-search.latencyOffset=0s",
  ]);
  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  };
  const died = server.exit.then(() => {
    throw new Error(`VictoriaMetrics did not start:\n${server.output()}`);
  });
  await Promise.race([answering(`http://${address}/health`), died]).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    url: `http://${address}/api/v1/write`,
    stop,
    async query(query) {
      // Without this it answers from what it has not stored yet only now and then.
      await (await fetch(`http://${address}/internal/force_flush`)).body?.cancel();
      // Its own time of a query is that of the second's beginning.
      const time = `${Math.ceil(Date.now() / 1000)}`;
      const parameters = new URLSearchParams({ query, time, nocache: "1" });
      const answer = await fetch(`http://${address}/api/v1/query?${parameters}`);
      const { status, data, error } = await answer.json();
      if (status !== "success") throw new Error(`${query}: ${error}`);
      return data.result;
    },
  };
}
