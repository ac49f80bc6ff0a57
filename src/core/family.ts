import type { ExemplarSource } from "./exemplar.ts";
import type { Collector, FamilyDescription } from "./collector.ts";
import { display, InvalidLabelError, RegistrationError } from "./errors.ts";
import {
  allLabelSets,
  type Label,
  type LabelDefinition,
  type LabelSet,
  labelText,
  readLabels,
} from "./labels.ts";
import type { LabelRecord, LabelTable } from "./label_table.ts";
import { checkHelp, checkLabelName, checkMetricName, checkUnit } from "./names.ts";
import { SeriesIndex } from "./series_index.ts";
import type { FamilyHeader, MetricFamily, MetricType } from "./snapshot.ts";

/** Removed series are dropped from memory once there are this many, and at each collection. */
const compactionThreshold = 64;

/** How a family is defined, whatever its type. */
export interface FamilyDefinition extends FamilyHeader {
  /** The labels; none for a family of one series. */
  readonly labels?: LabelDefinition;
  /** Labels with one value for the whole family, such as those of a registry view. */
  readonly constantLabels?: LabelRecord;
  /** Supplies exemplars to recordings that come without one. */
  readonly exemplarSource?: ExemplarSource;
  /** Whether names may be any UTF-8 text; false by default. */
  readonly utf8Names?: boolean;
}

/** The series of a family at one moment, side by side with their label sets. */
export interface FamilySeries<Child> {
  /** The label sets, a row a series. */
  readonly labels: LabelTable;
  /** The children, one a row. */
  readonly children: readonly Child[];
  /** When each series was made, in seconds since 1970; the array may be longer. */
  readonly created: readonly number[];
}

/**
 * A metric family: one name, and a child for each label set.
 *
 * It owns everything about labels. Children know none; they hold numbers. Keep a child where you
 * can: {@linkcode Family.labels} then runs once, and recording is a method call and an addition.
 */
export abstract class Family<Labels, Child> implements Collector {
  /** What the family is called and what it means. */
  readonly header: FamilyHeader;
  readonly #description: FamilyDescription;
  readonly #labels: readonly Label[];
  readonly #constants: readonly string[];
  #values: string[] = [];
  #children: (Child | undefined)[] = [];
  #created: number[] = [];
  /** By label sets as they are given, for those that the rules leave as they are. */
  #index: SeriesIndex;
  /** By label sets as they are kept; the same index where no schema can change a value. */
  #kept: SeriesIndex;
  #removed = 0;

  /**
   * A family without series.
   *
   * @param reserved The label that this type of metric writes itself.
   * @throws {RegistrationError} Where a name, the help text or a label rule is not valid.
   */
  constructor(type: MetricType, definition: FamilyDefinition, reserved?: string) {
    const { name, help, unit, constantLabels = {}, utf8Names = false } = definition;
    checkMetricName(name, utf8Names);
    checkHelp(name, help);
    checkUnit(name, unit);
    this.header = unit === undefined ? { name, help } : { name, help, unit };
    this.#labels = readLabels(name, definition.labels ?? [], { reserved, utf8Names });
    const variable = this.#labels.map((label) => label.name);
    this.#constants = Object.entries(constantLabels).map(([label, value]) => {
      checkLabelName(name, label, { reserved, utf8Names });
      if (variable.includes(label)) {
        throw new RegistrationError(`${name}: label "${label}" is constant and variable; drop one`);
      }
      return labelText(name, label, value);
    });
    this.#description = {
      ...this.header,
      type,
      labelNames: [...Object.keys(constantLabels), ...variable],
      constantLabels,
    };
    this.#index = this.#newIndex();
    this.#kept = this.#transforms ? this.#newIndex() : this.#index;
  }

  /** Makes the child of a new series, whose label values are given in the order of the names. */
  protected abstract createChild(values: readonly string[]): Child;

  /** Told of each series that goes; a family that keeps its numbers elsewhere gives them back. */
  protected discardChild(_child: Child): void {}

  /** The family and all its series as they are now. */
  abstract collect(): readonly MetricFamily[];

  /**
   * The child with these labels, made at its start value where it is new.
   *
   * @throws {InvalidLabelError} Where a label is missing, unknown, or has a value that its rule
   * does not allow.
   */
  labels(set: Labels): Child {
    const row = this.#index.find(set as LabelSet);
    if (row >= 0) {
      const child = this.#children[row];
      if (child !== undefined) return child;
    }
    return this.#resolve(set as LabelSet);
  }

  /**
   * Removes a series. A child that was kept goes on working, but is no longer collected.
   *
   * @returns Whether there was such a series.
   * @throws {InvalidLabelError} Where the label set is not one that this family can have.
   */
  remove(set: Labels): boolean {
    return this.removeSeries(this.#resolveValues(set as LabelSet));
  }

  /** Removes the series with these values, if there is one. */
  protected removeSeries(values: readonly string[]): boolean {
    const row = this.#rowOf(values);
    if (row >= 0) this.#removeRow(row);
    return row >= 0;
  }

  /**
   * Removes every series that has all of these labels.
   *
   * @returns How many were removed.
   * @throws {InvalidLabelError} Where a label is unknown, or has a value that is not allowed.
   */
  removeMatching(partial: Partial<Labels>): number {
    if (typeof partial !== "object" || partial === null) throw this.#unfit(partial);
    const pattern = new Array<string | undefined>(this.#labels.length).fill(undefined);
    for (const [name, value] of Object.entries(partial)) {
      const position = this.#labels.findIndex((label) => label.name === name);
      if (position < 0) throw this.#unfit(partial as LabelSet);
      pattern[position] = this.#labels[position].resolve(value);
    }
    return this.removePattern(pattern);
  }

  /** Removes every series with these values, where `undefined` stands for any. */
  protected removePattern(pattern: readonly (string | undefined)[]): number {
    let removed = 0;
    this.#children.forEach((child, row) => {
      const first = row * this.#width + this.#constants.length;
      const fits = (value: string | undefined, column: number) =>
        value === undefined || this.#values[first + column] === value;
      if (child === undefined || !pattern.every(fits)) return;
      this.#removeRow(row);
      removed++;
    });
    return removed;
  }

  /** Removes every series but one. */
  protected keepOnly(child: Child): void {
    this.#children.forEach((present, row) => {
      if (present !== undefined && present !== child) this.#removeRow(row);
    });
  }

  /** Removes every series. */
  clear(): void {
    this.removePattern([]);
    this.#forgetRows();
  }

  #forgetRows(): void {
    this.#values = [];
    this.#children = [];
    this.#created = [];
    this.#removed = 0;
    this.#index = this.#newIndex();
    this.#kept = this.#transforms ? this.#newIndex() : this.#index;
  }

  /**
   * Makes a series for every combination of closed labels, so that each is exposed from the start
   * and its first event shows in a `rate()`.
   *
   * @throws {MetricsError} Where a label is open or has a schema: its values are not known.
   */
  init(): void {
    for (const set of allLabelSets(this.header.name, this.#labels)) this.labels(set as Labels);
  }

  /** Tells the registry what this family is. */
  describe(): readonly FamilyDescription[] {
    return [this.#description];
  }

  /** The series as they are now. Snapshots share the label sets with the family. */
  protected series(): FamilySeries<Child> {
    if (this.#removed > 0) this.#compact();
    const children = this.#children as readonly Child[];
    // workerd's clock is 0 while modules load; the series made there begin with the first scrape.
    for (let row = 0; this.#created[row] === 0; row++) this.#created[row] = now();
    const names = this.#description.labelNames;
    const labels = { names, values: this.#values, rows: children.length };
    return { labels, children, created: this.#created };
  }

  get #width(): number {
    return this.#constants.length + this.#labels.length;
  }

  get #transforms(): boolean {
    return this.#labels.some(({ transforms }) => transforms);
  }

  #newIndex(): SeriesIndex {
    const names = this.#labels.map(({ name }) => name);
    const open = this.#labels.map((label) => label.open);
    return new SeriesIndex(names, this.#values, this.#width, open);
  }

  /** The slow way to a child: every rule is asked, and a new series is made. */
  #resolve(set: LabelSet): Child {
    const values = this.#resolveValues(set);
    const isAsGiven = this.#labels.every(({ name }, position) => set[name] === values[position]);
    const row = this.#rowOf(values);
    if (row >= 0) {
      if (isAsGiven) this.#index.add(row);
      return this.#children[row] as Child;
    }
    if (this.#removed > compactionThreshold && this.#removed * 2 > this.#children.length) {
      this.#compact();
    }
    const child = this.createChild(values);
    this.#append(values, child, now());
    if (isAsGiven) this.#index.add(this.#children.length - 1);
    return child;
  }

  #resolveValues(set: LabelSet): readonly string[] {
    const fits = typeof set === "object" && set !== null &&
      Object.keys(set).length === this.#labels.length &&
      this.#labels.every(({ name }) => Object.hasOwn(set, name));
    if (!fits) throw this.#unfit(set);
    return this.#labels.map((label) => label.resolve(set[label.name]));
  }

  #rowOf(values: readonly string[]): number {
    const entries = this.#labels.map(({ name }, position) => [name, values[position]]);
    const row = this.#kept.find(Object.fromEntries(entries));
    return row >= 0 && this.#children[row] !== undefined ? row : -1;
  }

  #append(values: readonly string[], child: Child, created: number): void {
    const row = this.#children.length;
    for (const value of this.#constants) this.#values.push(value);
    for (const value of values) this.#values.push(value);
    this.#children.push(child);
    this.#created.push(created);
    this.#kept.add(row);
  }

  #removeRow(row: number): void {
    this.discardChild(this.#children[row] as Child);
    this.#children[row] = undefined;
    this.#removed++;
  }

  /** Drops removed series. New arrays, as snapshots may still hold the old ones. */
  #compact(): void {
    const values = this.#values;
    const children = this.#children;
    const created = this.#created;
    this.#forgetRows();
    const width = this.#width;
    children.forEach((child, row) => {
      if (child === undefined) return;
      const own = values.slice(row * width + this.#constants.length, (row + 1) * width);
      this.#append(own, child, created[row]);
    });
  }

  #unfit(set: LabelSet): InvalidLabelError {
    const expected = this.#labels.map((label) => label.name).join(", ");
    const given = typeof set === "object" && set !== null ? Object.keys(set) : undefined;
    const actual = given === undefined ? display(set) : `{${given.join(", ")}}`;
    const problem = `the label set ${actual} does not fit; its labels are {${expected}}`;
    return new InvalidLabelError(this.header.name, "", set, problem);
  }
}

function now(): number {
  return Date.now() / 1000;
}
