import { build } from "../../runtimes/build.ts";
import { platforms } from "../../runtimes/platforms.ts";
import { matrix } from "../../runner/runtimes.ts";
import { freePort } from "../../support/network.ts";
import { start } from "../../support/process.ts";
import type { ContenderName } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import type { Plan } from "./work.ts";

const name = "start of workerd to first page, 37 metrics";

/** A Worker with the whole app, Hono included, and one without anything. */
const workers: readonly (readonly [ContenderName, source: string])[] = [
  ["edgeprom", "tests/runtimes/apps/handler.ts"],
  ["floor", "tests/bench/bare_worker.ts"],
];

/**
 * The time from the start of Cloudflare's runtime until a Worker has answered, seen from outside: its
 * own clock stands still while it computes.
 */
export async function workerStarts(folder: string, { rounds, only }: Plan): Promise<Measurement[]> {
  const found = await matrix.find(({ serves }) => serves === "workerd")?.find();
  if (!new RegExp(only).test(name) || found === undefined) return [];
  if ("reason" in found) {
    console.log(`workerd: skipped, ${found.reason}`);
    return [];
  }
  const runs = workers.map((): number[] => []);
  const modules = await Promise.all(workers.map(([, source]) => build(source, "browser", folder)));
  for (let round = -1; round < rounds; round++) {
    for (const [at, module] of modules.entries()) {
      const time = await firstPage(found.executable, module);
      // The first time fills the file system's cache.
      if (round >= 0) runs[at].push(time);
    }
  }
  return workers.map(([contender], at) =>
    measurement({ name, unit: "ms" }, "workerd", contender, runs[at])
  );
}

async function firstPage(executable: string, module: string): Promise<number> {
  const port = await freePort();
  const { args } = await platforms.workerd.command({ executable, module, port });
  const begin = performance.now();
  const running = start(executable, args);
  let isRunning = true;
  running.exit.then(() => isRunning = false);
  try {
    while (isRunning) {
      if (await isAnswered(`http://127.0.0.1:${port}/metrics`)) return performance.now() - begin;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`workerd does not serve ${module}:\n${running.output()}`);
  } finally {
    await running.stop("SIGKILL");
  }
}

async function isAnswered(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.ok === true;
}
