import { assertEquals, assertInstanceOf } from "@std/assert";
import { test } from "node:test";
import { CollectionError, type Collector, prometheusText } from "../../../mod.ts";
import { CollectorRegistry } from "../../../src/model/gathering/collector_registry.ts";
import { collectorGiving, collectorOf, collectorThrowing } from "../../support/collectors.ts";
import { within } from "../../support/deferred.ts";
import { gaugeOf } from "../../support/families.ts";
import { textOf } from "../../support/pages.ts";

/** A value that cannot even be made a text. */
const unspeakable = Object.create(null);

const throwing = (property: string, error: unknown = new Error("no entry")): object =>
  Object.defineProperty({ ...gaugeOf("bad", {}) }, property, {
    enumerable: true,
    get() {
      throw error;
    },
  });

/** A family that is right when it is checked, and fails when it is written. */
function turncoat(property: "name" | "help" | "values" | "labels", reads: number): object {
  const family = gaugeOf("bad", {});
  let left = reads;
  return Object.defineProperty({ ...family }, property, {
    enumerable: true,
    get() {
      if (left-- > 0) return family[property];
      throw new Error("no entry");
    },
  });
}

function throwingList(): unknown {
  return Object.defineProperty([], 0, {
    get() {
      throw new Error("no entry");
    },
  });
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

function describingOnce(): Collector {
  let asked = 0;
  return {
    ...collectorThrowing(new Error("no database")),
    describe() {
      if (asked++ > 0) throw new Error("no more descriptions");
      return [];
    },
  };
}

const hostile: Readonly<Record<string, Collector>> = {
  "a family whose name throws": collectorGiving([throwing("name")]),
  "a family whose help throws": collectorGiving([throwing("help")]),
  "a family whose labels throw": collectorGiving([throwing("labels")]),
  "a family whose values throw": collectorGiving([throwing("values")]),
  "a family whose name throws the unspeakable": collectorGiving([throwing("name", unspeakable)]),
  "a list whose entry throws": collectorGiving(throwingList()),
  "a list that is no more": collectorGiving(revoked()),
  "a promise of a list that is no more": collectorGiving(Promise.resolve([revoked()])),
  "the unspeakable thrown": collectorThrowing(unspeakable),
  "a symbol thrown": collectorThrowing(Symbol("failure")),
  "a description that is given once": describingOnce(),
};

for (const [what, collector] of Object.entries(hostile)) {
  test(`CollectorRegistry: ${what}: the others are gathered`, async () => {
    await assertOthersGathered(collector);
  });
}

test("CollectorRegistry: a rejection with a value that has no text: the others are gathered", async () => {
  await assertOthersGathered({ collect: () => Promise.reject(unspeakable) });
});

for (const property of ["name", "help", "values", "labels"] as const) {
  test(`CollectorRegistry: a family that changes its ${property} after the check: the others are written`, async () => {
    for (let reads = 0; reads < 20; reads++) {
      const registry = new CollectorRegistry();
      registry.register(collectorOf(gaugeOf("after", {}), gaugeOf("before", {})));
      registry.register(collectorGiving([turncoat(property, reads)]));
      const { families } = await registry.gather();
      const page = textOf(prometheusText.encode(families, { onError: () => {} }));
      const names = page.match(/^[a-z]+(?= )/gm) ?? [];
      assertEquals(names.filter((name) => name !== "bad"), ["after", "before"]);
    }
  });
}

async function assertOthersGathered(collector: Collector): Promise<void> {
  const registry = new CollectorRegistry();
  registry.register(collector);
  registry.register(collectorOf(gaugeOf("good", {})));
  const gathering = await within(2, registry.gather());
  assertEquals(gathering.families.map(({ name }) => name), ["good"]);
  assertEquals(gathering.errors.length, 1);
  assertInstanceOf(gathering.errors[0], CollectionError);
}
