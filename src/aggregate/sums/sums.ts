import { type FamilyDelta, keepingOf } from "../../deltas/delta.ts";
import { slicesOf } from "../../deltas/slices.ts";
import type { RefusedFamily } from "../../deltas/reply.ts";
import { reasonOf } from "../../model/errors.ts";
import { checkLimits, type SeriesBudget } from "../../model/family/series_budget.ts";
import { type LabelRecord, labelTable } from "../../model/label_table.ts";
import { aDuration, anObject, aString, checkOptions, required } from "../../model/options.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { atOnce } from "../../model/platform/time_slices.ts";
import { checkDefinition } from "./definition.ts";
import { checkLimitsOf, checkNotReserved, checkValues } from "./delta_limits.ts";
import { FamilyMap } from "./family_map.ts";
import { IdleTimes } from "./idle_times.ts";
import { type KeptFamily, rowsPerStep } from "./kept_family.ts";
import { type LivingClient, LivingClients } from "./living_clients.ts";
import { LivingFamily } from "./living_family.ts";
import { dumpInSteps, restoreInSteps } from "./saved_sums.ts";
import type { Sender, SumsOptions } from "./sums_options.ts";
import { TotalFamily } from "./total_family.ts";

/** A family costs as much as so many series of it. */
const familyWork = 16;
/** The limit of a registry, so that each is bounded without options. */
const defaultSeries = 100_000;

/**
 * What many clients counted, together: totals, latest values, and values of clients that live.
 *
 * It depends on nothing but the calls and their times, in seconds since 1970, which never go back:
 * the same calls make the same pages. Nothing goes before a call of {@linkcode Sums.sweep}.
 */
export class Sums {
  readonly #idle: IdleTimes;
  readonly #clients: LivingClients;
  readonly #mostSeries: number;
  readonly #families: FamilyMap;
  readonly #reservedPrefix: string | undefined;

  /**
   * Sums without series.
   *
   * @throws {RegistrationError} If an option is not valid; names it, its value and what is allowed.
   */
  constructor(options: SumsOptions) {
    checkOptions<SumsOptions>("sums", options, {
      cardinality: anObject,
      staleSeconds: required(aDuration),
      zeroSeconds: required(aDuration),
      reservedPrefix: aString,
    });
    const { cardinality: limits = {}, staleSeconds, zeroSeconds } = options;
    checkLimits(limits);
    this.#reservedPrefix = options.reservedPrefix;
    this.#idle = new IdleTimes(limits.idleSeconds ?? Infinity);
    this.#clients = new LivingClients(staleSeconds);
    this.#mostSeries = limits.series ?? defaultSeries;
    const [idle, clients] = [this.#idle, this.#clients];
    this.#families = new FamilyMap({ limits, zeroSeconds, idle, clients });
  }

  /** How many series there are and may be, and which label sets had no room. */
  get budget(): Readonly<SeriesBudget> {
    return this.#families.budget;
  }

  /** Whether there are series of totals that no page has shown. */
  get hasNewborns(): boolean {
    return this.#families.sorted.some((family) =>
      family instanceof TotalFamily && family.hasNewborns
    );
  }

  /**
   * Applies what a client sent, each family as a whole or not at all. Never throws: a family that does
   * not fit is refused, and costs no other one.
   */
  apply(families: readonly FamilyDelta[], sender: Sender): readonly RefusedFamily[] {
    return atOnce(this.applyInSteps(families, sender));
  }

  /** {@linkcode Sums.apply} in steps, between which nobody may use the sums. */
  *applyInSteps(
    families: readonly FamilyDelta[],
    { client: id, generation = 0, time, now }: Sender,
  ): Generator<void, readonly RefusedFamily[], void> {
    this.touch(id, now);
    const refused: RefusedFamily[] = [];
    let work = 0;
    let client = this.#clients.find(id);
    // A copy that was late: its totals are new, but the client has sent later values.
    const isOutdated = client !== undefined && generation < client.generation;
    if (client !== undefined && !isOutdated) client.generation = generation;
    for (const delta of families) {
      if (isOutdated && keepingOf(delta.family) === "living") continue;
      try {
        const steps = this.#check(delta);
        if (steps !== undefined) yield* steps;
      } catch (error) {
        refused.push({ family: delta.family.name, reason: reasonOf(error) });
        continue;
      }
      const { name, labels } = delta.family;
      const known = this.#families.get(name);
      if (labels.rows === 0 && (known === undefined || delta.gone === undefined)) continue;
      client ??= { id, generation, seen: now, values: 0 };
      const kept = known ?? this.#families.add(delta.family);
      // Of all series at once, so that the order of labels does not depend on the slices.
      kept.series.widen(labels);
      if (labels.rows > rowsPerStep) yield;
      for (const slice of slicesOf(delta, rowsPerStep)) {
        kept.apply(slice, { time, now, client });
        // A step of its own for each of a few short families would make a batch a tenth slower.
        work += familyWork + slice.family.labels.rows;
        if (work < rowsPerStep) continue;
        work = 0;
        yield;
      }
    }
    return refused;
  }

  /** Notes that a client was heard of. */
  touch(id: string, now: number): void {
    const client = this.#clients.find(id);
    if (client === undefined) return;
    // It was gone, whether a sweep has noticed or not; it must send its values again.
    if (this.#clients.isStale(client, now)) this.#forget([client], now);
    else this.#clients.touch(client, now);
  }

  /** Whether a client has values that count while it lives, and is not taken to be gone. */
  hasLiving(id: string, now: number): boolean {
    const client = this.#clients.find(id);
    return client !== undefined && !this.#clients.isStale(client, now);
  }

  /**
   * Whether a sweep would drop something. Costs the same however many series there are. It may be
   * wrong once in ten seconds, if series that had lost all their clients have new ones.
   */
  mustSweep(now: number): boolean {
    return this.#clients.hasStale(now) || this.#clients.isUnheldDue(now) || this.#idle.isDue(now);
  }

  /** Drops idle series, and what clients had that are gone. */
  sweep(now: number): void {
    const stale = this.#clients.stale(now);
    this.#forget(stale, now);
    const isUnheldDue = stale.length > 0 || this.#clients.isUnheldDue(now);
    const isIdleDue = this.#idle.isDue(now);
    if (isUnheldDue) this.#clients.unheldSince = Infinity;
    for (const family of this.#families.sorted) {
      if (!(family.keeping === "living" ? isUnheldDue : isIdleDue)) continue;
      const rows = family.staying(now);
      if (rows !== undefined) this.#keep(family, rows);
    }
  }

  /** Notes that a page shows all series there are. */
  show(now: number): void {
    for (const family of this.#families.sorted) {
      if (family instanceof TotalFamily) family.show(now);
    }
  }

  /**
   * All families that have series, in the order of their names, as a page shows them.
   *
   * @param isLook Whether new series have their values, too.
   */
  families(now: number, isLook: boolean = false): readonly MetricFamily[] {
    return atOnce(this.familiesInSteps(now, isLook));
  }

  /** {@linkcode Sums.families} in steps, between which nothing may change. */
  familiesInSteps(now: number, isLook?: boolean): Generator<void, readonly MetricFamily[], void> {
    return this.#read((family) => family.page(now, isLook));
  }

  /** The same with what doubles cannot hold, to be added to those of other aggregators. */
  exact(now: number, isLook?: boolean): readonly FamilyDelta[] {
    return atOnce(this.exactInSteps(now, isLook));
  }

  /** {@linkcode Sums.exact} in steps, between which nothing may change. */
  exactInSteps(now: number, isLook?: boolean): Generator<void, readonly FamilyDelta[], void> {
    return this.#read((family) => family.exact(now, isLook));
  }

  /** Whether there is a family of a name. */
  has(name: string): boolean {
    return this.#families.get(name) !== undefined;
  }

  /**
   * Removes a family, or its series with exactly these labels. If clients send to it again, it begins
   * anew.
   *
   * @returns Whether it was there.
   */
  remove(name: string, labels?: LabelRecord): boolean {
    const family = this.#families.get(name);
    if (family === undefined) return false;
    if (labels === undefined) {
      this.#families.delete(family);
      return true;
    }
    const [row] = family.series.find(labelTable([labels]));
    if (row < 0) return false;
    const rows = Array.from({ length: family.series.count }, (_, at) => at);
    this.#keep(family, rows.filter((each) => each !== row));
    return true;
  }

  /**
   * Everything, as parts that {@linkcode Sums.restore} takes in this order.
   *
   * @param longestBytes The longest part in bytes; only a series that needs more by itself is longer.
   */
  dump(longestBytes: number): readonly Uint8Array<ArrayBuffer>[] {
    return atOnce(this.dumpInSteps(longestBytes));
  }

  /** {@linkcode Sums.dump} in steps, between which nothing may change. */
  dumpInSteps(longestBytes: number): Generator<void, readonly Uint8Array<ArrayBuffer>[], void> {
    return dumpInSteps(this.#families, this.#clients, longestBytes);
  }

  /**
   * Takes what was dumped; only before anything else.
   *
   * @throws {MetricsError} If it is no dump, or one of another version.
   */
  restore(parts: readonly Uint8Array[]): void {
    atOnce(this.restoreInSteps(parts));
  }

  /** {@linkcode Sums.restore} in steps, between which nobody may use the sums. */
  *restoreInSteps(parts: readonly Uint8Array[]): Generator<void, void, void> {
    yield* restoreInSteps(parts, this.#families, this.#clients);
    this.#idle.sort();
  }

  /** Which of some families would be refused for their definitions, and why. */
  refusalsOf(families: readonly FamilyDelta[]): readonly RefusedFamily[] {
    return families.flatMap((delta) => {
      try {
        this.#checkDefinition(delta);
        return [];
      } catch (error) {
        return [{ family: delta.family.name, reason: reasonOf(error) }];
      }
    });
  }

  #checkDefinition(delta: FamilyDelta): KeptFamily | undefined {
    const { family } = delta;
    checkNotReserved(family, this.#reservedPrefix);
    const known = this.#families.get(family.name);
    if (known === undefined) this.#families.checkNew(family);
    else checkDefinition(known.definition, family);
    checkLimitsOf(delta, known?.series.table.names ?? []);
    return known;
  }

  *#read<Shown>(
    view: (family: KeptFamily) => Generator<void, Shown | undefined, void>,
  ): Generator<void, readonly Shown[], void> {
    const all: Shown[] = [];
    for (const family of this.#families.sorted) {
      const shown = yield* view(family);
      if (shown !== undefined) all.push(shown);
    }
    return all;
  }

  /** Refuses a family that does not fit; what is returned are further steps that may do so. */
  #check(delta: FamilyDelta): Generator<void, void, void> | undefined {
    const { family } = delta;
    const known = this.#checkDefinition(delta);
    const values = this.#clients.values + family.labels.rows;
    if (keepingOf(family) === "living") checkValues(family, values, this.#mostSeries);
    return known?.check?.(delta);
  }

  #forget(clients: readonly LivingClient[], now: number): void {
    if (clients.length === 0) return;
    for (const family of this.#families.sorted) {
      if (!(family instanceof LivingFamily)) continue;
      for (const client of clients) family.forget(client, now);
    }
  }

  #keep(family: KeptFamily, rows: readonly number[]): void {
    if (rows.length === 0) this.#families.delete(family);
    else family.keep(rows);
  }
}
