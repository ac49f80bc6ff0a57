import { unixSeconds } from "../model/platform/clock.ts";
import type { Exemplar } from "../model/exemplar.ts";
import { overflowLabel } from "../model/family/series_budget.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { NativeExemplarOptions } from "./view/latest_exemplars.ts";
import { layoutOf } from "./instruments/layout_of.ts";
import type { LogRecord, SharedDefinition } from "./memory/log.ts";
import { familyKey } from "../model/label_key.ts";
import type { LocalFamily, ThreadState } from "./group/thread_state.ts";
import { emptySlot, privateSlot, type Slot, type SlotChild } from "./memory/slot.ts";
import type { Pattern } from "./view/tombstones.ts";

interface LocalSeries {
  readonly child: SlotChild;
  readonly slot: Slot;
  /** Label values, without those of constant labels. */
  readonly values: readonly string[];
  /** When the series was created, in seconds since 1970. */
  readonly created: number;
  /** The logical time at which it was created. */
  readonly stamp: number;
}

/** The parts of a family in shared memory. */
export interface FamilyPlan {
  /** How it is defined. */
  readonly definition: SharedDefinition;
  /** Makes a child that records into a slot. */
  readonly makeChild: (slot: Slot) => SlotChild;
  /** How many exemplars a native histogram retains. */
  readonly native?: NativeExemplarOptions;
  /** Removes a series in this thread, after another thread has removed it. */
  readonly drop: (values: readonly string[]) => void;
  /** Removes the overflow series in this thread, after another thread has removed it. */
  readonly dropOverflow: () => void;
  /** Maximum number of series in all threads together. */
  readonly limit: number;
}

/** The slots of one family's series in this thread, and their records in its log. */
export class FamilySlots implements LocalFamily {
  /** Its number in the log. */
  number = 0;
  /** When it was created in this thread, in seconds since 1970. */
  readonly since: number = unixSeconds();
  /** How it is defined. */
  readonly definition: SharedDefinition;
  /** The key by which families of all threads are merged; see {@linkcode familyKey}. */
  readonly key: string;
  /** The keys of the family and of its overflow series. */
  readonly keys: readonly [family: string, overflow: string];
  readonly #thread: ThreadState;
  readonly #plan: FamilyPlan;
  readonly #width: number;
  readonly #constants: readonly string[];
  /** The series by their offset. */
  readonly #series = new Map<number, LocalSeries>();
  readonly #offsets = new WeakMap<SlotChild, number>();
  /** The overflow series: in the log, a family of the same name with a constant label of its own. */
  readonly #overflowPlan: FamilyPlan;
  #overflow: FamilySlots | undefined;
  #detached = false;

  /** Adds the family to the log of the thread. */
  constructor(thread: ThreadState, plan: FamilyPlan) {
    const { definition } = plan;
    this.#thread = thread;
    this.#plan = plan;
    this.definition = definition;
    this.key = familyKey(definition);
    this.#width = layoutOf(definition).width;
    this.#constants = Object.values(definition.constantLabels);
    this.#overflowPlan = overflowPlan(plan);
    this.keys = [this.key, familyKey(this.#overflowPlan.definition)];
    thread.addFamily(this);
  }

  /** Applies removals by other threads, if there are new ones. */
  applyRemovals(): void {
    if (this.#thread.hasUnseenRemovals) this.#thread.refresh();
  }

  /** Adds a series. Returns its child. */
  open(values: readonly string[]): SlotChild {
    if (this.#detached) return this.#plan.makeChild(emptySlot(this.#width));
    this.#thread.compactLog();
    const { writer, time: stamp } = this.#thread;
    const slot = writer.allocate(this.#width);
    const child = this.#plan.makeChild(slot);
    const series = { child, slot, values, created: unixSeconds(), stamp };
    writer.append(this.#seriesRecord(this.number, series));
    this.#series.set(slot.offset, series);
    this.#offsets.set(child, slot.offset);
    return child;
  }

  /** Whether there may be a series with these values: another thread has it, or there is room. */
  hasRoomFor(values: readonly string[]): boolean {
    if (this.#plan.limit === Infinity) return true;
    this.#thread.refresh();
    const family = this.#thread.view.family(this.key);
    return family === undefined || family.size < this.#plan.limit ||
      family.count(this.#complete(values)) > 0;
  }

  /** Adds the overflow series. Returns its child. */
  openOverflow(): SlotChild {
    if (this.#detached) return this.#plan.makeChild(emptySlot(this.#width));
    return this.#overflowSlots().open([]);
  }

  /** A child whose numbers no thread reads. */
  openNowhere(): SlotChild {
    return this.#plan.makeChild(emptySlot(this.#width));
  }

  /** Whether a child is that of a series here. */
  has(child: SlotChild): boolean {
    return this.#offsets.has(child);
  }

  /** Removes the overflow series in all threads. Returns how many of them there were: 0 or 1. */
  removeOverflow(): number {
    this.#thread.refresh();
    if (this.#thread.view.family(this.keys[1]) === undefined) return 0;
    const slots = this.#overflowSlots();
    const found = slots.count([]);
    slots.remove([]);
    return found;
  }

  /** Ends a series in this thread. A child that is still in use records on in a private slot. */
  close(child: SlotChild): void {
    const series = this.#series.get(this.#offsets.get(child) ?? -1);
    if (series?.child !== child) return this.#overflow?.close(child);
    this.#thread.compactLog();
    this.#series.delete(series.slot.offset);
    this.#thread.writer.append(["end", this.number, series.slot.offset]);
    child.move(privateSlot(series.slot, this.#width));
    this.#thread.writer.release(series.slot, this.#width);
  }

  /** Publishes an exemplar of a series to all threads. */
  publish(child: SlotChild, bucket: number, exemplar: Exemplar): void {
    const series = this.#series.get(this.#offsets.get(child) ?? -1);
    if (series?.child !== child) return this.#overflow?.publish(child, bucket, exemplar);
    const values = [...this.#constants, ...series.values];
    const { native } = this.#plan;
    this.#thread.publish({ family: this.key, values, bucket, native, exemplar });
  }

  /** Number of series in all threads that match a pattern. */
  count(pattern: Pattern): number {
    this.#thread.refresh();
    return this.#thread.view.family(this.key)?.count(this.#complete(pattern)) ?? 0;
  }

  /** Removes the series that match a pattern in all threads. */
  remove(pattern: Pattern): void {
    this.#thread.remove(this, this.#complete(pattern));
  }

  /** Removes this thread's series in all threads, except one. */
  removeOthers(exception: SlotChild): void {
    for (const { child, values } of [...this.#series.values()]) {
      if (child !== exception) this.remove(values);
    }
  }

  /** The family, merged of all threads. */
  collect(): readonly MetricFamily[] {
    return this.#thread.collect(this.keys);
  }

  /** Called if another thread has removed the series at this offset. */
  onRemoved(offset: number, values: readonly string[]): void {
    const own = values.slice(this.#constants.length);
    const series = this.#series.get(offset);
    if (series?.values.every((value, column) => value === own[column])) this.#plan.drop(own);
  }

  /** Removes this thread's share of the family. */
  withdraw(): void {
    this.detach();
    this.#overflow?.withdraw();
    this.#thread.removeFamily(this);
  }

  /** The series of this thread as log records. */
  *series(number: number): Iterable<LogRecord> {
    for (const series of this.#series.values()) yield this.#seriesRecord(number, series);
  }

  /** Moves the children to private slots. Their numbers in shared memory do not change any more. */
  detach(): void {
    this.#detached = true;
    for (const { child, slot } of this.#series.values()) {
      child.move(privateSlot(slot, this.#width));
    }
    this.#series.clear();
  }

  #overflowSlots(): FamilySlots {
    return this.#overflow ??= new FamilySlots(this.#thread, this.#overflowPlan);
  }

  #seriesRecord(number: number, { slot, values, created, stamp }: LocalSeries): LogRecord {
    return ["series", number, slot.offset, created, stamp, [...this.#constants, ...values]];
  }

  /** A pattern with the constant labels in front, and `null` for each label that it does not have. */
  #complete(pattern: Pattern): Pattern {
    const present = [...this.#constants, ...pattern];
    const { labelNames } = this.definition;
    return [...present, ...new Array<null>(labelNames.length - present.length).fill(null)];
  }
}

function overflowPlan(plan: FamilyPlan): FamilyPlan {
  const constantLabels = { ...plan.definition.constantLabels, [overflowLabel]: "true" };
  const labelNames = Object.keys(constantLabels);
  return {
    ...plan,
    definition: { ...plan.definition, constantLabels, labelNames },
    drop: () => plan.dropOverflow(),
  };
}
