import { assertEquals } from "@std/assert";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { whenWorkerEnds, type WorkerLike } from "../../../src/threads/group/worker_exit.ts";
import { until } from "../../support/until.ts";

test("whenWorkerEnds() adds one listener to a worker of node:worker_threads for all callbacks", async () => {
  const worker = Object.assign(new EventEmitter(), { terminate: () => {} });
  const ended: number[] = [];
  for (let registry = 0; registry < 30; registry++) {
    whenWorkerEnds(worker, () => ended.push(registry));
  }
  assertEquals(worker.listenerCount("exit"), 1);
  worker.emit("exit");
  await until(() => ended.length, (count) => count === 30, 5);
});

test("whenWorkerEnds() calls back once after terminate() of a Web Worker", async () => {
  let terminated = 0;
  const worker: WorkerLike = { terminate: () => terminated++ };
  const ended: number[] = [];
  for (let registry = 0; registry < 3; registry++) {
    whenWorkerEnds(worker, () => ended.push(registry));
  }
  worker.terminate();
  worker.terminate();
  assertEquals(terminated, 2);
  assertEquals(ended, []);
  await until(() => ended.length, (count) => count > 0, 5);
  assertEquals(ended, [0, 1, 2]);
});
