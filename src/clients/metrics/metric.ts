import type { LabelSet } from "../../model/family/labels.ts";
import type { FamilySeries } from "../../model/family/series_table.ts";
import type { ClientProfile } from "../profile.ts";
import type { Cell } from "./cell.ts";
import { checkDefinition } from "./definition.ts";
import { KeptCell } from "./kept_cell.ts";
import {
  checkLabels,
  copyOfLabels,
  givenLabels,
  isLabelSet,
  isSame,
  noLabels,
} from "./label_set.ts";
import { LabelledCells } from "./labelled_cells.ts";
import type {
  Aggregator,
  ClientExemplar,
  MetricConfiguration,
  MetricObjectWithValues,
  MetricValue,
} from "./metric_types.ts";
import type { SampleShape } from "./sample_shape.ts";
import { seriesKey, seriesView } from "./series_view.ts";

/** What a metric needs of a registry that it enters. */
export interface MetricRegister {
  /** Whether its pages can have exemplars. */
  readonly contentType: string;
  /** Takes a metric; throws if another one has its name. */
  registerMetric(metric: { readonly name: string }): void;
  /** Forgets a metric. */
  removeSingleMetric?(name: string): void;
}

/** A configuration with its defaults, and whatever else a program has put there. */
type Options<Labels extends string> =
  & Record<string, unknown>
  & Required<Omit<MetricConfiguration<Labels>, "collect">>
  & Pick<MetricConfiguration<Labels>, "collect">;

const common = {
  registers: undefined as never,
  aggregator: "sum",
  enableExemplars: false,
} as const;

/**
 * What all metrics of the clients have in common: their configuration, whose properties are theirs,
 * the registries that they enter, and cells by label set.
 */
export abstract class ClientMetric<Labels extends string, Series extends Cell> {
  /** The type, as pages write it. */
  abstract readonly type: "counter" | "gauge" | "histogram" | "summary";
  // The clients assign the whole configuration, so these are properties that programs may read.
  declare name: string;
  declare help: string;
  declare labelNames: readonly Labels[];
  declare registers: readonly MetricRegister[];
  declare aggregator: Aggregator;
  declare enableExemplars: boolean;
  declare collect: (() => void | Promise<void>) | undefined;
  /** The series. */
  protected readonly cells: LabelledCells<Series>;

  /**
   * Takes the configuration. A class that is complete then calls {@linkcode enter}.
   *
   * @throws {TypeError} If the configuration is no object.
   * @throws {Error} If a name, the help text or `collect` is not valid.
   */
  protected constructor(config: MetricConfiguration<Labels>, defaults?: object) {
    if (typeof config !== "object" || config === null) {
      throw new TypeError("constructor expected a config object");
    }
    const options: Options<Labels> = { ...common, labelNames: [], ...defaults, ...config };
    this.name = options.name;
    this.help = options.help;
    this.labelNames = options.labelNames;
    this.registers = options.registers || this.#defaultRegisters();
    this.aggregator = options.aggregator;
    this.enableExemplars = options.enableExemplars;
    // A class that extends this one may have it as a method.
    if (Object.hasOwn(options, "collect")) this.collect = options.collect;
    // Programs read what they gave; but `register`, say, must not replace a getter of ours.
    for (const option in options) {
      if (!(option in this)) Object.assign(this, { [option]: options[option] });
    }
    this.#check();
    this.cells = new LabelledCells<Series>(this.labelNames, this);
  }

  /** The client that this metric is one of; each entry's classes have their own. */
  protected abstract get profile(): ClientProfile;

  /** The registry that a metric enters if its configuration names none. */
  protected abstract get register(): MetricRegister;

  /**
   * This metric, also where its methods are called on a Proxy of it: that has no private members.
   * The properties of a metric can be read through both.
   */
  protected get itself(): this {
    return this.cells.maker as unknown as this;
  }

  /** @internal Makes the cell of a new series. */
  abstract createCell(labels: LabelSet): Series;

  /** @internal Sets the numbers of a cell back to those of a new one. */
  abstract renewCell(cell: Series): void;

  /** @internal The samples that each series has on a page, in this order. */
  abstract shapes(): readonly SampleShape[];

  /** @internal Writes the numbers of a series to a list, one for each of its samples. */
  abstract readNumbers(cell: Series, numbers: number[]): void;

  /** @internal The latest exemplar of a sample of a series. */
  abstract exemplarAt(cell: Series, sample: number): ClientExemplar | undefined;

  /** @internal The series as the clients give them to programs and to JSON; copies. */
  abstract values(): MetricValue<Labels>[];

  /** @internal A series as it stands in {@linkcode hashMap}. */
  protected abstract entryOf(cell: Series): object;

  /** Gives a series the numbers of an entry that a program has made. */
  protected abstract restore(cell: Series, entry: Readonly<Record<string, unknown>>): void;

  /** Sets all series back to what the metric began with. */
  abstract reset(): void;

  /** The metric with its values, after `collect` has been called. */
  async get(): Promise<MetricObjectWithValues<MetricValue<Labels>>> {
    await this.collected();
    return this.withValues(this.values());
  }

  /** Removes a series, by its labels or their values by position. Nothing if it is not there. */
  remove(...given: readonly unknown[]): void {
    const labels = givenLabels(this.labelNames, given) ?? noLabels;
    this.checkLabels(labels);
    this.cells.remove(labels);
  }

  /**
   * Copies of the series by their labels, such as `method:GET,status:200,`, where programs that look
   * into prom-client 15 read and change them. If one assigns it, series that are not in what it
   * assigns are removed.
   */
  get hashMap(): Record<string, object> {
    const { itself } = this;
    const cells = itself.#cellsByKey();
    const copies = Array.from(cells, ([key, cell]) => [key, itself.entryOf(cell)] as const);
    const put = (key: string, entry: unknown) => {
      const cell = itself.#put(cells.get(key), entry);
      if (cell === undefined) return void cells.delete(key);
      cells.set(key, cell);
      return itself.entryOf(cell);
    };
    return seriesView(Object.fromEntries(copies), put, (key) => cells.get(key)?.isRemoved !== true);
  }

  set hashMap(kept: Readonly<Record<string, unknown>>) {
    const { itself } = this;
    const cells = itself.#cellsByKey();
    for (const [key, cell] of cells) {
      if (!Object.hasOwn(kept, key)) this.cells.remove(cell.labels);
    }
    for (const [key, entry] of Object.entries(kept)) itself.#put(cells.get(key), entry);
  }

  /** The names of the labels in the order of keys in {@linkcode hashMap}. */
  get sortedLabelNames(): string[] {
    return [...new Set(this.labelNames)].sort();
  }

  /** @internal All series, in the order in which they were made. */
  allCells(): readonly Series[] {
    return this.cells.all();
  }

  /** @internal All series, with their label values and the times when they were made. */
  allSeries(): FamilySeries<Series> {
    return this.cells.series();
  }

  /** @internal What `get()` gives of some values, its properties in the order of the clients. */
  withValues<Value>(values: Value[]): MetricObjectWithValues<Value> {
    const { name, help, type, aggregator } = this;
    return type === "counter" || type === "gauge"
      ? { help, name, type, values, aggregator }
      : { name, help, type, values, aggregator };
  }

  /** @internal Calls `collect`, and waits for it only if it gives a promise. */
  collected(): Promise<void> | undefined {
    const collecting = this.collect ? this.collect() : undefined;
    return collecting instanceof Promise ? collecting : undefined;
  }

  /**
   * The series that `labels()` was asked for.
   *
   * @param isChecked Whether labels that the metric does not have are refused at once.
   */
  protected keep(given: readonly unknown[], isChecked: boolean): KeptCell<Series> {
    const [first] = given;
    const cell = typeof first === "object"
      ? first === null ? undefined : this.cells.find(first as LabelSet)
      : given.length === this.labelNames.length
      ? this.cells.findValues(given)
      : undefined;
    if (cell !== undefined && isSame(given, this.labelNames, cell.labels)) {
      return new KeptCell(this.cells, cell.labels, cell);
    }
    const labels = typeof first === "object"
      ? copyOfLabels(first as LabelSet)
      : givenLabels(this.labelNames, given);
    if (isChecked) this.checkLabels(labels);
    return new KeptCell(this.cells, labels, cell);
  }

  /** Refuses labels that the metric does not have. */
  protected checkLabels(labels: LabelSet): void {
    checkLabels(this.profile, this.labelNames, labels);
  }

  /**
   * Enters the registries. If one refuses it, it is in none: the clients would leave it, half made,
   * in those before.
   *
   * @param reserved The label that the type writes itself, such as `le`.
   * @param complete What the clients check last.
   */
  protected enter(reserved?: Labels, complete?: () => void): void {
    const entered: MetricRegister[] = [];
    try {
      for (const register of this.registers) {
        this.#checkExemplars(register);
        register.registerMetric(this);
        entered.push(register);
      }
      if (reserved !== undefined && this.labelNames.includes(reserved)) {
        throw new Error(`${reserved} is a reserved label keyword`);
      }
      complete?.();
    } catch (error) {
      for (const register of entered) register.removeSingleMetric?.(this.name);
      throw error;
    }
  }

  #cellsByKey(): Map<string, Series> {
    const names = this.sortedLabelNames;
    return new Map(this.cells.all().map((cell) => [seriesKey(cell.labels, names), cell]));
  }

  /** Puts what a program has made in the place of a series, if there was one. */
  #put(before: Series | undefined, entry: unknown): Series | undefined {
    const { labels = noLabels, ...numbers } = isLabelSet(entry) ? entry : {};
    if (!isLabelSet(entry) || !isLabelSet(labels)) {
      if (before !== undefined) this.cells.remove(before.labels);
      return undefined;
    }
    this.checkLabels(labels);
    const names = this.sortedLabelNames;
    if (before !== undefined && seriesKey(before.labels, names) !== seriesKey(labels, names)) {
      this.cells.remove(before.labels);
    }
    const cell = this.cells.open(labels);
    const [old, now]: number[][] = [[], []];
    this.readNumbers(cell, old);
    this.restore(cell, numbers);
    this.readNumbers(cell, now);
    if (now.some((number, sample) => number < old[sample])) this.cells.restartOne(labels);
    return cell;
  }

  #defaultRegisters(): readonly MetricRegister[] {
    return [this.register];
  }

  #check(): void {
    checkDefinition(this, this.profile);
  }

  #checkExemplars({ contentType }: MetricRegister): void {
    if (this.enableExemplars && contentType?.startsWith("text/plain")) {
      throw new TypeError("Exemplars are supported only on OpenMetrics registries");
    }
  }
}
