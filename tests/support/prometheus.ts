import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prometheusExecutable } from "./components.ts";
import { answering, freePort } from "./network.ts";
import { start } from "./process.ts";

export interface PrometheusOptions {
  /** The `scrape_configs:` section, as YAML; left out if it scrapes nothing. */
  readonly scrapeConfigs?: string;
  readonly flags?: readonly string[];
  /** What `--enable-feature` takes; a version that does not know one only warns. */
  readonly features?: readonly string[];
  /** Takes Remote Write at `/api/v1/write`. */
  readonly receives?: boolean;
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

/** The version of the Prometheus that the tests use, such as `2.42`; `""` if there is none. */
export function prometheusVersion(): string {
  const { stdout } = spawnSync(prometheusExecutable, ["--version"], { encoding: "utf8" });
  return stdout?.match(/version (\d+\.\d+)/)?.[1] ?? "";
}

/** Whether that is this version or a newer one. */
export function prometheusIsAtLeast(version: string): boolean {
  const [[major, minor], [otherMajor, otherMinor]] = [prometheusVersion(), version]
    .map((text) => text.split(".").map(Number));
  return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}

/** The `scrape_configs:` section for one target, `host:port`. */
export function scrapeOf(target: string): string {
  return `scrape_configs: [{ job_name: edgeprom, static_configs: [{ targets: ["${target}"] }] }]`;
}

export async function startPrometheus(
  { scrapeConfigs = "", flags = [], features = [], receives = false }: PrometheusOptions,
): Promise<Prometheus> {
  const directory = await mkdtemp(join(tmpdir(), "edgeprom-prometheus-"));
  const config = join(directory, "prometheus.yml");
  const interval = "global: { scrape_interval: 1s, scrape_timeout: 900ms }";
  await writeFile(config, `${interval}\n${scrapeConfigs}\n`);

  const address = `127.0.0.1:${await freePort()}`;
  const server = start(prometheusExecutable, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, "data")}`,
    `--web.listen-address=${address}`,
    "--log.level=warn",
    ...features.length > 0 ? [`--enable-feature=${features}`] : [],
    ...receives ? ["--web.enable-remote-write-receiver"] : [],
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
