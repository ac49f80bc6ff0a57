import { unixSeconds } from "../model/clock.ts";
import type { Exemplar } from "../model/exemplar.ts";
import { overflowLabel } from "../model/family/series_budget.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { NativeExemplarOptions } from "./view/latest_exemplars.ts";
import { layoutOf } from "./instruments/layout_of.ts";
import type { LogRecord, SharedDefinition } from "./memory/log.ts";
import { familyKey } from "./view/merged_view.ts";
import type { Member, Resident } from "./group/thread_state.ts";
import { type CellChild, emptyPlace, type Place, privatePlace } from "./memory/slot.ts";
import type { Pattern } from "./view/tombstones.ts";

interface Tenant {
  readonly child: CellChild;
  readonly place: Place;
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
  readonly makeChild: (place: Place) => CellChild;
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
export class FamilyCells implements Resident {
  /** Its number in the log. */
  number = 0;
  /** When it was made in this thread, in seconds since 1970. */
  readonly since: number = unixSeconds();
  /** How it is defined. */
  readonly definition: SharedDefinition;
  /** What its families are merged by. */
  readonly key: string;
  readonly #member: Member;
  readonly #plan: FamilyPlan;
  readonly #width: number;
  readonly #constants: readonly string[];
  /** By their first cell. */
  readonly #tenants = new Map<number, Tenant>();
  readonly #slots = new WeakMap<CellChild, number>();
  /** The overflow series: to other threads a family of the same name, told apart by its mark. */
  readonly #overflowPlan: FamilyPlan;
  #overflow: FamilyCells | undefined;
  #detached = false;

  /** Tells all threads of the family. */
  constructor(member: Member, plan: FamilyPlan) {
    const { definition } = plan;
    this.#member = member;
    this.#plan = plan;
    this.definition = definition;
    this.key = familyKey(definition);
    this.#width = layoutOf(definition).width;
    this.#constants = Object.values(definition.constantLabels);
    this.#overflowPlan = overflowPlan(plan);
    member.join(this);
  }

  /** Sees to it that what was removed in another thread is removed here too. */
  attend(): void {
    if (this.#member.isBehind) this.#member.refresh();
  }

  /** The child of a new series. */
  open(values: readonly string[]): CellChild {
    if (this.#detached) return this.#plan.makeChild(emptyPlace(this.#width));
    this.#member.tidy();
    const { writer, time: stamp } = this.#member;
    const place = writer.allocate(this.#width);
    const child = this.#plan.makeChild(place);
    const tenant = { child, place, values, created: unixSeconds(), stamp };
    writer.append(this.#seriesRecord(this.number, tenant));
    this.#tenants.set(place.slot, tenant);
    this.#slots.set(child, place.slot);
    return child;
  }

  /** Whether there may be a series with these values: it is there in another thread, or few are. */
  hasRoomFor(values: readonly string[]): boolean {
    if (this.#plan.limit === Infinity) return true;
    this.#member.refresh();
    const family = this.#member.page.family(this.key);
    return family === undefined || family.size < this.#plan.limit ||
      family.count(this.#whole(values)) > 0;
  }

  /** The child of the overflow series. */
  openOverflow(): CellChild {
    if (this.#detached) return this.#plan.makeChild(emptyPlace(this.#width));
    return this.#overflowCells().open([]);
  }

  /** Removes the overflow series in all threads. Returns how many there were. */
  removeOverflow(): number {
    this.#member.refresh();
    if (this.#member.page.family(this.#overflowKey) === undefined) return 0;
    const cells = this.#overflowCells();
    const found = cells.count([]);
    cells.remove([]);
    return found;
  }

  /** A series ends in this thread. Its child, if it was kept, records on in a place of its own. */
  close(child: CellChild): void {
    const tenant = this.#tenants.get(this.#slots.get(child) ?? -1);
    if (tenant?.child !== child) return this.#overflow?.close(child);
    this.#member.tidy();
    this.#tenants.delete(tenant.place.slot);
    this.#member.writer.append(["end", this.number, tenant.place.slot]);
    child.move(privatePlace(tenant.place, this.#width));
    this.#member.writer.release(tenant.place, this.#width);
  }

  /** Lets all threads have an exemplar of a series. */
  keep(child: CellChild, bucket: number, exemplar: Exemplar): void {
    const tenant = this.#tenants.get(this.#slots.get(child) ?? -1);
    if (tenant?.child !== child) return this.#overflow?.keep(child, bucket, exemplar);
    const values = [...this.#constants, ...tenant.values];
    const { native } = this.#plan;
    this.#member.post({ family: this.key, values, bucket, native, exemplar });
  }

  /** How many series with such values there are in all threads. */
  count(pattern: Pattern): number {
    this.#member.refresh();
    return this.#member.page.family(this.key)?.count(this.#whole(pattern)) ?? 0;
  }

  /** Removes series in all threads. */
  remove(pattern: Pattern): void {
    this.#member.remove(this, this.#whole(pattern));
  }

  /** Removes all series but one in all threads: those with the labels of others in this one. */
  keepOnly(kept: CellChild): void {
    for (const { child, values } of [...this.#tenants.values()]) {
      if (child !== kept) this.remove(values);
    }
  }

  /** The family as it is in all threads. */
  collect(): readonly MetricFamily[] {
    return this.keys.flatMap((key) => this.#member.collect(key));
  }

  /** What its families are merged by: that of its series, and that of its overflow. */
  get keys(): readonly string[] {
    return [this.key, this.#overflowKey];
  }

  /** A removal in another thread has taken the series in these cells. */
  fell(slot: number, values: readonly string[]): void {
    const own = values.slice(this.#constants.length);
    const tenant = this.#tenants.get(slot);
    if (tenant?.values.every((value, column) => value === own[column])) this.#plan.drop(own);
  }

  /** Takes the family and its series out of this thread's share. */
  withdraw(): void {
    this.detach();
    this.#overflow?.withdraw();
    this.#member.part(this);
  }

  /** The series of this thread, as they are in the log. */
  *series(number: number): Iterable<LogRecord> {
    for (const tenant of this.#tenants.values()) yield this.#seriesRecord(number, tenant);
  }

  /** Lets the children record on outside shared memory, where what they hold stays as it is. */
  detach(): void {
    this.#detached = true;
    for (const { child, place } of this.#tenants.values()) {
      child.move(privatePlace(place, this.#width));
    }
    this.#tenants.clear();
  }

  get #overflowKey(): string {
    return familyKey(this.#overflowPlan.definition);
  }

  #overflowCells(): FamilyCells {
    return this.#overflow ??= new FamilyCells(this.#member, this.#overflowPlan);
  }

  #seriesRecord(number: number, { place, values, created, stamp }: Tenant): LogRecord {
    return ["series", number, place.slot, created, stamp, [...this.#constants, ...values]];
  }

  /** A pattern with the constant labels, and `null` for each label that it does not reach. */
  #whole(pattern: Pattern): Pattern {
    const given = [...this.#constants, ...pattern];
    const { labelNames } = this.definition;
    return [...given, ...new Array<null>(labelNames.length - given.length).fill(null)];
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
