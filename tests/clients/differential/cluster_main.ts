/**
 * A primary with two workers, processes or threads, of which each is the client's or ours; prints what
 * the primary sees. One worker ends in between.
 *
 *     node cluster_main.mjs cluster prom-client theirs ours
 */
import cluster from "node:cluster";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, threadId, Worker } from "node:worker_threads";
import { AnnouncedWorkers } from "../../../src/clients/cluster/announced_workers.ts";
import { AskedWorkers } from "../../../src/clients/cluster/asked_workers.ts";
import { Threads } from "../../../src/clients/cluster/threads.ts";
import { promClient, prometheusClient } from "../../../src/clients/profile.ts";
import {
  aggregated,
  aggregatorsOf,
  type MetricJson,
} from "../../../src/clients/registry/aggregators.ts";
import type { Client } from "./client.ts";

interface Members {
  page(): Promise<string>;
  shutdown?(): Promise<void>;
}

const [kind, name, primarySide, workerSide] = process.argv.slice(2);
const { default: client }: { default: Client } = await import(name!);
const profile = name === "prom-client" ? promClient : prometheusClient;
const isPrimary = kind === "threads" ? isMainThread : cluster.isPrimary;

function theirs(): Members {
  if (kind === "threads") {
    const registry = new client.WorkerRegistry();
    return { page: () => registry.workerMetrics(), shutdown: () => registry.shutdown() };
  }
  const registry = new client.AggregatorRegistry();
  return { page: () => registry.clusterMetrics(), shutdown: () => registry.shutdown?.() };
}

function ours(): Members {
  const home = {
    register: client.register,
    isRegistry: (value: unknown) => value instanceof client.Registry,
    aggregate: (lists: readonly (readonly MetricJson[])[], contentType?: string) =>
      aggregated(new client.Registry(contentType), lists, aggregatorsOf(profile), profile),
  };
  const { contentType } = client.register;
  if (kind === "threads") {
    const threads = new Threads(home);
    threads.listen(threads.isMain);
    return {
      page: () => threads.metrics(contentType),
      shutdown: () => threads.shutdown(threads.isMain),
    };
  }
  const workers = profile === promClient ? new AskedWorkers(home) : new AnnouncedWorkers(home);
  workers.listen();
  return {
    page: () => workers.metrics(contentType),
    shutdown: "shutdown" in workers ? () => workers.shutdown() : undefined,
  };
}

function record(): void {
  const id = isPrimary ? 10 : kind === "threads" ? threadId : cluster.worker!.id;
  const help = "Some help.";
  const common = { help, labelNames: ["a"] };
  new client.Counter({ ...common, name: "counter_total" }).inc({ a: "x" }, id);
  new client.Histogram({ ...common, name: "histogram", buckets: [1, 2] }).observe({ a: "x" }, id);
  new client.Summary({ ...common, name: "summary", percentiles: [0.5] }).observe(
    { a: `${id}` },
    id,
  );
  for (const aggregator of ["sum", "first", "min", "max", "average", "omit"]) {
    new client.Gauge({ help, name: `gauge_${aggregator}`, aggregator }).set(id);
  }
}

async function lead(members: Members): Promise<void> {
  console.log(await members.page() || "empty");
  const workers: { send(text: string): void; ended: Promise<unknown> }[] = [];
  for (let index = 0; index < 2; index++) {
    // One after the other, so that the first is first.
    if (kind === "threads") {
      const worker = new Worker(fileURLToPath(import.meta.url), { argv: process.argv.slice(2) });
      await once(worker, "message");
      workers.push({ send: (text) => worker.postMessage(text), ended: once(worker, "exit") });
    } else {
      const worker = cluster.fork();
      await new Promise<void>((resolve) =>
        worker.on("message", (message: unknown) => message === "ready" && resolve())
      );
      workers.push({ send: (text) => worker.send(text), ended: once(worker, "disconnect") });
    }
  }
  console.log(await members.page());
  for (const worker of workers) {
    worker.send("end");
    await worker.ended;
    console.log(await members.page() || "empty");
  }
  await members.shutdown?.();
}

function follow(members: Members): void {
  const end = async () => {
    await members.shutdown?.();
    if (kind === "threads") process.exit();
    else process.disconnect();
  };
  const onMessage = (message: unknown) => {
    if (message === "end") void end();
  };
  if (kind === "threads") {
    parentPort!.on("message", onMessage);
    // Its announcement is on another channel, and has arrived by then.
    setTimeout(() => parentPort!.postMessage("ready"), 50);
  } else {
    process.on("message", onMessage);
    process.send!("ready");
  }
}

record();
const members = (isPrimary ? primarySide : workerSide) === "ours" ? ours() : theirs();
if (isPrimary) await lead(members);
else follow(members);
