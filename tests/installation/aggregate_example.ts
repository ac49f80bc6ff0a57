import { assertEquals, assertMatch } from "@std/assert";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "../runtimes/http_client.ts";
import { answering, freePort } from "../support/network.ts";
import type { Running } from "../support/process.ts";

/** The examples of an aggregator in a process, and of the jobs that send to it. */
export const aggregateExample = {
  service: "aggregate_service.ts",
  job: "aggregate_job.ts",
} as const;

type Variables = Readonly<Record<string, string>>;

/** Starts one of the two. */
export type Launch = (file: string, env: Variables) => Running;

/** Runs jobs and an aggregator, which is killed between two of them and then ends in order. */
export async function runAggregateExample(launch: Launch): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-aggregate-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const token = { METRICS_TOKEN: "a-long-secret" };
  const started: Running[] = [];
  const serve = async () => {
    const database = { METRICS_DATABASE: join(folder, "metrics.db") };
    const service = launch(aggregateExample.service, { ...token, ...database, PORT: String(port) });
    started.push(service);
    await answering(`${url}/ready`);
    return service;
  };
  const work = async (variables: Variables = token, code = 0) => {
    const job = launch(aggregateExample.job, { ...variables, AGGREGATOR_URL: `${url}/deltas` });
    assertEquals(await job.exit, { code, signal: null }, job.output());
    return job.output();
  };
  try {
    const killed = await serve();
    assertEquals(await Promise.all([work(), work()]), ["", ""]);
    await pageOf(url); // on which all is 0
    assertEquals(await importedRows(url), 4);
    await killed.stop("SIGKILL");
    const service = await serve();
    assertEquals(await work(), "");
    assertEquals(await importedRows(url), 6);
    assertMatch(await pageOf(url), /^import_duration_seconds_count 3$/m);
    const refused = await work({ METRICS_TOKEN: "another-secret" }, 1);
    assertMatch(refused, /403.*authoriz[^]*series were not delivered/);
    assertEquals((await ask(`${url}/metrics`)).status, 401);
    assertEquals((await ask(`${url}/deltas`, { method: "POST" })).status, 401);
    assertEquals(await importedRows(url), 6);
    assertEquals(await service.stop("SIGTERM"), { code: 0, signal: null });
  } catch (error) {
    throw new Error(started.map(({ output }) => output()).join(""), { cause: error });
  } finally {
    await Promise.all(started.map(({ stop }) => stop("SIGKILL")));
    await rm(folder, { recursive: true });
  }
}

async function importedRows(url: string): Promise<number> {
  return Number((await pageOf(url)).match(/^import_rows_total\{result="imported"\} (\d+)$/m)?.[1]);
}

async function pageOf(url: string): Promise<string> {
  const headers = { authorization: "Bearer a-long-secret" };
  const { status, body } = await ask(`${url}/metrics`, { headers });
  assertEquals(status, 200);
  return body.toString();
}
