import type { Collector, FamilyDescription } from "../collector.ts";
import { CollectionError, display, MetricsError, reasonOf, RegistrationError } from "../errors.ts";
import { Family } from "../family/family.ts";
import type { MetricFamily } from "../snapshot.ts";
import { checkDescriptions } from "./check_description.ts";
import type { LastLists } from "./check_family.ts";

/**
 * The most calls of a collector that may wait for an answer. A collector that waits before it gathers
 * its own registry would go on until the memory is full.
 */
const mostCalls = 100;

/** The most families that name a collector. */
const mostNames = 3;

const noLists: ReadonlyMap<string, LastLists> = /* @__PURE__ */ new Map();

/** A collector as its registry asks it. */
export class Source {
  /** The collector. */
  readonly collector: Collector;
  /** Its descriptions at registration. */
  readonly descriptions: readonly FamilyDescription[];
  /** Whether it is a family of this library's instruments, which need no check. */
  readonly isFamily: boolean;
  /** Calls that have not ended; one that waits for a promise ends at the deadline at the latest. */
  calls = 0;
  /** What its families had last time, by their names. */
  lists: ReadonlyMap<string, LastLists> = noLists;
  #isCalled = false;

  /** @throws {RegistrationError} If the collector does not describe itself as it should. */
  constructor(collector: Collector) {
    this.collector = collector;
    this.isFamily = collector instanceof Family;
    // A family of our own describes itself as it should.
    this.descriptions = this.isFamily ? collector.describe!() : descriptionsOf(collector);
  }

  /** Calls `collect()`; throws what it throws, or if it is called by itself. */
  collect(signal: AbortSignal | undefined): unknown {
    if (this.#isCalled) {
      throw new CollectionError("its collect() gathers the registry that it belongs to");
    }
    if (this.calls >= mostCalls) {
      throw new CollectionError(
        `${mostCalls} calls of its collect() wait for an answer; it may gather its own registry`,
      );
    }
    this.#isCalled = true;
    try {
      return this.collector.collect(signal);
    } finally {
      this.#isCalled = false;
    }
  }

  /** A copy of an answer, because a collector may use the list again for the next one. */
  listOf(answer: unknown): readonly MetricFamily[] {
    if (Array.isArray(answer)) return this.isFamily ? answer : Array.prototype.slice.call(answer);
    throw new CollectionError(
      `its collect() returned ${display(answer)}; return an array of families, or a promise of it`,
    );
  }

  /** An error that names the collector. */
  failure(error: unknown): CollectionError {
    const reason = reasonOf(error);
    const { name } = this;
    const message = reason.startsWith(`${name}: `) ? reason : `${name}: ${reason}`;
    return new CollectionError(message, error === reason ? undefined : { cause: error });
  }

  /** How errors call it. */
  get name(): string {
    const { collector, descriptions } = this;
    const names = descriptions.slice(0, mostNames).map(({ name }) => name).join(", ");
    const more = descriptions.length - mostNames;
    return ownName(collector) ??
      (names === "" ? className(collector) : more > 0 ? `${names} and ${more} others` : names);
  }
}

/** The name that a collector gives itself. */
export function ownName(collector: Collector): string | undefined {
  return textOf(() => collector.name);
}

/** The name of a collector's class. */
export function className(collector: Collector): string {
  const name = textOf(() => collector.constructor?.name);
  return name === undefined || name === "Object" ? "an unnamed collector" : name;
}

function textOf(read: () => unknown): string | undefined {
  try {
    const text = read();
    return typeof text === "string" && text !== "" ? text : undefined;
  } catch {
    return undefined;
  }
}

function descriptionsOf(collector: Collector): readonly FamilyDescription[] {
  try {
    const descriptions = collector.describe?.() ?? [];
    checkDescriptions(descriptions);
    return descriptions;
  } catch (cause) {
    if (cause instanceof MetricsError) throw cause;
    const name = ownName(collector) ?? className(collector);
    throw new RegistrationError(`${name}: its describe() failed: ${reasonOf(cause)}`, { cause });
  }
}
