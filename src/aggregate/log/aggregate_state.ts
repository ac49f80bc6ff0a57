import type { DeltaBatch } from "../../deltas/delta.ts";
import type { RefusedFamily } from "../../deltas/reply.ts";
import { reasonOf } from "../../model/errors.ts";
import type { Sums } from "../sums/sums.ts";
import { ClientTable } from "./client_table.ts";
import type { Entry } from "./entries.ts";
import { lastingOf } from "./client_name.ts";
import { Refusals } from "./refusals.ts";
import { firstSettings, type StateSettings } from "./state_settings.ts";
import { StoreError } from "./store_error.ts";

/** Families that were not applied, and what went wrong besides. */
export interface Effect {
  readonly refused: readonly RefusedFamily[];
  /** Whether a family was there that was to be removed. */
  readonly isRemoved?: boolean;
  /** An error that no entry should cause. */
  readonly error?: Error;
}

/** The longest part of what is moved within memory. */
const dumpBytes = 2 ** 30;

const noRefusals: Effect = { refused: [] };

/** An aggregate in memory: what a log adds up to. */
export class AggregateState {
  /** What was refused of whose last batch. */
  readonly refusals: Refusals = new Refusals();
  /** The time of the last entry. */
  time = -Infinity;
  readonly #newSums: (settings: StateSettings) => Sums;
  #settings: StateSettings = firstSettings;
  #clients: ClientTable;
  #sums: Sums;

  /** An empty state, with the settings that a log begins with. */
  constructor(newSums: (settings: StateSettings) => Sums) {
    this.#newSums = newSums;
    this.#clients = new ClientTable(firstSettings.clientSeconds);
    this.#sums = newSums(firstSettings);
  }

  /** The settings with which entries are applied. */
  get settings(): StateSettings {
    return this.#settings;
  }

  /** Who has sent what. */
  get clients(): ClientTable {
    return this.#clients;
  }

  /** What it adds up to. */
  get sums(): Sums {
    return this.#sums;
  }

  /** Goes on with other settings. What there is stays, also if it would no longer have room. */
  *adopt(settings: StateSettings): Generator<void, void, void> {
    const clients = new ClientTable(settings.clientSeconds);
    for (const part of this.#clients.dump(dumpBytes)) clients.restore(part);
    const sums = this.#newSums(settings);
    yield* sums.restoreInSteps(yield* this.#sums.dumpInSteps(dumpBytes));
    this.#settings = settings;
    this.#clients = clients;
    this.#sums = sums;
  }

  /**
   * Which families of a batch that comes again were refused, and why; only known of a client's last
   * batch, as it waits for no other answer.
   */
  refusalsOf({ client, sequence, families }: DeltaBatch): readonly RefusedFamily[] {
    const places = this.refusals.of(client);
    if (places.length === 0 || sequence !== this.clients.sequenceOf(this.clients.find(client))) {
      return [];
    }
    // A client that makes another batch of the same number may have fewer families in it.
    const refused = places.flatMap((place) => families[place] ?? []);
    const reasons = new Map(
      this.sums.refusalsOf(refused).map(({ family, reason }) => [family, reason]),
    );
    return refused.map(({ family: { name } }) => ({
      family: name,
      reason: reasons.get(name) ?? `${name}: it did not fit when the batch was applied`,
    }));
  }

  /**
   * Applies the next entry, in steps between which nobody may use the state. Nothing but the state and
   * the entry decides what happens.
   *
   * It never throws, so that no entry can make a log unreadable: a batch that fails within counts as
   * applied, as parts of it may be.
   */
  *apply(entry: Entry): Generator<void, Effect, void> {
    const { kind, time } = entry;
    this.time = Math.max(this.time, time);
    try {
      if (kind === "page") this.sums.show(time);
      if (kind === "sweep") {
        this.clients.sweep(time);
        this.sums.sweep(time);
        this.refusals.keep((client) => this.clients.find(client) >= 0);
      }
      if (kind === "remove") return { refused: [], isRemoved: this.sums.remove(entry.family) };
      if (kind === "settings") yield* this.adopt(entry.settings);
      if (kind !== "batch") return noRefusals;
      const { client, start, sequence, time: sent, families } = entry.batch;
      this.clients.record(client, start, sequence, time);
      const sender = { ...lastingOf(client), time: sent, now: time };
      // First of all, as those of the batch before are no answer to this one.
      this.refusals.note(entry.batch, []);
      const refused = yield* this.sums.applyInSteps(families, sender);
      this.refusals.note(entry.batch, refused);
      return { refused };
    } catch (error) {
      const problem = `an entry of the log (${kind}) was applied only in part: ${reasonOf(error)}`;
      return { refused: [], error: new StoreError(problem) };
    }
  }
}
