import type { FamilyDelta } from "../../deltas/delta.ts";
import { statusOf } from "../../deltas/reply.ts";
import { reasonOf } from "../../model/errors.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { inTimeSlices, nextTurn } from "../../model/platform/time_slices.ts";
import { AggregateState, type Effect } from "./aggregate_state.ts";
import type { Entry } from "./entries.ts";
import { lastingOf } from "./client_name.ts";
import { Log } from "./log.ts";
import { Notices } from "./notices.ts";
import type { PassingTime } from "./passing_time.ts";
import { Readers } from "./readers.ts";
import { Round } from "./round.ts";
import { shortened } from "./refusals.ts";
import type { Decided, Settling } from "./settling.ts";
import { Removals } from "./removals.ts";
import { isSameSettings } from "./state_settings.ts";
import { StateTurns } from "./state_turns.ts";
import { StoreError } from "./store_error.ts";
import { Sweeps, sweepSeconds } from "./sweeps.ts";
import { countsWith, newCounts, type RunningCounts, type TruthCounts } from "./truth_counts.ts";
import { type TruthOptions, type TruthSettings, withDefaults } from "./truth_options.ts";
import { exactly, lookAtExact, lookAtFamilies, type Shown, shown, type View } from "./views.ts";
import { type Answer, unavailable, WaitingBatches } from "./waiting_batches.ts";

/**
 * The one place where an aggregate changes: one thing after the other, and each in the same order.
 * It is decided, appended to the log, applied in memory, and answered. So what was answered is
 * durable, and a page shows only what is durable.
 *
 * Batches that come while an append runs are appended together with the next one.
 */
export class Truth {
  readonly #log: Log;
  readonly #time: PassingTime;
  readonly #options: TruthSettings;
  readonly #counts: RunningCounts = newCounts();
  readonly #waiting = new WaitingBatches();
  readonly #readers = new Readers();
  readonly #removals = new Removals();
  readonly #turns = new StateTurns();
  readonly #sweeps: Sweeps;
  readonly #notices: Notices;
  #maintained: (() => void)[] = [];
  #isRunning = false;
  #idle: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** A truth over a store, which is read with the first batch or page. */
  constructor(options: TruthOptions) {
    this.#options = withDefaults(options);
    const { store, newSums, time } = this.#options;
    this.#time = time;
    this.#sweeps = new Sweeps(this.#options);
    this.#notices = new Notices(this.#options);
    this.#log = new Log(
      store,
      () => new AggregateState(newSums),
      this.#counts,
      (error) => this.#notices.failed(error),
    );
  }

  /** What was done so far. */
  get counts(): TruthCounts {
    return countsWith(this.#counts, this.#options, this.#log.state);
  }

  /** Takes a batch, whose bytes must stay as they are. Never rejects. */
  async receive(bytes: Uint8Array): Promise<Answer> {
    const answer = await this.#answer(bytes);
    this.#counts.batches[answer.result]++;
    return answer;
  }

  /** All families, with what was answered before, and new series at 0. */
  page(): Promise<Shown<MetricFamily>> {
    return this.#read(shown);
  }

  /** All families with their values, for whoever is no server: new series stay new. */
  look(): Promise<Shown<MetricFamily>> {
    return this.#read(lookAtFamilies, true);
  }

  /** What a page would show of what is added up, exactly, for whoever adds it to that of others. */
  exact(isLook: boolean = false): Promise<Shown<FamilyDelta>> {
    return isLook ? this.#read(lookAtExact, true) : this.#read(exactly);
  }

  /** Removes a family; whether there was one. */
  remove(family: string): Promise<boolean> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    const isRemoved = this.#removals.add(family);
    this.#run();
    return isRemoved;
  }

  /** Removes what has expired. Never rejects. */
  async maintain(): Promise<void> {
    if (this.#closing !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#maintained.push(resolve);
      this.#run();
    });
  }

  /** Ends what has begun, and closes the store. */
  close(): Promise<void> {
    return this.#closing ??= this.#idle.then(() => this.#log.close());
  }

  #answer(bytes: Uint8Array): Promise<Answer> | Answer {
    if (this.#closing !== undefined) return unavailable(closed().message);
    const answer = this.#waiting.receive(bytes, this.#log.longestBytes);
    this.#run();
    return answer;
  }

  /** Reads the state: now if nothing needs to be written for it, else once that is durable. */
  #read<Family>(view: View<Family>, isLook: boolean = false): Promise<Shown<Family>> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    const result = this.#readers.add(view, isLook);
    this.#readSoon(isLook);
    return result;
  }

  #readSoon(isLook: boolean): void {
    const { state, isStale, isCheckpointing } = this.#log;
    const now = this.#time.now();
    const isNow = this.#turns.isFree && state !== undefined && !isStale &&
      (isCheckpointing ||
        !(!isLook && state.sums.hasNewborns || this.#sweeps.isDue(state, now)));
    if (!isNow) return this.#run();
    this.#turns.read(this.#readers.takeAll().read(state, now), () => {
      // Who came meanwhile may not have to wait for the store either.
      if (this.#readers.size > 0) this.#readSoon(!this.#readers.hasPages);
    });
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#idle = this.#loop();
  }

  async #loop(): Promise<void> {
    const [waiting, readers, removals] = [this.#waiting, this.#readers, this.#removals];
    while (waiting.size + readers.size + removals.size + this.#maintained.length > 0) {
      // An append that syncs a disk blocks this thread; the requests that came meanwhile join it.
      if (this.#log.isSlow) await nextTurn();
      try {
        await this.#round();
      } catch (error) {
        await this.#giveUp(new StoreError(`the aggregator has failed: ${reasonOf(error)}`));
      }
    }
    this.#isRunning = false;
  }

  async #round(): Promise<void> {
    const { state: last } = this.#log;
    let state: AggregateState;
    try {
      state = await this.#log.ready();
    } catch (error) {
      // It was reported.
      return await this.#giveUp(error as StoreError);
    }
    // Pages leave no trace of their time. After it, a series that has shown its value shows no 0.
    if (state !== last) this.#time.goOnFrom(state.time + this.#options.zeroSeconds + 0.001);
    // A batch that was not read at once when it came has had its slice of this turn.
    const received = await inTimeSlices(this.#waiting.takeRound(), -Infinity);
    const now = this.#time.now();
    const readers = this.#readers.takeAll();
    const maintained = this.#maintained.splice(0);
    const round = new Round(state.clients, now, this.#options);
    const decided = received.map((waiting) => ({
      ...waiting,
      decision: round.decide(waiting.name, waiting.batch),
    }));

    if (round.limitReached !== undefined) this.#notices.isFull(round.limitReached, now);
    // What came before it may bring the family.
    const removals = this.#removals.takeAll((name) =>
      state.sums.has(name) ||
      decided.some(({ batch }) => batch.families.some(({ family }) => family.name === name))
    );

    const entries: Entry[] = [];
    if (!isSameSettings(state.settings, this.#options)) {
      entries.push({ kind: "settings", time: now, settings: this.#options });
    }
    if (this.#sweeps.isDue(state, now)) entries.push({ kind: "sweep", time: now });
    if (readers.hasPages && state.sums.hasNewborns) entries.push({ kind: "page", time: now });
    const before = entries.length;
    for (const { decision, batch, bytes } of decided) {
      if (decision.result === "applied") entries.push({ kind: "batch", time: now, batch, bytes });
    }
    for (const { family } of removals) entries.push({ kind: "remove", time: now, family });
    const error = entries.length > 0 ? await this.#log.append(entries) : undefined;

    if (error === undefined && entries.length > 0) this.#notices.goesOn();
    const pages = error === undefined ? entries.slice(0, before) : [];
    await this.#turns.alone(this.#settle({ state, now, pages, readers, decided, removals, error }));
    await this.#log.shorten();
    if (entries.length > before || maintained.length > 0) {
      await this.#log.wake(this.#sweeps.next(state));
    }
    for (const resolve of maintained) resolve();
  }

  /** Applies what was appended, if it was, and gives everybody what they wait for, in steps. */
  *#settle(settling: Settling): Generator<void, true, void> {
    const { state, now, pages, readers, decided, removals, error } = settling;
    for (const entry of pages) if (entry.kind !== "page") yield* this.#apply(state, entry);
    // New series are at 0 on this page, and no longer so once it is noted that it has shown them.
    if (readers.size > 0) yield* readers.read(state, now);
    for (const entry of pages) if (entry.kind === "page") yield* this.#apply(state, entry);
    for (const each of decided) {
      const { decision: { result }, batch, bytes } = each;
      // What it has now may be only what is new.
      const hasLiving = state.sums.hasLiving(lastingOf(batch.client).client, now);
      const effect = error === undefined && result === "applied"
        ? yield* this.#apply(state, { kind: "batch", time: now, batch, bytes })
        : undefined;
      each.answer(this.#answerTo(each, settling, hasLiving, effect));
      yield;
    }
    for (const { family, resolve, reject } of removals) {
      if (error !== undefined) reject(error);
      else {
        const { isRemoved } = yield* this.#apply(state, { kind: "remove", time: now, family });
        resolve(isRemoved === true);
      }
    }
    return true;
  }

  /**
   * The answer to a batch.
   *
   * @param effect What applying it did, if it was applied.
   */
  #answerTo(
    { decision, batch }: Decided,
    { state, now, error }: Settling,
    hasLiving: boolean,
    effect: Effect | undefined,
  ): Answer {
    const { result } = decision;
    if (result === "refused") return { ...decision, status: 400 };
    if (result === "unknown" || result === "unavailable") {
      return { ...decision, status: statusOf[result], ...result === "unknown" && { time: now } };
    }
    // A duplicate may be one of a batch of this round.
    if (error !== undefined) return unavailable(error.message);
    const refused = [...batch.refused, ...effect?.refused ?? state.refusalsOf(batch)];
    if (effect !== undefined) {
      this.#counts.refusedFamilies += refused.length;
      this.#notices.refused(refused, now);
    }
    const { staleSeconds, idleSeconds } = this.#options;
    return {
      result,
      status: statusOf[result],
      ...refused.length > 0 && { refused: shortened(refused) },
      hasLiving,
      ...staleSeconds < Infinity && { heartbeatSeconds: staleSeconds / 3 },
      ...idleSeconds < Infinity && { refreshSeconds: idleSeconds / 2 },
    };
  }

  *#apply(state: AggregateState, entry: Entry): Generator<void, Effect, void> {
    const effect = yield* state.apply(entry);
    if (entry.kind === "sweep") this.#sweeps.done();
    if (effect.error !== undefined) this.#notices.failed(effect.error);
    return effect;
  }

  /** Answers all who wait, as the store cannot be read. Pages show what was last known. */
  async #giveUp(error: StoreError): Promise<void> {
    this.#notices.failed(error);
    const { state } = this.#log;
    const readers = this.#readers.takeAll();
    this.#waiting.refuseAll(error.message);
    this.#removals.fail(error);
    // Without another alarm nobody would try again.
    if (this.#maintained.length > 0) void this.#log.wake(sweepSeconds);
    for (const resolve of this.#maintained.splice(0)) resolve();
    // Last of all, as who comes meanwhile may be answered otherwise.
    if (state === undefined) readers.fail(error);
    else await this.#turns.alone(readers.read(state, this.#time.now()));
  }
}

function closed(): StoreError {
  return new StoreError("the aggregator is closed");
}
