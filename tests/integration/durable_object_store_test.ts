/** What is said of stores, in a Durable Object of workerd. */
import { assertEquals } from "@std/assert";
import { after, before, test } from "node:test";
import type { DurableObjectStorage } from "../../src/aggregate/stores/durable_object_store.ts";
import { missingWorkerd, type ObjectsWorker, serveObjects } from "../runtimes/durable_objects.ts";
import { casesOn } from "./programs/durable_object_cases.ts";

const skip = await missingWorkerd();

let worker: ObjectsWorker;

before(async () => {
  if (skip) return;
  worker = await serveObjects({
    source: "tests/integration/programs/durable_object_cases.ts",
    classes: { CASES: "CaseObject" },
    path: "/",
  });
});

after(() => worker?.stop());

async function run(name: string): Promise<void> {
  const response = await fetch(`${worker.url}/${encodeURIComponent(name)}`);
  assertEquals(await response.text(), "passed");
}

// Only the names are of interest; the cases themselves run over there.
const names = casesOn({} as DurableObjectStorage).map(({ name }) => name);

for (const name of names) test(name, { skip }, () => run(name));

test("durableObjectStore in workerd: wake() brings an alarm", { skip }, () => run("alarm"));
