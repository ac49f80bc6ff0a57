import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AggregateStore } from "../../../src/aggregate/log/store.ts";
import type { Truth } from "../../../src/aggregate/log/truth.ts";
import { memoryStore } from "../../../src/aggregate/stores/memory_store.ts";
import { withClock } from "../../support/clock.ts";
import { countOf, countsOn, Host } from "../../support/truths.ts";
import { testsOf } from "../../support/tests_of.ts";

const clientSeconds = 100;

/** What happens: mostly that a client sends its next batch, or one of its last again. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ send: fc.nat(5), back: fc.nat(2), twice: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ jump: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ passes: fc.nat(80) }) },
  { weight: 1, arbitrary: fc.record({ clock: fc.integer({ min: -1000, max: 1000 }) }) },
  { weight: 1, arbitrary: fc.record({ dies: fc.constant(true) }) },
  {
    weight: 3,
    arbitrary: fc.record({ next: fc.constantFrom("before", "after"), dies: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ page: fc.constant(true) }) },
);

/** A batch, with what it adds: a digit of its own, so that a sum says how often it is in it. */
interface Sent {
  readonly bytes: Uint8Array;
  readonly label: string;
  readonly digit: number;
  isApplied: boolean;
}

/** Digits of a series, to the base of 4: with more, a double would not hold them. */
const digits = 20;

/** A client as the protocol allows: it goes on when a batch is acknowledged, or begins anew. */
class Client {
  readonly sent: Sent[] = [];
  readonly #number: number;
  readonly #world: World;
  #id: number;
  #sequence = 0;
  #start = 0;
  #isWaiting = false;

  constructor(number: number, world: World) {
    this.#number = number;
    this.#world = world;
    this.#id = world.newId();
  }

  async send(back: number, twice: boolean): Promise<void> {
    const old = this.sent.at(-1 - back);
    // A late copy of what was answered, of given up, or of another name.
    if (back > 0 && old !== undefined) return void await this.#deliver(old, twice);
    if (!this.#isWaiting) this.#freeze();
    const result = await this.#deliver(this.sent.at(-1)!, twice);
    if (result === "applied" || result === "duplicate") this.#isWaiting = false;
    if (result === "unknown") this.#beginAnew();
  }

  /** Sends a batch out of turn, which must not be applied. */
  async jump(ahead: number): Promise<void> {
    const sequence = this.#sequence + 2 + ahead;
    const bytes = countOf({ client: this.#id, sequence, start: this.#start, count: 2 ** 40 });
    const { result } = await this.#world.truth.receive(bytes);
    assert(result === "unknown" || result === "unavailable", result);
  }

  #freeze(): void {
    if (this.#sequence === 0) this.#start = this.#world.host.now;
    const digit = this.sent.length % digits;
    const label = `${this.#number}-${Math.trunc(this.sent.length / digits)}`;
    const header = { client: this.#id, sequence: ++this.#sequence, start: this.#start };
    const bytes = countOf({ ...header, count: 4 ** digit, label });
    this.sent.push({ bytes, label, digit, isApplied: false });
    this.#isWaiting = true;
  }

  async #deliver(sent: Sent, twice: boolean): Promise<string> {
    const copies = twice ? [sent, sent] : [sent];
    const answers = await Promise.all(copies.map(({ bytes }) => this.#world.truth.receive(bytes)));
    const results = answers.map(({ result }) => result);
    assert(results[1] !== "applied", "a copy was applied");
    if (results.some((result) => result === "applied" || result === "duplicate")) {
      assert(!(sent.isApplied && results[0] === "applied"), "a batch was applied again");
      sent.isApplied = true;
    }
    return results[0];
  }

  /** The batch may have been applied, so it is given up. */
  #beginAnew(): void {
    this.#id = this.#world.newId();
    this.#sequence = 0;
    this.#isWaiting = false;
  }
}

/** Clients, and an aggregate that crashes. */
class World {
  readonly host = new Host();
  #ids = 0;
  readonly clients = Array.from({ length: 6 }, (_, number) => new Client(number, this));
  readonly #inner = memoryStore();
  truth: Truth = this.#newTruth();
  #next: string | undefined;
  #diesWithNext = false;
  #last: Readonly<Record<string, number>> = {};

  newId(): number {
    return ++this.#ids;
  }

  async take(step: StepOf): Promise<void> {
    if ("send" in step) await this.clients[step.send].send(step.back, step.twice);
    else if ("jump" in step) await this.clients[step.jump].jump(step.jump);
    else if ("passes" in step) this.host.advance(step.passes);
    else if ("clock" in step) this.host.now += step.clock;
    else if ("next" in step) [this.#next, this.#diesWithNext] = [step.next, step.dies];
    else if ("page" in step) await this.page();
    else this.truth = this.#newTruth();
    if (this.host.errors.length > 0 && this.#diesWithNext) this.truth = this.#newTruth();
    this.host.errors.length = 0;
  }

  /** From now on nothing fails. */
  heal(): void {
    this.#next = undefined;
  }

  /** A page, on which nothing may be less than on the last. */
  async page(): Promise<Readonly<Record<string, number>>> {
    const page = countsOn(await this.truth.page());
    for (const [label, value] of Object.entries(this.#last)) {
      assert(page[label] >= value, `${label} went from ${value} to ${page[label]}`);
    }
    return this.#last = page;
  }

  #newTruth(): Truth {
    const inner = this.#inner;
    const store: AggregateStore = {
      ...inner,
      append: async (entries) => {
        await Promise.resolve();
        const next = this.#next;
        this.#next = undefined;
        if (next !== "before") await inner.append(entries);
        if (next !== undefined) throw new Error(`it failed ${next} it was written`);
      },
    };
    return this.host.truth(store, { clientSeconds });
  }
}

type StepOf = typeof step extends fc.Arbitrary<infer Step> ? Step : never;

{
  const it = testsOf("truth");
  it("has each batch at most once, and once if that was answered, whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
        await withClock(async (clock) => {
          const world = new World();
          for (const each of steps) {
            await world.take(each);
            // So that a store that has failed is tried again.
            clock.advance(11);
          }
          world.heal();
          for (let page = 0; page < 3; page++) {
            clock.advance(11);
            world.host.advance(1);
            await world.page();
          }
          const counts = await world.page();
          for (const { label, digit, isApplied } of world.clients.flatMap(({ sent }) => sent)) {
            const times = Math.floor((counts[label] ?? 0) / 4 ** digit) % 4;
            assert(times === 1 || times === 0 && !isApplied, `${times} of ${label}, ${digit}`);
          }
          assertEquals(counts.a, undefined);
        });
      }),
      { numRuns: 100 },
    );
  });
}
