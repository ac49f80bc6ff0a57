import { unixSeconds } from "../model/clock.ts";
import type { Exemplar } from "../model/exemplar.ts";
import { overflowLabel } from "../model/family/series_budget.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { NativeExemplarOptions } from "./view/latest_exemplars.ts";
import { layoutOf } from "./instruments/layout_of.ts";
import type { LogRecord, SharedDefinition } from "./memory/log.ts";
import { familyKey } from "./view/merged_view.ts";
import type { LocalFamily, ThreadState } from "./group/thread_state.ts";
import { emptySlot, privateSlot, type Slot, type SlotChild } from "./memory/slot.ts";
import type { Pattern } from "./view/tombstones.ts";

interface LocalSeries {
  readonly child: SlotChild;
  readonly slot: Slot;
  /** Label values, without those of constant labels. */
  readonly values: readonly string[];
  /** When the series was made, in seconds since 1970. */
  readonly created: number;
  /** The logical time of that. */
  readonly stamp: number;
}

/** What a family in cells is made of. */
export interface FamilyPlan {
  /** How it is defined. */
  readonly definition: SharedDefinition;
  /** Makes a child over cells. */
  readonly makeChild: (slot: Slot) => SlotChild;
  /** Which exemplars a native histogram keeps. */
  readonly native?: NativeExemplarOptions;
  /** Removes a series, because another thread did. */
  readonly drop: (values: readonly string[]) => void;
  /** The same for the overflow series. */
  readonly dropOverflow: () => void;
  /** How many series there may be in all threads together. */
  readonly limit: number;
}

/** The cells of one family's series in this thread, and what other threads are told of them. */
export class FamilySlots implements LocalFamily {
  /** Its number in the log. */
  number = 0;
  /** When it was made in this thread, in seconds since 1970. */
  readonly since: number = unixSeconds();
  /** How it is defined. */
  readonly definition: SharedDefinition;
  /** What its families are merged by. */
  readonly key: string;
  readonly #thread: ThreadState;
  readonly #plan: FamilyPlan;
  readonly #width: number;
  readonly #constants: readonly string[];
  /** By their first cell. */
  readonly #series = new Map<number, LocalSeries>();
  readonly #offsets = new WeakMap<SlotChild, number>();
  /** The overflow series: to other threads a family of the same name, told apart by its mark. */
  readonly #overflowPlan: FamilyPlan;
  #overflow: FamilySlots | undefined;
  #detached = false;

  /** Tells all threads of the family. */
  constructor(thread: ThreadState, plan: FamilyPlan) {
    const { definition } = plan;
    this.#thread = thread;
    this.#plan = plan;
    this.definition = definition;
    this.key = familyKey(definition);
    this.#width = layoutOf(definition).width;
    this.#constants = Object.values(definition.constantLabels);
    this.#overflowPlan = overflowPlan(plan);
    thread.addFamily(this);
  }

  /** Sees to it that what was removed in another thread is removed here too. */
  applyRemovals(): void {
    if (this.#thread.hasUnseenRemovals) this.#thread.refresh();
  }

  /** The child of a new series. */
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

  /** Whether there may be a series with these values: it is there in another thread, or few are. */
  hasRoomFor(values: readonly string[]): boolean {
    if (this.#plan.limit === Infinity) return true;
    this.#thread.refresh();
    const family = this.#thread.view.family(this.key);
    return family === undefined || family.size < this.#plan.limit ||
      family.count(this.#complete(values)) > 0;
  }

  /** The child of the overflow series. */
  openOverflow(): SlotChild {
    if (this.#detached) return this.#plan.makeChild(emptySlot(this.#width));
    return this.#overflowSlots().open([]);
  }

  /** Removes the overflow series in all threads. Returns how many there were. */
  removeOverflow(): number {
    this.#thread.refresh();
    if (this.#thread.view.family(this.#overflowKey) === undefined) return 0;
    const slots = this.#overflowSlots();
    const found = slots.count([]);
    slots.remove([]);
    return found;
  }

  /** A series ends in this thread. Its child, if it was kept, records on in a place of its own. */
  close(child: SlotChild): void {
    const series = this.#series.get(this.#offsets.get(child) ?? -1);
    if (series?.child !== child) return this.#overflow?.close(child);
    this.#thread.compactLog();
    this.#series.delete(series.slot.offset);
    this.#thread.writer.append(["end", this.number, series.slot.offset]);
    child.move(privateSlot(series.slot, this.#width));
    this.#thread.writer.release(series.slot, this.#width);
  }

  /** Lets all threads have an exemplar of a series. */
  publish(child: SlotChild, bucket: number, exemplar: Exemplar): void {
    const series = this.#series.get(this.#offsets.get(child) ?? -1);
    if (series?.child !== child) return this.#overflow?.publish(child, bucket, exemplar);
    const values = [...this.#constants, ...series.values];
    const { native } = this.#plan;
    this.#thread.publish({ family: this.key, values, bucket, native, exemplar });
  }

  /** How many series with such values there are in all threads. */
  count(pattern: Pattern): number {
    this.#thread.refresh();
    return this.#thread.view.family(this.key)?.count(this.#complete(pattern)) ?? 0;
  }

  /** Removes series in all threads. */
  remove(pattern: Pattern): void {
    this.#thread.remove(this, this.#complete(pattern));
  }

  /** Removes all series but one in all threads: those with the labels of others in this one. */
  removeOthers(exception: SlotChild): void {
    for (const { child, values } of [...this.#series.values()]) {
      if (child !== exception) this.remove(values);
    }
  }

  /** The family as it is in all threads. */
  collect(): readonly MetricFamily[] {
    return this.keys.flatMap((key) => this.#thread.collect(key));
  }

  /** What its families are merged by: that of its series, and that of its overflow. */
  get keys(): readonly string[] {
    return [this.key, this.#overflowKey];
  }

  /** A removal in another thread has taken the series in these cells. */
  onRemoved(offset: number, values: readonly string[]): void {
    const own = values.slice(this.#constants.length);
    const series = this.#series.get(offset);
    if (series?.values.every((value, column) => value === own[column])) this.#plan.drop(own);
  }

  /** Takes the family and its series out of this thread's share. */
  withdraw(): void {
    this.detach();
    this.#overflow?.withdraw();
    this.#thread.removeFamily(this);
  }

  /** The series of this thread, as they are in the log. */
  *series(number: number): Iterable<LogRecord> {
    for (const series of this.#series.values()) yield this.#seriesRecord(number, series);
  }

  /** Lets the children record on outside shared memory, where what they hold stays as it is. */
  detach(): void {
    this.#detached = true;
    for (const { child, slot } of this.#series.values()) {
      child.move(privateSlot(slot, this.#width));
    }
    this.#series.clear();
  }

  get #overflowKey(): string {
    return familyKey(this.#overflowPlan.definition);
  }

  #overflowSlots(): FamilySlots {
    return this.#overflow ??= new FamilySlots(this.#thread, this.#overflowPlan);
  }

  #seriesRecord(number: number, { slot, values, created, stamp }: LocalSeries): LogRecord {
    return ["series", number, slot.offset, created, stamp, [...this.#constants, ...values]];
  }

  /** A pattern with the constant labels, and `null` for each label that it does not reach. */
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
