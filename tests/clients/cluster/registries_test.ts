import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  askingRegistry,
  clusterRegistry,
  workerRegistry,
} from "../../../src/clients/cluster/registries.ts";
import { withBuiltIns } from "../../support/built_ins.ts";
import { homeWith, listOf } from "../../support/cluster_home.ts";

class Registry {
  readonly contentType: string;

  constructor(contentType = "text") {
    this.contentType = contentType;
  }

  static readonly format = "a format";
}

const home = homeWith((aggregator) => Promise.resolve(listOf(100, aggregator)));
const classes = [askingRegistry, clusterRegistry, workerRegistry]
  .map((make) => make(Registry, home));

test("a registry of many is a registry, with what its class has", async () => {
  for (const Class of classes) {
    const registry = new Class("other");
    assertInstanceOf(registry, Registry);
    assertEquals(registry.contentType, "other");
    assertEquals(Class.format, "a format");
    const aggregated = Class.aggregate([listOf(1), listOf(2)], "other");
    assertEquals(await aggregated.metrics(), "1 + 2 as other");
    assertThrows(() => Class.setRegistries("text"), TypeError, "Expected Registry, got string");
  }
});

test("each gives the page of its members, and can be shut down where the client can be", () =>
  withBuiltIns({}, {}, async () => {
    const Asking = askingRegistry(Registry, home);
    assertEquals(await new Asking().clusterMetrics(), "");
    const Cluster = clusterRegistry(Registry, home);
    const cluster = new Cluster("other");
    assertEquals(await cluster.clusterMetrics(), "100 as other");
    Cluster.setRegistries({ getMetricsAsJSON: () => Promise.resolve(listOf(7)) });
    assertEquals(await cluster.clusterMetrics(), "7 as other");
    await cluster.shutdown();
  }));

test("a registry of threads is primary in the main thread, unless it is told otherwise", async () => {
  for (const isMainThread of [true, false]) {
    const threads = { isMainThread, threadId: 3 };
    await withBuiltIns({ "node:worker_threads": threads }, {}, async () => {
      const Worker = workerRegistry(Registry, home);
      assertEquals(new Worker().primary, isMainThread);
      assertEquals(new Worker("text", !isMainThread).primary, !isMainThread);
      assertEquals(await new Worker().workerMetrics(), "");
      assertEquals(Worker.workerCount(), 0);
      await new Worker().shutdown();
    });
  }
});
