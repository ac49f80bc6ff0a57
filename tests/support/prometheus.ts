import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answering, freePort } from "./network.ts";
import { start } from "./process.ts";

export interface PrometheusOptions {
  /** The `scrape_configs:` section, as YAML. */
  readonly scrapeConfigs: string;
  readonly flags?: readonly string[];
}

/** One element of an instant vector; the value as the server spells it. */
export interface InstantSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

export interface Metadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export interface Target {
  readonly scrapeUrl: string;
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
}

/** A real Prometheus that scrapes every second and answers on a port of its own. */
export interface Prometheus {
  readonly url: string;
  query(expression: string): Promise<readonly InstantSample[]>;
  metadata(): Promise<Readonly<Record<string, readonly Metadata[]>>>;
  targets(): Promise<readonly Target[]>;
  /** Any other question to the HTTP API; gives the answer's `data`. */
  ask<T>(path: string, parameters?: Record<string, string>): Promise<T>;
  stop(): Promise<void>;
}

/** The `scrape_configs:` section for one target, `host:port`. */
export function scrapeOf(target: string): string {
  return `scrape_configs: [{ job_name: edgeprom, static_configs: [{ targets: ["${target}"] }] }]`;
}

export async function startPrometheus(
  { scrapeConfigs, flags = [] }: PrometheusOptions,
): Promise<Prometheus> {
  const directory = await mkdtemp(join(tmpdir(), "edgeprom-prometheus-"));
  const config = join(directory, "prometheus.yml");
  const interval = "global: { scrape_interval: 1s, scrape_timeout: 900ms }";
  await writeFile(config, `${interval}\n${scrapeConfigs}\n`);

  const address = `127.0.0.1:${await freePort()}`;
  const server = start("prometheus", [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, "data")}`,
    `--web.listen-address=${address}`,
    "--log.level=warn",
    ...flags,
  ]);
  const url = `http://${address}`;

  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  };
  const ready = answering(`${url}/-/ready`);
  const died = server.exit.then(() => {
    throw new Error(`Prometheus did not start:\n${server.output()}`);
  });
  await Promise.race([ready, died]).catch(async (error) => {
    await stop();
    throw error;
  });

  const ask = async <T>(path: string, parameters: Record<string, string> = {}): Promise<T> => {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await answer.json();
    if (status !== "success") throw new Error(`${path} ${parameters.query ?? ""}: ${error}`);
    return data;
  };

  return {
    url,
    ask,
    stop,
    query: async (query) => (await ask<{ result: InstantSample[] }>("query", { query })).result,
    metadata: () => ask("metadata"),
    targets: async () => (await ask<{ activeTargets: Target[] }>("targets")).activeTargets,
  };
}
