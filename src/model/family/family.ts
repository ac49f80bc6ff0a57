import { unixSeconds } from "../clock.ts";
import type { Collector, FamilyDescription } from "../collector.ts";
import type { FamilyDefinition } from "./family_definition.ts";
import { FamilyLabels } from "./family_labels.ts";
import { IdleSeries } from "./idle_series.ts";
import type { LabelSet } from "./labels.ts";
import { checkHelp, checkMetricName, checkUnit } from "../names.ts";
import { checkLabelsForOverflow, type FamilyQuota, overflowLabel } from "./series_budget.ts";
import { SeriesIndex } from "./series_index.ts";
import { type FamilySeries, SeriesTable } from "./series_table.ts";
import type { FamilyHeader, MetricFamily, MetricType } from "../snapshot.ts";

/**
 * {@linkcode Family.labels} by the value of the only label: 7 ns instead of 17 (Node 24). For
 * `ProcessorMetrics`, not exported from the package. Throws as `labels()` does.
 */
export let childWithValue: <Labels, Child extends object>(
  family: Family<Labels, Child>,
  value: Labels[keyof Labels],
) => Child;

/** The number of children that a family with one label caches by value. */
const maxCachedValues = 64;

/**
 * A metric family: one name, and a child for each label set.
 *
 * It owns everything about labels; children only hold numbers. Keep a child if you can:
 * {@linkcode Family.labels} then runs once, and recording is a method call and an addition.
 *
 * @category Instruments
 */
export abstract class Family<Labels, Child extends object> implements Collector {
  /** Name, help text and unit. */
  readonly header: FamilyHeader;
  readonly #description: FamilyDescription;
  readonly #labels: FamilyLabels;
  readonly #table: SeriesTable<Child>;
  readonly #quota: FamilyQuota | undefined;
  /** Only if idle series expire. */
  readonly #idle: IdleSeries<Child> | undefined;
  /** By label sets as callers give them, if no rule changes a value. */
  #index!: SeriesIndex;
  /** By label sets as they are stored; the same index if no schema can change a value. */
  #canonicalIndex!: SeriesIndex;
  /** The overflow series, once a label set had no room. */
  #overflow: Child | undefined;
  /** Children by the value of the one label, until a series is removed. */
  readonly #byValue = new Map<unknown, Child>();

  static {
    childWithValue = (family, value) => family.#byValue.get(value) ?? family.#resolveValue(value);
  }

  /**
   * A family without series; `reserved` is the label that its type writes itself, such as `le`.
   * @throws {RegistrationError} If a name, the help text or a label rule is not valid.
   */
  constructor(type: MetricType, definition: FamilyDefinition, reserved?: string) {
    const { name, help, unit, constantLabels = {}, utf8Names = false, quota } = definition;
    checkMetricName(name, utf8Names);
    checkHelp(name, help);
    checkUnit(name, unit);
    this.header = unit === undefined ? { name, help } : { name, help, unit };
    this.#labels = new FamilyLabels(name, definition.labels ?? [], { reserved, utf8Names });
    const variable = this.#labels.names;
    const constants = this.#labels.constants(constantLabels);
    const labelNames = [...Object.keys(constantLabels), ...variable];
    if (quota !== undefined) checkLabelsForOverflow(name, labelNames);
    this.#description = { ...this.header, type, labelNames, constantLabels };
    this.#table = new SeriesTable(labelNames, constants);
    this.#quota = quota;
    const { idleSeconds = Infinity } = quota ?? {};
    this.#idle = variable.length > 0 && idleSeconds < Infinity
      ? new IdleSeries(idleSeconds, (child) => this.activityOf(child))
      : undefined;
    this.#reindex();
  }

  /** Makes the child of a new series. The label values are in the order of the names. */
  protected abstract createChild(values: readonly string[]): Child;

  /** Whether there is room for a series with these values. */
  protected hasRoomFor(_values: readonly string[]): boolean {
    return this.#quota === undefined || this.#quota.hasRoom;
  }

  /** Makes the child of the overflow series, which stands for all label sets without room. */
  protected createOverflowChild(): Child {
    return this.createChild(this.#labels.names.map(() => ""));
  }

  /** Whether series expire if nobody records to them for some time. */
  protected get mayIdle(): boolean {
    return this.#idle !== undefined;
  }

  /** A number that each recording to a child changes; `undefined` for a child that never idles. */
  protected activityOf(_child: Child): number | undefined {
    return undefined;
  }

  /** Called for each series that is removed; a family whose numbers are elsewhere frees them. */
  protected discardChild(_child: Child): void {}

  /** The family and all its series as they are now. */
  abstract collect(): readonly MetricFamily[];

  /**
   * The child with these labels, made at its start value if it is new. If there is no room for it,
   * the child of the overflow series.
   *
   * @throws {InvalidLabelError} If a label is missing, unknown, or has a value that is not allowed.
   */
  labels(set: Labels): Child {
    const row = this.#index.find(set as LabelSet);
    const child = row < 0 ? undefined : this.#table.children[row];
    return child ?? this.#resolve(set as LabelSet);
  }

  /**
   * Removes a series. A child that somebody keeps goes on working, but is no longer collected.
   *
   * @returns Whether there was such a series.
   * @throws {InvalidLabelError} If the label set does not fit this family.
   */
  remove(set: Labels): boolean {
    return this.removeSeries(this.#labels.resolve(set as LabelSet));
  }

  /** Removes the series with these values, if there is one. */
  protected removeSeries(values: readonly string[]): boolean {
    const row = this.#rowOf(values);
    if (row >= 0) this.#removeRow(row);
    this.#idle?.revive(values);
    return row >= 0;
  }

  /**
   * Removes every series that has all of these labels.
   *
   * @returns The number of removed series.
   * @throws {InvalidLabelError} If a label is unknown, or has a value that is not allowed.
   */
  removeMatching(partial: Partial<Labels>): number {
    return this.removePattern(this.#labels.resolveSome(partial as LabelSet));
  }

  /** Removes every series with these values; `undefined` stands for any value. */
  protected removePattern(pattern: readonly (string | undefined)[]): number {
    const isAny = pattern.every((value) => value === undefined);
    const fits = (values: readonly string[]) =>
      pattern.every((value, column) => value === undefined || values[column] === value);
    let removed = 0;
    this.#table.children.forEach((child, row) => {
      const isMatch = isAny || (child !== this.#overflow && fits(this.#table.valuesOf(row)));
      if (child === undefined || !isMatch) return;
      this.#removeRow(row);
      removed++;
    });
    this.#idle?.forget(fits);
    return removed;
  }

  /** Removes the overflow series, if there is one. */
  protected removeOverflow(): void {
    if (this.#overflow !== undefined) this.#removeRow(this.#table.children.indexOf(this.#overflow));
  }

  /** Removes every series but one. */
  protected removeOthers(child: Child): void {
    this.#table.children.forEach((present, row) => {
      if (present !== undefined && present !== child) this.#removeRow(row);
    });
  }

  /** Removes every series. */
  clear(): void {
    this.removePattern([]);
    this.#table.clear();
    this.#reindex();
  }

  /**
   * Makes a series for every combination of closed labels, so that each is exposed from the start
   * and its first event shows in a `rate()`.
   *
   * @throws {MetricsError} If a label is open or has a schema, so that its values are unknown.
   */
  init(): void {
    for (const set of this.#labels.all()) this.labels(set as Labels);
  }

  /** Describes this family to the registry. */
  describe(): readonly FamilyDescription[] {
    return [this.#description];
  }

  /** @internal The series as they are now; snapshots share the label sets with the family. */
  protected series(): FamilySeries<Child> {
    if (this.#idle !== undefined) this.#evictIdle(this.#idle);
    if (this.#table.removed > 0) this.#compact();
    // workerd's clock is 0 while modules load; series made then begin with the first scrape.
    this.#table.startAt(unixSeconds);
    return this.#table.series();
  }

  #resolveValue(value: unknown): Child {
    const { names, transforms } = this.#labels;
    // With another number of labels the value itself is refused as a label set.
    const child = this.labels((names.length === 1 ? { [names[0]]: value } : value) as Labels);
    const isCacheable = child !== this.#overflow && !transforms;
    if (isCacheable && this.#byValue.size < maxCachedValues) this.#byValue.set(value, child);
    return child;
  }

  /** The slow path of `labels()`: applies every rule, and makes a new series. */
  #resolve(set: LabelSet): Child {
    const values = this.#labels.resolve(set);
    const isUnchanged = this.#labels.names.every((name, at) => set[name] === values[at]);
    const row = this.#rowOf(values);
    if (row >= 0) {
      if (isUnchanged) this.#index.add(row);
      return this.#table.children[row] as Child;
    }
    if (values.length > 0 && !this.hasRoomFor(values)) return this.#overflowChild();
    if (this.#table.isSparse) this.#compact();
    const child = this.#open(values);
    if (isUnchanged) this.#index.add(this.#table.children.length - 1);
    return child;
  }

  /** Makes a series, or revives the idle one if somebody has kept its child. */
  #open(values: readonly string[]): Child {
    const entry = this.#idle?.revive(values);
    const child = entry?.child ?? this.createChild(values);
    this.#table.append(values, child, entry?.created ?? unixSeconds());
    this.#canonicalIndex.add(this.#table.children.length - 1);
    this.#quota?.take();
    return child;
  }

  #overflowChild(): Child {
    this.#quota?.reportOverflow();
    if (this.#overflow !== undefined) return this.#overflow;
    const child = this.createOverflowChild();
    if (!this.#table.columns.includes(overflowLabel)) {
      this.#table.addMark(overflowLabel);
      this.#reindex();
    }
    this.#table.append(this.#labels.names.map(() => ""), child, unixSeconds(), "true");
    this.#overflow = child;
    return child;
  }

  /** Parks series that are idle now, and revives those that were recorded to since. */
  #evictIdle(idle: IdleSeries<Child>): void {
    const { children, created } = this.#table;
    for (const row of idle.findIdle(children)) {
      const child = children[row];
      if (child === undefined || child === this.#overflow) continue;
      idle.park({ values: this.#table.valuesOf(row), child, created: created[row] });
      this.#removeRow(row);
    }
    for (const values of idle.touched()) {
      if (this.#quota!.hasRoom) this.#open(values);
      else this.#quota!.reportOverflow();
    }
  }

  #rowOf(values: readonly string[]): number {
    const row = this.#canonicalIndex.findValues(values);
    return row >= 0 && this.#table.children[row] !== undefined ? row : -1;
  }

  #removeRow(row: number): void {
    const child = this.#table.children[row] as Child;
    if (child === this.#overflow) this.#overflow = undefined;
    else this.#quota?.release();
    this.#byValue.clear();
    this.discardChild(child);
    this.#table.remove(row);
  }

  #compact(): void {
    this.#table.compact();
    this.#reindex();
  }

  #reindex(): void {
    const { values, columns, children } = this.#table;
    const { names, open, transforms } = this.#labels;
    const newIndex = () => new SeriesIndex(names, values, columns.length, open);
    this.#index = newIndex();
    this.#canonicalIndex = transforms ? newIndex() : this.#index;
    children.forEach((child, row) => {
      if (child !== undefined && child !== this.#overflow) this.#canonicalIndex.add(row);
    });
  }
}
