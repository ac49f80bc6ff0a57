// A process of its own: its threads run this file again.
import { assert, assertEquals } from "@std/assert";
import { isMainThread } from "node:worker_threads";
import {
  joinSharedRegistry,
  sharedRegistry,
  type SharedRegistryHandle,
} from "../../src/workers.ts";
import { until } from "../support/until.ts";
import { samplesOf } from "./simulated_threads.ts";

/** A Web Worker; Node has none. */
interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

interface Host {
  readonly name?: string;
  readonly Worker?: new (url: string, options: object) => WebWorker;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
}

const host = globalThis as unknown as Host;
const name = "edgeprom web worker";

/** What a worker is told at its start. */
interface Start {
  readonly handle: SharedRegistryHandle;
  /** Becomes 1 after the test. */
  readonly stop: Int32Array;
}

// On Deno, `isMainThread` is true in Web Workers; on Bun, they do not know their name.
if (!isMainThread || host.name === name) {
  host.onmessage = ({ data }) => {
    const { handle, stop } = data as Start;
    const registry = joinSharedRegistry(handle);
    const counter = registry.counter({ name: "jobs", help: "Jobs." });
    registry.gauge({ name: "threads", help: "Threads." }).set(1);
    counter.inc();
    host.postMessage("ready");
    // Without ever yielding to the event loop, so that it cannot exit in order.
    setTimeout(() => {
      while (Atomics.load(stop, 0) === 0) counter.inc();
    });
  };
} else {
  const { test } = await import("node:test");
  const skip = host.Worker === undefined && "this runtime has no Worker";

  test(
    "SharedRegistry: Web Workers join with a handle, and terminate() loses no counts",
    { skip },
    async () => {
      const registry = sharedRegistry({ name: "web" });
      const counter = registry.counter({ name: "jobs", help: "Jobs." });
      const workers: WebWorker[] = [];
      const stop = new Int32Array(new SharedArrayBuffer(4));
      try {
        for (let thread = 0; thread < 3; thread++) workers.push(await startWorker(registry.handle));
        assert((await samplesOf(registry)).includes("threads 3"));

        let last = 0;
        const seen = new Set<number>();
        for (let scrape = 0; scrape < 1000; scrape++) {
          if (scrape % 300 === 200) workers.pop()!.terminate();
          const { families, errors } = await registry.gather();
          assertEquals(errors, []);
          const jobs = families.find((family) => family.name === "jobs");
          assert(jobs?.type === "counter");
          assert(jobs.values[0] >= last, `${jobs.values[0]} after ${last}`);
          last = jobs.values[0];
          seen.add(last);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        assertEquals(workers, []);
        assert(seen.size > 10, "counts while they run");
        // They cannot report their end; their parent notices it.
        await until(() => samplesOf(registry), (samples) => !samples.includes("threads 1"), 10);
        await until(
          () => samplesOf(registry),
          (samples) => !samples.join().includes("threads"),
          10,
        );
        counter.inc();
        const [jobs] = await samplesOf(registry);
        assert(Number(jobs.split(" ")[1]) > last, `${jobs} after ${last}`);
      } finally {
        // A loop of a terminated worker goes on in Deno, and would take its core from later tests.
        Atomics.store(stop, 0, 1);
      }
      registry.close();

      async function startWorker(handleOf: typeof registry.handle): Promise<WebWorker> {
        const worker = new host.Worker!(import.meta.url, { type: "module", name });
        const ready = new Promise((resolve) => worker.onmessage = resolve);
        worker.postMessage({ handle: handleOf.call(registry, worker), stop } satisfies Start);
        await ready;
        return worker;
      }
    },
  );
}
